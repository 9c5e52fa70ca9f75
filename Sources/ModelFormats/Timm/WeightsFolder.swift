import Files
import Network

/// A folder of a hub: weights, and beside them timm's `config.json`, or nothing that says what they are of.
enum WeightsFolder {
  static let configurationName = "config.json"
  /// Files of weights, those that are read first in front.
  static let weightNames = [
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
    "pytorch_model.bin.index.json",
  ]

  /// A folder, or the configuration in one.
  /// - Throws: `FileError`; `FormatError`; `UnrecognizedWeights`.
  static func read(path: String, options: OpeningOptions) throws -> ImportedModel {
    let folder = Folder.exists(path) ? path : splitPath(path).folder
    let configurationPath =
      Folder.exists(path) ? joinPath(path, configurationName) : path
    guard InputFile.exists(configurationPath) else {
      return try StateDictionaryFile.read(tensors(path: folder), options: options)
    }
    let configuration = try TimmConfiguration(path: configurationPath)
    let weights = try tensors(path: folder)
    return try naming(weights.path) { try model(weights, configuration, options: options) }
  }

  /// The tensors of a folder.
  /// - Throws: `FileError`, `FormatError`.
  static func tensors(path: String) throws -> TensorFile {
    for name in weightNames {
      let file = joinPath(path, name)
      guard InputFile.exists(file) else { continue }
      guard let tensors = try ModelFile.tensors(file) else {
        throw FormatError(path: file, expected: "a file of weights", found: "something else")
      }
      return tensors
    }
    throw FormatError(
      path: path,
      expected: "weights beside \(configurationName) (\(weightNames[0]) or \(weightNames[2]))",
      found: "none")
  }

  private static func model(
    _ weights: TensorFile, _ configuration: TimmConfiguration, options: OpeningOptions
  ) throws -> ImportedModel {
    var options = options
    options.imageSize = options.imageSize ?? configuration.inputSize
    let asked = options.architecture
    let name = configuration.architecture.name(in: .timm)
    let found: ArchitectureRecognition
    do {
      found = try ArchitectureRecognition(
        weights.archive, asked: asked ?? name, dialect: asked == nil ? .timm : nil)
    } catch let error as UnrecognizedNetwork {
      guard asked == nil else { throw UnrecognizedWeights(weights, error) }
      throw UnexpectedContent(
        expected: "weights of \(name), as \(configurationName) says", found: error.found)
    }
    if asked == nil, let outputs = configuration.outputs, outputs != found.classes ?? 0 {
      throw UnexpectedContent(
        expected: "\(outputs) outputs, as num_classes of \(configurationName) says",
        found: "\(found.classes ?? 0)")
    }
    var imported = try StateDictionaryFile.model(
      weights, of: found, how: asked == nil ? "as \(configurationName) says" : "as asked for",
      options: options)
    imported.preparation = configuration.preparation
    imported.timmConfiguration = configuration.json
    if let labels = configuration.labels {
      if labels.count == found.classes {
        imported.classNames = labels
      } else {
        imported.report.warnings.append(
          "\(configurationName) names \(labels.count) classes, and the network has "
            + "\(found.classes ?? 0) outputs: they are left without names")
      }
    }
    return imported
  }
}
