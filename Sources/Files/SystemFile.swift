import Glibc

/// The small files in which the system describes itself. They say that they are empty, and are read
/// as a stream.
package enum SystemFile {
  /// At most 16 KB from its beginning.
  /// - Throws: `FileError`.
  package static func contents(of path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(path: path, action: "open", code: errno) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 16 << 10)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes {
        read(descriptor, $0.baseAddress! + count, $0.count - count)
      }
      guard got > 0 else { break }
      count += got
    }
    return Array(bytes[..<count])
  }

  /// The same as text; `nil` where there is no such file.
  package static func text(_ path: String) -> String? {
    (try? contents(of: path)).map { String(decoding: $0, as: UTF8.self) }
  }
}
