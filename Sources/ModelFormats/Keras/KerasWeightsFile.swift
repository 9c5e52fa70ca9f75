import Files
import Network

/// Weights without a description of their network: `save_weights`, Keras Applications' own files. The
/// description stands beside them, or the network is one of our architectures, told by names and shapes.
enum KerasWeightsFile {
  /// - Throws: `UnexpectedContent`, `FileError`, `FormatError`.
  static func model(
    _ archive: HDF5Archive, root: String, path: String, options: OpeningOptions
  ) throws -> ImportedModel {
    var objection: String?
    // A network that is asked for comes first.
    if options.architecture == nil, let (description, name) = try beside(path) {
      do {
        var imported = try model(archive, root: root, description, options)
        imported.report.warnings.append("the network is the one that \(name) beside it describes")
        return imported
      } catch let error as UnexpectedContent {
        objection =
          "\(name) beside it describes another network: "
          + "expected \(error.expected), found \(error.found)"
      }
    }
    var imported = try KerasArchitectureWeights(
      archive, root: root, path: path, architecture: options.architecture
    ).model(options)
    if let objection { imported.report.warnings.append(objection) }
    return imported
  }

  private static func model(
    _ archive: HDF5Archive, root: String, _ description: KerasDescription, _ options: OpeningOptions
  ) throws -> ImportedModel {
    var description = description
    description.isConvolving = try KerasHDF5.isConvolving(archive, root: root)
    return try description.model(options, format: "Keras weights") { model in
      guard KerasStoredLayer.hasPlaces(archive) else {
        return try KerasWeights(archive: archive, root: root)
      }
      return try KerasVariables(archive: archive, of: model)
    }
  }

  /// The description of the network in a file of the same name: `NAME.json` or a whole model,
  /// `NAME.keras` or `NAME.h5`; for `model.weights.h5`, `config.json`.
  private static func beside(_ path: String) throws -> (KerasDescription, name: String)? {
    let (folder, name) = splitPath(path)
    var stem = name
    for ending in [".hdf5", ".h5", ".weights"] where stem.hasSuffix(ending) {
      stem.removeLast(ending.count)
    }
    var candidates = ["json", "keras", "h5", "hdf5"].map { "\(stem).\($0)" }
    if name == KerasArchive.weightsName { candidates.append(KerasArchive.configurationName) }
    for candidate in candidates where candidate != name && !stem.isEmpty {
      let place = joinPath(folder, candidate)
      guard InputFile.exists(place),
        let description = try? description(of: place),
        (try? KerasModelDefinition(description.configuration)) != nil
      else { continue }
      return (description, candidate)
    }
    return nil
  }

  private static func description(of path: String) throws -> KerasDescription? {
    if path.hasSuffix(".json") { return try KerasDescription(json: path) }
    if path.hasSuffix(".keras") { return try KerasDescription(ZipArchive(path: path)) }
    return try KerasHDF5.description(
      HDF5Archive(path: path, skipping: ["model_weights", "optimizer_weights"]), path: path)
  }
}
