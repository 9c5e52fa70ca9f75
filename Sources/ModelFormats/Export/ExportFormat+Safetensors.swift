import Files
import JSON
import Kernels
import Network
import Safetensors

extension ExportFormat {
  /// Weights with the names of the network's dialect, as `load_state_dict` takes them; of a network that
  /// came from a folder of timm's, such a folder.
  static let safetensors = ExportFormat(
    name: "safetensors",
    summary:
      "weights under PyTorch's names, or slim's; a folder with config.json for networks of timm's folders",
    write: { model, path in
      let (tensors, report) = try StateDictionaryTensors(model).written()
      let metadata = try ModelMetadata(
        classNames: model.classNames, preparation: model.preparation,
        architecture: model.family.map { $0.architecture.name(in: $0.dialect) }
      ).strings()
      guard let configuration = model.timmConfiguration, model.family != nil else {
        try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
        return report
      }
      let text = TimmConfiguration.updated(configuration, for: model)
      try Folder.create(path)
      try SafetensorsWriter.write(
        tensors, metadata: metadata, to: joinPath(path, WeightsFolder.weightNames[0]))
      try OutputFile.write(
        Array(text.utf8), to: joinPath(path, WeightsFolder.configurationName))
      return report
    },
    copy: { file, path in
      var report = ExportReport(summary: "")
      var tensors: [OutgoingTensor] = []
      for name in file.archive.tensorNames {
        guard let stored = file.archive.tensor(named: name), name != "__metadata__" else {
          continue
        }
        guard let type = ElementType(rawValue: stored.type) ?? Self.plain(stored.type) else {
          report.warnings.append("'\(name)' is left out: \(stored.type)")
          continue
        }
        let archive = file.archive
        tensors.append(
          OutgoingTensor(name: name, shape: stored.shape, type: type) {
            let elements = try archive.elements(name)
            precondition(elements.type == type, "\(name): \(elements.type), not \(type)")
            return elements.bytes
          })
      }
      do {
        try SafetensorsWriter.write(
          tensors, metadata: file.metadata.isEmpty ? ["format": "pt"] : file.metadata, to: path)
      } catch let error as UnexpectedContent {
        throw error.formatError(path: file.path)
      }
      report.summary = "\(tensors.count) tensors as they are"
      return report
    })

  /// What archives that only give single-precision numbers call them.
  private static func plain(_ type: String) -> ElementType? {
    ["float", "double", "float16", "bfloat16"].contains(type) ? .float32 : nil
  }
}

/// The parameters of a model as its dialect, or else PyTorch, names and lays them out.
struct StateDictionaryTensors {
  private let model: OutgoingModel
  private let naming: TensorNaming

  init(_ model: OutgoingModel) {
    self.model = model
    naming = model.family.flatMap { TensorNaming($0.dialect) } ?? .stateDictionary
  }

  func written() throws -> ([OutgoingTensor], ExportReport) {
    let names = layerNames()
    var tensors: [OutgoingTensor] = []
    var taken: Set<String> = []
    for place in naming.places(of: model.graph) {
      guard
        let parameter = model.model.parameters[place.layer]?.first(where: {
          $0.specification == place.specification
        })
      else { preconditionFailure("no values of \(place.layer)/\(place.specification.name)") }
      let arrangement = place.stored.layout.arrangement(of: place.specification.shape)
      var name = place.stored.name
      if let layer = names.renamed[place.layer] {
        name = layer + name.dropFirst(place.layer.count)
      }
      guard taken.insert(name).inserted, name != "__metadata__" else {
        throw ExportError(format: "safetensors", reason: "two tensors would be called '\(name)'")
      }
      tensors.append(
        OutgoingTensor(name: name, shape: arrangement.storedShape, type: .float32) {
          Self.stored(parameter, arrangement)
        })
    }
    let dialect = model.family.map { "\($0.dialect.title)'s names" }
    var report = ExportReport(
      summary: "\(tensors.count) tensors with " + (dialect ?? "the layers' own names"))
    report.warnings = names.warnings
    return (tensors, report)
  }

  private static func stored(
    _ parameter: Parameter, _ arrangement: WeightLayout.Arrangement
  ) -> [UInt8] {
    let count = parameter.values.count
    let bytes = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let start = buffer.baseAddress {
        arrangement.store(from: parameter.values.pointer, to: start, count: count)
      }
      initialized = count
    }
    return bytes.withUnsafeBytes { Array($0) }
  }

  /// A new head stands in the classifier's place, where it is one dense layer as that was.
  private func layerNames() -> (renamed: [String: String], warnings: [String]) {
    guard let family = model.family, TensorNaming(family.dialect) != nil,
      let original = try? family.architecture.graph(
        family.dialect, inputShape: model.graph.inputShape),
      let last = original.lastWeighted, let own = model.graph.lastWeighted,
      original.nodes[last].name != model.graph.nodes[own].name
    else { return ([:], []) }
    let name = original.nodes[last].name
    let isAlike =
      original.nodes[last].layer is Dense && model.graph.nodes[own].layer is Dense
      && original.specifications[last].first?.shape.first
        == model.graph.specifications[own].first?.shape.first
      && model.graph.index(of: name) == nil
    guard isAlike else {
      return (
        [:],
        [
          "the head '\(model.graph.nodes[own].name)' is not built as \(family.dialect.title)'s "
            + "'\(name)'"
            + (naming == .stateDictionary ? ": load_state_dict does not take it" : "")
        ]
      )
    }
    return ([model.graph.nodes[own].name: name], [])
  }
}

extension Graph {
  /// The last layer that has weights.
  fileprivate var lastWeighted: Int? {
    nodes.indices.last { !specifications[$0].isEmpty }
  }
}
