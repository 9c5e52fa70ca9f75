import Files
import Kernels
import Network

/// Which of our architectures, in Keras' dialect, a file of weights is of.
struct KerasArchitectureWeights {
  private let archive: HDF5Archive
  private let layers: [KerasStoredLayer]
  private let storage: KerasKernelStorage
  private let best: Candidate

  /// - Parameters:
  ///   - path: the file, whose name may say how kernels stand in it.
  ///   - name: of the architecture that was asked for; `nil`: any.
  /// - Throws: `UnexpectedContent`; `UnrecognizedWeights` that names the nearest architecture and the
  ///   first differences.
  init(_ archive: HDF5Archive, root: String, path: String, architecture name: String? = nil) throws
  {
    let asked = try name.map(Self.architecture)
    self.archive = archive
    let layers = KerasStoredLayer.all(in: archive, root: root)
    self.layers = layers
    storage = try KerasKernelStorage(
      layers.flatMap(\.tensors).compactMap { archive.datasets[$0]?.shape },
      file: splitPath(path).name,
      isConvolving: try KerasHDF5.isConvolving(archive, root: root))
    guard !layers.isEmpty else {
      throw UnexpectedContent(
        expected: "a Keras model or weights (attribute 'model_config', 'layer_names', or layers)",
        found: "none")
    }
    var exact: Candidate?
    var nearest: Candidate?
    for architecture in Architecture.all where architecture.dialects.contains(.keras) {
      if let asked, architecture != asked { continue }
      let candidate = try Candidate(architecture, layers, archive, storage)
      // The weights of a small network may all be there in a larger one: the most that fits.
      if candidate.differences.isEmpty, candidate.matches > exact?.matches ?? 0 {
        exact = candidate
      }
      if candidate.matches > nearest?.matches ?? 0 { nearest = candidate }
    }
    guard let exact else {
      throw UnrecognizedWeights(
        archive, named: layers.flatMap(\.tensors), nearest: nearest?.nearest,
        error: FormatError(
          path: path,
          expected: asked.map { "weights of \($0.name(in: .keras))" }
            ?? "weights of one of Keras Applications' networks, or a description of theirs beside them "
            + "(NAME.json as to_json writes it, NAME.keras)",
          found: nearest.map { "\(layers.count) layers with weights, nearest to \($0)" }
            ?? "\(layers.count) layers with weights, of none"))
    }
    best = exact
  }

  private static func architecture(_ name: String) throws(UnexpectedContent) -> Architecture {
    guard
      let found = Architecture.find(name, dialect: .keras) ?? Architecture.find(name),
      found.dialects.contains(.keras)
    else {
      throw UnexpectedContent(
        expected: "a network of Keras Applications' for --architecture", found: "'\(name)'")
    }
    return found
  }

  func model(_ options: OpeningOptions) throws -> ImportedModel {
    let standard = best.architecture.inputShape(.keras)
    let input = options.inputShape(standard: standard)
    var graph = best.graph
    if input != standard {
      graph = try best.architecture.graph(.keras, inputShape: input, classes: best.classes)
    }
    let name = best.architecture.name(in: .keras)
    var report = ImportReport(
      format: "Keras weights (Keras Applications' \(name)"
        + "\(best.classes == nil ? " without its classifier" : ""), by names and shapes)")
    if storage.areTurned {
      report.warnings.append("kernels of a Theano file are turned by 180°, as Keras does")
    }
    graph = try best.withEntry(graph, layers, archive)
    var loader = WeightLoader(archive, report: report)
    var parameters: [String: [Parameter]] = [:]
    for (unit, place) in zip(best.units, best.matching.stored) {
      guard let place else { continue }
      for (weight, tensor) in zip(unit.weights, layers[place].tensors) {
        let node = best.graph.nodes[weight.node]
        let specification = graph.index(of: node.name).flatMap { index in
          graph.specifications[index].first { $0.name == weight.specification.name }
        }
        parameters[node.name, default: []].append(
          try loader.parameter(
            specification ?? weight.specification, of: node.name,
            at: WeightPlace(
              name: tensor,
              layout: storage.layout(of: weight.specification, at: weight.node, in: graph)))
        )
      }
    }
    let statistics = Set(layers.filter(Candidate.isStandardization).flatMap(\.tensors))
    loader.report.unused = loader.unused.filter { !statistics.contains($0) }
    let renamed = zip(best.units, best.matching.stored).filter { unit, place in
      place.flatMap { layers[$0].name }.map { $0 != unit.name } ?? true
    }
    if !renamed.isEmpty {
      loader.report.renamed.append(
        "\(renamed.count) layers, whose names Keras numbers by session")
    }
    var imported = ImportedModel(
      model: Model(graph: graph, parameters: parameters), report: loader.report,
      family: (best.architecture, .keras))
    imported.hasClassifier = best.classes != nil
    return imported
  }

  /// One architecture, held against the file.
  private struct Candidate: CustomStringConvertible {
    let architecture: Architecture
    /// `nil`: the file has no classifier.
    let classes: Int?
    let graph: Graph
    let units: [KerasUnit]
    let matching: KerasUnitMatching
    private(set) var matches = 0
    private(set) var differences: [String] = []

    init(
      _ architecture: Architecture, _ layers: [KerasStoredLayer], _ archive: HDF5Archive,
      _ storage: KerasKernelStorage
    ) throws {
      self.architecture = architecture
      let whole = try architecture.graph(.keras, classes: Architecture.classes)
      let wholeUnits = KerasUnit.all(in: whole)
      let first = Self.matching(layers, wholeUnits, whole, archive, storage)
      // The classifier's kernel is the last of a whole network.
      let outputs = wholeUnits.indices.last.flatMap { first.stored[$0] }
        .flatMap { layers[$0].tensors.first }.flatMap { archive.datasets[$0]?.shape }
        .map { storage.outputs(of: $0) }
      let isSensible = outputs.map { (1...Self.largestHead).contains($0) } ?? false
      classes = isSensible ? outputs : nil
      graph = try architecture.graph(.keras, classes: classes)
      units = KerasUnit.all(in: graph)
      matching = Self.matching(layers, units, graph, archive, storage)
      var surplus = Set(layers.indices)
      for (unit, place) in zip(units, matching.stored) {
        guard let place else {
          differences.append("layer '\(unit.name)' is missing")
          continue
        }
        surplus.remove(place)
        differences += Self.differences(of: unit, layers[place], graph, archive, storage)
        if differences.isEmpty { matches += 1 }
      }
      differences += surplus.sorted().compactMap { place in
        let name = layers[place].name ?? layers[place].className ?? ""
        return Self.isStandardization(layers[place]) ? nil : "'\(name)' has no place"
      }
      if !differences.isEmpty {
        matches = zip(units, matching.stored).count { unit, place in
          place.map {
            Self.differences(of: unit, layers[$0], graph, archive, storage).isEmpty
          } ?? false
        }
      }
    }

    private static let largestHead = 1 << 16

    /// By names, and by classes where they do not fit.
    private static func matching(
      _ layers: [KerasStoredLayer], _ units: [KerasUnit], _ graph: Graph, _ archive: HDF5Archive,
      _ storage: KerasKernelStorage
    ) -> KerasUnitMatching {
      func faults(_ matching: KerasUnitMatching) -> Int {
        zip(units, matching.stored).count { unit, place in
          guard let place else { return true }
          return !differences(of: unit, layers[place], graph, archive, storage).isEmpty
        }
      }
      let byNames = KerasUnitMatching(byNames: layers, of: units)
      let count = faults(byNames)
      guard count > 0, layers.contains(where: { $0.className != nil }) else { return byNames }
      let byClass = KerasUnitMatching(byClass: layers, of: units, in: graph)
      return faults(byClass) < count ? byClass : byNames
    }

    private static func differences(
      of unit: KerasUnit, _ layer: KerasStoredLayer, _ graph: Graph, _ archive: HDF5Archive,
      _ storage: KerasKernelStorage
    ) -> [String] {
      guard unit.weights.count == layer.tensors.count else {
        return ["'\(unit.name)' has \(layer.tensors.count) weights, not \(unit.weights.count)"]
      }
      return zip(unit.weights, layer.tensors).compactMap { weight, tensor in
        let wanted = storage.layout(of: weight.specification, at: weight.node, in: graph)
          .arrangement(of: weight.specification.shape).storedShape
        let found = archive.datasets[tensor]?.shape
        guard found != wanted else { return nil }
        return "'\(unit.name)/\(weight.specification.name)' is "
          + "\(found.map { Shape($0).description } ?? "missing"), not \(Shape(wanted))"
      }
    }

    /// Whether a layer is a `Normalization`: means, variances and a count, for which the graph has
    /// constants.
    static func isStandardization(_ layer: KerasStoredLayer) -> Bool {
      let base = layer.name.map { KerasNumbering.parts(of: $0).base }
      return base == "normalization" || layer.className == "normalization"
    }

    /// The graph with the layers for pixels that Keras' own begins with, and in them what a
    /// `Normalization` in the file has measured.
    func withEntry(
      _ graph: Graph, _ layers: [KerasStoredLayer], _ archive: HDF5Archive
    ) throws -> Graph {
      let standardization = layers.first(where: Self.isStandardization)
        .flatMap { layer in
          layer.tensors.count >= 2
            ? KerasEntry.Standardization(
              mean: archive.values(of: layer.tensors[0]),
              variance: archive.values(of: layer.tensors[1])) : nil
        }
      return try KerasEntry.added(
        to: graph, of: architecture, standardization: standardization)
    }

    var nearest: NearestArchitecture {
      NearestArchitecture(
        name: architecture.name(in: .keras), dialect: .keras, matches: matches,
        differences: Array(differences.prefix(3)), differenceCount: differences.count)
    }

    var description: String {
      let shown = differences.prefix(3).joined(separator: "; ")
      let more = differences.count > 3 ? "; and \(differences.count - 3) more" : ""
      return "\(architecture.name), of which \(shown)\(more)"
    }
  }
}
