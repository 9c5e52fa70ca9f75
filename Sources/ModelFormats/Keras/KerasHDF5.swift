import Files
import JSON
import Network

/// Whole Keras models in HDF5, the `.h5` of `model.save`: architecture as JSON in the attribute
/// `model_config`, weights in the group `model_weights`.
enum KerasHDF5 {
  private static let weightsRoot = "model_weights"
  /// Groups of the root with the state of training, which starts afresh.
  private static let trainingState = ["optimizer_weights"]

  /// - Throws: `FileError`; `FormatError` for whatever is wrong with the file or the model.
  static func read(path: String, options: OpeningOptions) throws -> ImportedModel {
    let archive = try HDF5Archive(path: path, skipping: trainingState)
    do {
      try options.refuseArchitecture()
      return try model(archive, imageSize: options.openSize)
    } catch let error as UnexpectedContent {
      throw error.formatError(path: path)
    }
  }

  private static func model(_ archive: HDF5Archive, imageSize: ImageSize?) throws -> ImportedModel {
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
    let minor = Int(version.dropFirst(version.prefix { $0 != "." }.count + 1).prefix { $0 != "." })
    let builder = KerasLayerBuilder(
      major: major, minor: minor ?? 0, isConvolving: try isConvolving(archive))
    if builder.isConvolving {
      report.warnings.append("kernels of a Theano file are turned by 180°, as Keras does")
    }
    var imported = try model(
      parse(configuration), builder: builder, archive: archive, imageSize: imageSize,
      report: report)
    imported.loss = training.flatMap { try? JSONValue.parse($0) }
      .flatMap { KerasTrainingConfiguration($0).loss }
    return imported
  }

  /// Whether the library that computed for Keras convolves (Theano), where all others correlate. In
  /// files of both kinds kernels stand as that library has them.
  private static func isConvolving(_ archive: HDF5Archive) throws(UnexpectedContent) -> Bool {
    let backends = [weightsRoot, ""].compactMap { archive.groups[$0]?["backend"]?.first }
    guard Set(backends).count <= 1 else {
      throw UnexpectedContent(
        expected: "one 'backend' of the file and its weights",
        found: backends.map { "'\($0)'" }.joined(separator: " and "))
    }
    guard let backend = backends.first, backend != "theano" else { return !backends.isEmpty }
    guard ["tensorflow", "cntk", "jax", "torch", "mxnet", "numpy", "openvino"].contains(backend)
    else {
      throw UnexpectedContent(
        expected: "tensorflow, theano, cntk, jax or torch as 'backend'", found: "'\(backend)'")
    }
    return false
  }

  /// - Parameter configuration: the value of `model_config`.
  static func model(
    _ configuration: JSONValue, builder: KerasLayerBuilder, archive: HDF5Archive,
    imageSize: ImageSize? = nil, report: ImportReport
  ) throws -> ImportedModel {
    var assembly = try KerasAssembly(
      KerasModelDefinition(configuration), builder: builder,
      weights: KerasWeights(archive: archive, root: weightsRoot), imageSize: imageSize,
      report: report)
    return try assembly.model()
  }

  private static func parse(_ text: String) throws(UnexpectedContent) -> JSONValue {
    do throws(JSONError) {
      return try JSONValue.parse(text)
    } catch {
      throw UnexpectedContent(expected: "JSON in attribute 'model_config'", found: "\(error)")
    }
  }
}
