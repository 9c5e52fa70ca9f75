import Files
import JSON
import Network

/// `.keras`, a zip archive: `config.json` describes the model, `model.weights.h5` has its weights by
/// place, `metadata.json` says which Keras wrote it. Written since Keras 2.12.
enum KerasArchive {
  static let configurationName = "config.json"
  static let metadataName = "metadata.json"
  static let weightsName = "model.weights.h5"

  /// - Throws: `FileError`; `FormatError` for whatever is wrong with the file or the model.
  static func read(path: String, options: OpeningOptions) throws -> ImportedModel {
    let zip = try ZipArchive(path: path)
    let description = try KerasDescription(zip)
    return try naming(path) {
      try options.refuseArchitecture()
      let weights = try unpackedWeights(of: zip)
      return try description.model(options, format: "Keras archive") { model in
        try KerasVariables(archive: weights, of: model)
      }
    }
  }

  /// The folder that such an archive unpacks to.
  static func readFolder(path: String, options: OpeningOptions) throws -> ImportedModel {
    let description = try KerasDescription(folder: path)
    return try naming(path) {
      try options.refuseArchitecture()
      let weights = try HDF5Archive(
        path: joinPath(path, weightsName), skipping: KerasVariables.trainingState)
      return try description.model(options, format: "Keras folder") { model in
        try KerasVariables(archive: weights, of: model)
      }
    }
  }

  /// The HDF5 library wants a file of its own.
  private static func unpackedWeights(of zip: ZipArchive) throws -> HDF5Archive {
    let name = "\(zip.path)/\(weightsName)"
    let entry = try zip.entry(weightsName)
    // Weights hardly shrink when packed: what unpacks to far more than the archive is no model.
    let limit = min(
      try InputFile(path: zip.path).size.multipliedReportingOverflow(by: 64).partialValue,
      SystemMemory.available / 2)
    guard entry.size <= limit else {
      throw FormatError(
        path: name, expected: "at most \(NumberText.size(limit)) of weights",
        found: NumberText.size(entry.size))
    }
    let file = try MemoryFile(calledAs: name)
    var left = entry.size
    while left > 0 {
      let count = min(left, 1 << 20)
      try file.write(entry.read(count))
      left -= count
    }
    guard try entry.isAtEnd() else {
      throw FormatError(
        path: name, expected: "\(entry.size) bytes, as the archive says", found: "more")
    }
    return try HDF5Archive(file, skipping: KerasVariables.trainingState)
  }
}
