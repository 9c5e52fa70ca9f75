import Files
import Images
import JSON
import Network

/// Writes a model as Keras' own loader reads it: a `.keras` archive, or an `.h5` with the whole model.
package struct KerasExport {
  package enum Container: Sendable {
    /// `.keras`
    case archive
    /// `.h5`
    case hdf5
  }

  /// Names of the outputs.
  package var classNames: [String]?
  /// How a picture becomes what the model reads.
  package var preparation: ImagePreparation?
  /// Layers that are not to be trained.
  package var frozenLayers: [String] = []
  package var trainingRules = TrainingRules()

  package init() {}

  /// Which Keras the files say that they are of: one whose form they have.
  static let version = "3.15.1"

  /// - Throws: `FileError`; `FormatError` that names a layer that Keras does not have.
  package func write(_ model: Model, as container: Container, to path: String) throws {
    let written: KerasWrittenModel
    do {
      written = try KerasWrittenModel(
        model, frozenLayers: Set(frozenLayers), rules: trainingRules)
    } catch {
      throw error.formatError(path: path)
    }
    switch container {
    case .archive: try writeArchive(written, to: path)
    case .hdf5:
      try OutputFile.write(to: path) { partialPath in
        try hdf5(written).write(to: partialPath, calledAs: path)
      }
    }
  }

  private var notes: JSONValue {
    KerasExportNotes(classNames: classNames, preparation: preparation).value
  }

  private func writeArchive(_ model: KerasWrittenModel, to path: String) throws {
    let metadata = JSONValue.object([
      "keras_version": .string(Self.version), KerasExportNotes.key: notes,
    ])
    // The library writes weights to a file of their own, beside the archive.
    let weights = try PartialFile(beside: path)
    try variables(of: model).write(to: weights.path, calledAs: path)
    try ZipWriter.write(
      [
        (KerasArchive.metadataName, .bytes(Array(metadata.text.utf8))),
        (KerasArchive.configurationName, .bytes(Array(model.configuration.text.utf8))),
        (KerasArchive.weightsName, .file(weights.path)),
      ], to: path)
  }

  /// Weights by place, as in an archive.
  private func variables(of model: KerasWrittenModel) -> HDF5Contents {
    let contents = HDF5Contents()
    contents.addGroup("vars")
    contents.addText(model.name, named: "name", to: "vars")
    var counts: [String: Int] = [:]
    for placed in model.layers where !placed.layer.isOperation {
      let base = KerasNumbering.snakeCase(placed.layer.className)
      let count = counts[base, default: 0]
      counts[base] = count + 1
      let group = "layers/\(base)\(count == 0 ? "" : "_\(count)")/vars"
      contents.addGroup(group)
      contents.addText(placed.name, named: "name", to: group)
      for (index, weight) in placed.weights.enumerated() {
        contents.addTensor(
          "\(group)/\(index)", shape: weight.parameter.specification.shape,
          values: UnsafePointer(weight.parameter.values.pointer))
      }
    }
    return contents
  }

  /// The whole model in one HDF5 file, with weights by name.
  private func hdf5(_ model: KerasWrittenModel) -> HDF5Contents {
    let contents = HDF5Contents()
    let root = "model_weights"
    contents.addGroup("")
    contents.addText(model.configuration.text, named: "model_config", to: "")
    contents.addText(notes.text, named: KerasExportNotes.key, to: "")
    contents.addGroup(root)
    for group in ["", root] {
      contents.addText(Self.version, named: "keras_version", to: group)
      contents.addText("tensorflow", named: "backend", to: group)
    }
    let layers = model.layers.filter { !$0.layer.isOperation }
    add(layers.map(\.name), named: "layer_names", to: root, contents)
    for placed in layers {
      let group = "\(root)/\(placed.name)"
      contents.addGroup(group)
      let names = placed.weights.map { "\(placed.name)/\($0.name)" }
      add(names, named: "weight_names", to: group, contents)
      for (name, weight) in zip(names, placed.weights) {
        contents.addTensor(
          "\(group)/\(name)", shape: weight.parameter.specification.shape,
          values: UnsafePointer(weight.parameter.values.pointer))
      }
    }
    contents.addGroup("\(root)/top_level_model_weights")
    contents.addTexts([], named: "weight_names", to: "\(root)/top_level_model_weights")
    return contents
  }

  /// An attribute must not be larger than 64 KB: longer lists are cut into `name0`, `name1`, ….
  private func add(
    _ texts: [String], named name: String, to group: String, _ contents: HDF5Contents
  ) {
    let limit = 4000
    guard texts.count > limit else {
      return contents.addTexts(texts, named: name, to: group)
    }
    for (part, start) in stride(from: 0, to: texts.count, by: limit).enumerated() {
      contents.addTexts(
        Array(texts[start..<min(start + limit, texts.count)]), named: "\(name)\(part)", to: group)
    }
  }
}
