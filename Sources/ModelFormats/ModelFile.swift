import Files
import Network

/// The front door: opens a model file of any format that Thaw reads, recognised by its contents.
package enum ModelFile {
  /// - Parameter imageSize: height and width of the input where the model takes images of any size.
  /// - Throws: `FileError` where the file cannot be read; `FormatError`, in one line with expected
  ///   and found, where it is damaged, of a format that is not read, or of a model that cannot run.
  package static func open(_ path: String, imageSize: ImageSize? = nil) throws -> ImportedModel {
    guard !Folder.exists(path) else {
      throw FormatError(path: path, expected: expected, found: "a folder")
    }
    let file = try InputFile(path: path)
    let format = try ModelFileFormat.recognize(file)
    guard format == .hdf5 else {
      throw FormatError(path: path, expected: expected, found: format.rawValue)
    }
    return try KerasHDF5.read(path: path, imageSize: imageSize)
  }

  private static let expected = "a whole Keras model in HDF5 (.h5)"
}

/// Formats that are told apart by their first bytes; the text is what a person calls them.
enum ModelFileFormat: String {
  case hdf5 = "an HDF5 file"
  case zip = "a ZIP archive (such as Keras' .keras or PyTorch's .pth)"
  case pickle = "a Python pickle (such as PyTorch's older .pth)"
  case safetensors = "a safetensors file"
  case gzip = "gzipped data"
  case image = "an image"
  case empty = "an empty file"
  case other = "something else"

  static func recognize(_ file: InputFile) throws -> ModelFileFormat {
    guard file.size > 0 else { return .empty }
    let head = try file.bytes(at: 0, count: min(file.size, 9))
    if try hasHDF5Signature(file) { return .hdf5 }
    if head.starts(with: Array("PK\u{3}\u{4}".utf8)) { return .zip }
    if head.starts(with: [0x80]), head.count > 1, (2...5).contains(head[1]) { return .pickle }
    if head.starts(with: [0x1F, 0x8B]) { return .gzip }
    if head.starts(with: [0x89, 0x50, 0x4E, 0x47]) || head.starts(with: [0xFF, 0xD8, 0xFF]) {
      return .image
    }
    // A little-endian length of at most 100 MB, then a JSON object.
    if head.count == 9, head[8] == UInt8(ascii: "{"), head[4..<8].allSatisfy({ $0 == 0 }) {
      return .safetensors
    }
    return .other
  }

  /// The signature stands at byte 0, or after a block of the user's own at 512, 1024, 2048, ….
  private static func hasHDF5Signature(_ file: InputFile) throws -> Bool {
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    var offset = 0
    while offset <= 1 << 20, file.size - offset >= signature.count {
      if try file.bytes(at: offset, count: signature.count) == signature { return true }
      offset = offset == 0 ? 512 : offset * 2
    }
    return false
  }
}
