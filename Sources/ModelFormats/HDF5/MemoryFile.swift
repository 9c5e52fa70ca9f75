import CHDF5Extraction
import Files
import Glibc

/// A file without a place on any disk. It is gone with this value.
final class MemoryFile {
  let descriptor: Int32
  /// Bytes that it holds.
  private(set) var size = 0
  /// What errors call it.
  let name: String

  /// - Throws: `FileError` where there is no memory for it.
  init(calledAs name: String) throws {
    descriptor = hdf5_memory_file()
    self.name = name
    guard descriptor >= 0 else { throw FileError(path: name, action: "unpack", code: errno) }
  }

  deinit { close(descriptor) }

  func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try writeAll($0, to: descriptor, path: name) }
    size += bytes.count
  }
}
