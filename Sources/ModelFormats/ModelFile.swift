import Files
import Network

/// The front door: opens a model file of any format that Thaw reads, recognised by its contents.
package enum ModelFile {
  /// - Parameter imageSize: height and width of the input where the model takes images of any size.
  /// - Throws: `FileError` where the file cannot be read; `FormatError`, in one line with expected
  ///   and found, where it is damaged, of a format that is not read, or of a model that cannot run.
  package static func open(_ path: String, imageSize: ImageSize? = nil) throws -> ImportedModel {
    let (content, reader) = try FormatRegistry.recognize(path: path)
    guard let reader else {
      throw FormatError(
        path: path, expected: FormatRegistry.readable, found: content.description)
    }
    return try reader(path, imageSize)
  }
}
