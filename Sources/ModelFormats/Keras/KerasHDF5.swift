import Files
import JSON
import Network

/// Keras models in HDF5, the `.h5` of `model.save`: architecture as JSON in the attribute `model_config`,
/// weights in the group `model_weights`. Without the attribute it is weights alone.
enum KerasHDF5 {
  private static let weightsRoot = "model_weights"
  /// Groups of the root with the state of training, which starts afresh.
  static let trainingState = ["optimizer_weights"] + KerasVariables.trainingState

  /// - Throws: `FileError`; `FormatError` for whatever is wrong with the file or the model.
  static func read(_ archive: HDF5Archive, path: String, options: OpeningOptions) throws
    -> ImportedModel
  {
    try naming(path) { try model(archive, path: path, options: options) }
  }

  private static func model(
    _ archive: HDF5Archive, path: String, options: OpeningOptions
  ) throws -> ImportedModel {
    guard let description = try description(archive, path: path) else {
      let isWhole = archive.groups[weightsRoot]?["layer_names"] != nil
      return try KerasWeightsFile.model(
        archive, root: isWhole ? weightsRoot : "", path: path, options: options)
    }
    try options.refuseArchitecture()
    return try description.model(options, format: "Keras HDF5") { _ in
      try KerasWeights(archive: archive, root: weightsRoot)
    }
  }

  /// What a whole model's file says beside its weights; `nil` of weights alone.
  static func description(_ archive: HDF5Archive, path: String) throws(UnexpectedContent)
    -> KerasDescription?
  {
    let root = archive.groups[""] ?? [:]
    guard let configuration = root["model_config"]?.first else { return nil }
    let version = root["keras_version"] ?? archive.groups[weightsRoot]?["keras_version"]
    // Keras 1 wrote none.
    guard let version = version?.first, let major = Int(version.prefix { $0 != "." }), major >= 2
    else {
      throw UnexpectedContent(
        expected: "a model of Keras 2 or later (attribute 'keras_version')",
        found: version?.first.map { "'\($0)'" } ?? "none, as in Keras 1")
    }
    var description = KerasDescription(
      configuration: try parse(configuration), version: version, path: path)
    description.isConvolving = try isConvolving(archive, root: weightsRoot)
    description.training = root["training_config"]?.first.flatMap { try? JSONValue.parse($0) }
    description.notes = root[KerasExportNotes.key]?.first.flatMap { try? JSONValue.parse($0) }
      .flatMap { KerasExportNotes($0, file: path) }
    return description
  }

  /// Whether the library that computed for Keras convolves (Theano), where all others correlate. In
  /// files of both kinds kernels stand as that library has them.
  static func isConvolving(_ archive: HDF5Archive, root: String) throws(UnexpectedContent)
    -> Bool
  {
    let backends = Set([root, ""]).compactMap { archive.groups[$0]?["backend"]?.first }
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
      weights: KerasWeights(archive: archive, root: weightsRoot),
      options: OpeningOptions(imageSize: imageSize), report: report)
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
