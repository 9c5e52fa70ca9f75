import Files
import Images
import JSON
import Network
import Safetensors

/// Weights with PyTorch's or slim's names, without a description of their network: the network is one of our
/// architectures, recognised by names and shapes, or named by whoever asks.
enum StateDictionaryFile {
  /// - Throws: `FileError`; `FormatError` for whatever is wrong with the file; `UnrecognizedWeights`.
  static func readPyTorch(path: String, options: OpeningOptions) throws -> ImportedModel {
    try read(PyTorchFile.tensors(path: path), options: options)
  }

  /// - Throws: as above.
  static func readSafetensors(path: String, options: OpeningOptions) throws -> ImportedModel {
    try read(safetensors(path: path), options: options)
  }

  /// - Throws: as above.
  static func readShards(path: String, options: OpeningOptions) throws -> ImportedModel {
    try read(ShardedArchive.tensors(path: path), options: options)
  }

  /// - Throws: `FileError`, `FormatError`.
  static func safetensors(path: String) throws -> TensorFile {
    let archive = try SafetensorsArchive(path: path)
    return TensorFile(
      path: path, archive: archive, format: "safetensors", metadata: archive.metadata)
  }

  /// - Throws: as above.
  static func read(_ file: TensorFile, options: OpeningOptions) throws -> ImportedModel {
    do {
      return try naming(file.path) {
        var imported = try model(file, options: options)
        try ModelMetadata(file.metadata, path: file.path).apply(to: &imported)
        return imported
      }
    } catch let error as UnrecognizedNetwork {
      throw UnrecognizedWeights(file, error)
    }
  }

  /// - Throws: `UnexpectedContent`, `UnrecognizedNetwork`; what the archive throws.
  static func model(_ file: TensorFile, options: OpeningOptions) throws -> ImportedModel {
    let found = try ArchitectureRecognition(
      file.archive, asked: options.architecture, hint: splitPath(file.path).name)
    let how = options.architecture == nil ? "by names and shapes" : "as asked for"
    return try model(file, of: found, how: how, options: options)
  }

  /// - Parameter how: the architecture was told.
  static func model(
    _ file: TensorFile, of found: ArchitectureRecognition, how: String, options: OpeningOptions
  ) throws -> ImportedModel {
    let name = found.architecture.name(in: found.dialect)
    let usual = found.architecture.inputShape(found.dialect)
    let standard = Shape(
      usual.dimensions.dropLast() + [found.channels])
    let graph: Graph
    do {
      graph = try found.architecture.graph(
        found.dialect, inputShape: options.inputShape(standard: standard),
        classes: found.classes)
    } catch {
      throw UnexpectedContent(expected: "an input that \(name) can take", found: "\(error)")
    }
    var report = ImportReport(
      format: "\(file.format) (\(found.dialect.title)'s \(name), \(how))")
    report.skipped = file.skipped
    report.renamed = found.names.renamed
    if !found.alternatives.isEmpty {
      report.warnings.append(
        "\(found.alternatives.joined(separator: ", ")) would take these weights too, and computes "
          + "otherwise: --architecture says which it is")
    }
    if found.classes == nil {
      report.warnings.append("the file has no classifier: a head is put on what it gives")
    }
    let naming = found.names.naming
    var places = naming.places(of: graph)
    for index in places.indices {
      let name = places[index].stored.name
      places[index].stored.name = found.names.file[name] ?? name
    }
    var loader = WeightLoader(file.archive, report: report)
    let model = try loader.model(graph, places: places) {
      naming.isOfTraining($0) || naming == .slim && SlimVariables.isAuxiliary($0)
    }
    if naming == .slim, found.classes == Architecture.classes + 1 {
      loader.report.warnings.append(
        "the first of the \(Architecture.classes + 1) outputs is slim's 'background': ImageNet's classes "
          + "come after it")
    }
    if naming == .slim, file.archive.tensorNames.contains(where: SlimVariables.isAuxiliary) {
      loader.report.warnings.append(
        "a classifier half-way (AuxLogits), which helps in training alone, is left out")
    }
    var imported = ImportedModel(
      model: model, report: loader.report, family: (found.architecture, found.dialect))
    imported.hasClassifier = found.classes != nil
    return imported
  }
}
