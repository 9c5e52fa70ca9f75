import Files
import Glibc

/// A folder of a test's own, gone with it.
package final class TemporaryFolder {
  package let path: String

  package init() {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array(joinPath(base, "thaw-test-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("no temporary folder: errno \(errno)") }
    path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  deinit { Self.remove(path) }

  /// The path of `name` in it.
  package func callAsFunction(_ name: String) -> String { joinPath(path, name) }

  /// Writes a file and returns its path. Without syncs, so that thousands can be written.
  @discardableResult
  package func write(_ bytes: [UInt8], to name: String) throws -> String {
    let path = self(name)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(path: path, action: "create", code: errno) }
    defer { close(descriptor) }
    try bytes.withUnsafeBytes { try writeAll($0, to: descriptor, path: path) }
    return path
  }

  private static func remove(_ path: String) {
    chmod(path, 0o700)
    for name in (try? Folder.names(in: path)) ?? [] {
      let entry = joinPath(path, name)
      var status = stat()
      if lstat(entry, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        remove(entry)
      } else {
        unlink(entry)
      }
    }
    rmdir(path)
  }
}
