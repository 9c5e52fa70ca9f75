import Files

/// Whole Keras models in HDF5, the `.h5` of `model.save`: architecture as JSON in the attribute
/// `model_config`, weights in the group `model_weights`.
enum KerasHDF5 {
  private static let weightsRoot = "model_weights"
  /// Groups of the root with the state of training, which starts afresh.
  private static let trainingState = ["optimizer_weights"]

  /// - Throws: `FileError`; `FormatError` for whatever is wrong with the file or the model.
  static func read(path: String) throws -> ImportedModel {
    let archive = try HDF5Archive(path: path, skipping: trainingState)
    do throws(UnexpectedContent) {
      return try model(archive)
    } catch {
      throw error.formatError(path: path)
    }
  }

  private static func model(_ archive: HDF5Archive) throws(UnexpectedContent) -> ImportedModel {
    let root = archive.groups[""] ?? [:]
    guard let configuration = root["model_config"]?.first else {
      let isWeights = root["layer_names"] != nil || archive.groups["layers"] != nil
      throw UnexpectedContent(
        expected: "a whole model, as model.save writes it (attribute 'model_config')",
        found: isWeights ? "weights alone, which do not say what network they are of" : "none")
    }
    let version = root["keras_version"] ?? archive.groups[weightsRoot]?["keras_version"]
    // Keras 1 wrote none.
    guard let version = version?.first, let major = Int(version.prefix { $0 != "." }), major >= 2
    else {
      throw UnexpectedContent(
        expected: "a model of Keras 2 or later (attribute 'keras_version')",
        found: version?.first.map { "'\($0)'" } ?? "none, as in Keras 1")
    }
    var report = ImportReport(format: "Keras HDF5 (Keras \(version))")
    let training = root["training_config"]?.first
    if training != nil { report.skipped.append("optimizer and metrics of the training before") }
    var imported = try model(
      parse(configuration), major: major, archive: archive, report: report)
    imported.loss = training.flatMap { try? JSONParser.parse($0) }
      .flatMap { KerasTrainingConfiguration($0).loss }
    return imported
  }

  /// - Parameter configuration: the value of `model_config`.
  static func model(
    _ configuration: JSONValue, major: Int, archive: HDF5Archive, report: ImportReport
  ) throws(UnexpectedContent) -> ImportedModel {
    var assembly = try KerasAssembly(
      KerasModelDefinition(configuration), builder: KerasLayerBuilder(major: major),
      weights: KerasWeights(archive: archive, root: weightsRoot), report: report)
    return try assembly.model()
  }

  private static func parse(_ text: String) throws(UnexpectedContent) -> JSONValue {
    do throws(JSONError) {
      return try JSONParser.parse(text)
    } catch {
      throw UnexpectedContent(expected: "JSON in attribute 'model_config'", found: "\(error)")
    }
  }
}
