import Files
import Network

/// The front door: opens a model file of any format that Thaw reads, recognised by its contents.
package enum ModelFile {
  /// - Parameter imageSize: height and width of the input where the model takes images of any size.
  /// - Throws: `FileError` where the file cannot be read; `FormatError`, in one line with expected
  ///   and found, where it is damaged, of a format that is not read, or of a model that cannot run.
  package static func open(_ path: String, imageSize: ImageSize? = nil) throws -> ImportedModel {
    guard !Folder.exists(path) else {
      let content = FileContent.ofFolder { (try? InputFile(path: joinPath(path, $0))) != nil }
      throw FormatError(path: path, expected: expected, found: content.description)
    }
    let content = try FileContent.recognize(InputFile(path: path))
    guard content == .hdf5 else {
      throw FormatError(path: path, expected: expected, found: content.description)
    }
    return try KerasHDF5.read(path: path, imageSize: imageSize)
  }

  private static let expected = "a whole Keras model in HDF5 (.h5)"
}
