import Files
import Images
import JSON
import Network

/// What a Keras file says of its model beside the weights: the configuration, the version that wrote
/// it, what training was told, and what Thaw keeps in its own exports.
struct KerasDescription {
  let configuration: JSONValue
  /// `3.15.1`; `nil` where nothing says.
  let version: String?
  /// Whether kernels stand as Theano has them.
  var isConvolving = false
  /// What `compile` was told.
  var training: JSONValue?
  var notes: KerasExportNotes?
  /// For errors.
  private let path: String

  private static let limit = 64 << 20

  /// - Throws: `FormatError` where the archive does not say what it has to.
  init(_ zip: ZipArchive) throws {
    let metadata = try zip.contents(of: KerasArchive.metadataName, limit: Self.limit)
    let configuration = try zip.contents(of: KerasArchive.configurationName, limit: Self.limit)
    try self.init(configuration: configuration, metadata: metadata, path: zip.path)
  }

  init(folder: String) throws {
    let metadata = joinPath(folder, KerasArchive.metadataName)
    try self.init(
      configuration: InputFile.contents(
        of: joinPath(folder, KerasArchive.configurationName), limit: Self.limit),
      metadata: InputFile.exists(metadata)
        ? InputFile.contents(of: metadata, limit: Self.limit) : nil,
      path: folder)
  }

  /// `model.to_json()` in a file.
  init(json path: String) throws {
    try self.init(
      configuration: InputFile.contents(of: path, limit: Self.limit), metadata: nil, path: path)
  }

  private init(configuration: [UInt8], metadata: [UInt8]?, path: String) throws {
    let configuration = try Self.parse(
      configuration, path: path, name: KerasArchive.configurationName)
    let metadata = try metadata.map {
      try Self.parse($0, path: path, name: KerasArchive.metadataName)
    }
    self.init(
      configuration: configuration,
      version: (metadata?["keras_version"] ?? configuration["keras_version"])?.string, path: path)
    training = configuration["compile_config"]
    notes = metadata?[KerasExportNotes.key].flatMap { KerasExportNotes($0, file: path) }
  }

  init(configuration: JSONValue, version: String?, path: String) {
    self.configuration = configuration
    self.version = version
    self.path = path
  }

  private static func parse(_ bytes: [UInt8], path: String, name: String) throws -> JSONValue {
    do throws(JSONError) {
      return try JSONValue.parse(bytes)
    } catch {
      throw FormatError(path: path, expected: "JSON in '\(name)'", found: "\(error)")
    }
  }

  /// Which Keras wrote it: 3, where nothing says.
  var builder: KerasLayerBuilder {
    let numbers = (version ?? "3").split(separator: ".").map { Int($0) ?? 0 }
    return KerasLayerBuilder(
      major: numbers.first ?? 3, minor: numbers.dropFirst().first ?? 0, isConvolving: isConvolving)
  }

  /// The model with its weights.
  /// - Parameters:
  ///   - options: what was asked for, such as the size of an input that is left open.
  ///   - format: what the report calls the file.
  ///   - weights: where they stand, for the model that this describes.
  func model(
    _ options: OpeningOptions, format: String,
    weights: (KerasModelDefinition) throws -> any KerasWeightSource
  ) throws -> ImportedModel {
    var report = ImportReport(
      format: version.map { "\(format) (Keras \($0))" } ?? format)
    if training?["loss"] != nil {
      report.skipped.append("optimizer and metrics of the training before")
    }
    if isConvolving {
      report.warnings.append("kernels of a Theano file are turned by 180°, as Keras does")
    }
    let definition = try KerasModelDefinition(configuration)
    var assembly = try KerasAssembly(
      definition, builder: builder, weights: weights(definition), options: options,
      report: report)
    var imported = try assembly.model()
    imported.loss = training.flatMap { KerasTrainingConfiguration($0).loss }
    notes?.complete(&imported)
    return imported
  }
}
