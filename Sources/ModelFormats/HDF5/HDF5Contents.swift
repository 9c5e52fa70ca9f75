import CHDF5Extraction
import Files
import Glibc

/// What is to be written to an HDF5 file: groups, their texts, and tensors, whose values stay where they
/// are until then.
final class HDF5Contents {
  private let contents: OpaquePointer?

  init() { contents = hdf5_contents_make() }

  deinit { hdf5_contents_free(contents) }

  /// Groups above it are made as needed; the root is `""`.
  func addGroup(_ path: String) { hdf5_contents_add_group(contents, path) }

  func addText(_ text: String, named name: String, to group: String) {
    hdf5_contents_add_text(contents, group, name, text)
  }

  func addTexts(_ texts: [String], named name: String, to group: String) {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    copies.map { UnsafePointer($0) }.withUnsafeBufferPointer {
      hdf5_contents_add_texts(contents, group, name, $0.baseAddress, UInt64($0.count))
    }
  }

  /// - Parameter values: as many as the shape says, for as long as this lives.
  func addTensor(_ path: String, shape: [Int], values: UnsafePointer<Float>) {
    let dimensions = shape.map { UInt64($0) }
    hdf5_contents_add_tensor(contents, path, UInt64(shape.count), dimensions, values)
  }

  /// - Parameter name: what errors call the file.
  /// - Throws: `FileError`.
  func write(to path: String, calledAs name: String) throws {
    let code = hdf5_write(contents, path)
    guard code == 0 else { throw FileError(path: name, action: "write", code: code) }
  }
}
