import CZip
import Glibc

/// A new zip archive, by libzip: files put beside each other, not packed.
package enum ZipWriter {
  package enum Content {
    case bytes([UInt8])
    /// The file of this path.
    case file(String)
  }

  /// Writes an archive, which appears whole or not at all.
  /// - Throws: `FileError`, `FormatError` where it cannot be written.
  package static func write(_ files: [(name: String, content: Content)], to path: String) throws {
    try OutputFile.write(to: path) { partialPath in
      var code: Int32 = 0
      guard let archive = zip_open(partialPath, ZIP_CREATE | ZIP_TRUNCATE, &code) else {
        throw FileError(path: path, action: "write", code: errno == 0 ? EIO : errno)
      }
      do {
        for (name, content) in files { try add(name, content, to: archive, path) }
      } catch {
        zip_discard(archive)
        throw error
      }
      guard zip_close(archive) == 0 else {
        let system = zip_error_code_system(zip_get_error(archive))
        zip_discard(archive)
        throw FileError(path: path, action: "write", code: system == 0 ? EIO : system)
      }
    }
  }

  private static func add(
    _ name: String, _ content: Content, to archive: OpaquePointer, _ path: String
  ) throws {
    var source: OpaquePointer?
    switch content {
    case .bytes(let bytes):
      // The archive reads it when it is closed, and frees it.
      guard let copy = malloc(max(bytes.count, 1)) else {
        throw FileError(path: path, action: "write", code: ENOMEM)
      }
      bytes.withUnsafeBytes { if let start = $0.baseAddress { memcpy(copy, start, $0.count) } }
      source = zip_source_buffer(archive, copy, UInt64(bytes.count), 1)
      if source == nil { free(copy) }
    case .file(let file):
      source = zip_source_file(archive, file, 0, -1)
    }
    guard let source else { throw failure(of: archive, path) }
    let index = zip_file_add(archive, name, source, ZIP_FL_ENC_UTF_8)
    guard index >= 0 else {
      zip_source_free(source)
      throw failure(of: archive, path)
    }
    guard zip_set_file_compression(archive, UInt64(index), ZIP_CM_STORE, 0) == 0 else {
      throw failure(of: archive, path)
    }
  }

  private static func failure(of archive: OpaquePointer, _ path: String) -> FormatError {
    FormatError(
      path: path, expected: "an archive that can be written",
      found: String(cString: zip_strerror(archive)))
  }
}
