import CZip

/// The files in a zip archive, by libzip.
///
/// Belongs to one queue at a time.
package final class ZipArchive {
  package let path: String
  private let archive: OpaquePointer

  /// - Throws: `FileError`; `FormatError` for what is no archive.
  package init(path: String) throws {
    // Says what is wrong with a path that libzip would only refuse.
    _ = try InputFile(path: path)
    var code: Int32 = 0
    guard let archive = zip_open(path, ZIP_RDONLY, &code) else {
      var error = zip_error_t()
      zip_error_init_with_code(&error, code)
      defer { zip_error_fini(&error) }
      throw FormatError(
        path: path, expected: "a zip archive",
        found: String(cString: zip_error_strerror(&error)))
    }
    self.path = path
    self.archive = archive
  }

  deinit { zip_discard(archive) }

  /// Names that are UTF-8 and no folder.
  package var names: [String] {
    (0..<max(0, zip_get_num_entries(archive, 0))).compactMap { index in
      zip_get_name(archive, UInt64(index), 0).flatMap { String(validatingCString: $0) }
    }.filter { !$0.hasSuffix("/") }
  }

  /// A file of an archive, read from its beginning on.
  package final class Entry {
    package let name: String
    /// Bytes, as the archive says.
    package let size: Int
    private let path: String
    private let file: OpaquePointer

    fileprivate init(name: String, size: Int, path: String, file: OpaquePointer) {
      self.name = name
      self.size = size
      self.path = path
      self.file = file
    }

    deinit { zip_fclose(file) }

    /// The next bytes.
    /// - Throws: `FormatError` where there are fewer, or damaged ones.
    package func read(_ count: Int) throws -> [UInt8] {
      try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        while initialized < count {
          let got = zip_fread(file, buffer.baseAddress! + initialized, UInt64(count - initialized))
          guard got > 0 else {
            throw FormatError(
              path: "\(path)/\(name)", expected: "\(count) bytes more",
              found: got < 0
                ? String(cString: zip_file_strerror(file)) : "the end after \(initialized)")
          }
          initialized += Int(got)
        }
      }
    }

    /// Whether nothing follows; checks the sum of what was read.
    package func isAtEnd() throws -> Bool {
      var byte: UInt8 = 0
      let got = zip_fread(file, &byte, 1)
      guard got >= 0 else {
        throw FormatError(
          path: "\(path)/\(name)", expected: "undamaged data",
          found: String(cString: zip_file_strerror(file)))
      }
      return got == 0
    }
  }

  /// - Throws: `FormatError` where it cannot be read.
  package func entry(_ name: String) throws -> Entry {
    var status = zip_stat_t()
    let needed = UInt64(ZIP_STAT_SIZE)
    guard zip_stat(archive, name, 0, &status) == 0, status.valid & needed != 0,
      let size = Int(exactly: status.size), let file = zip_fopen(archive, name, 0)
    else {
      throw FormatError(
        path: path, expected: "'\(name)' in it", found: String(cString: zip_strerror(archive)))
    }
    return Entry(name: name, size: size, path: path, file: file)
  }

  /// All of an entry, with its sum checked.
  /// - Parameter limit: the most bytes that it may have.
  package func contents(of name: String, limit: Int) throws -> [UInt8] {
    let entry = try entry(name)
    guard entry.size <= limit else {
      throw FormatError(
        path: "\(path)/\(name)", expected: "at most \(limit) bytes", found: "\(entry.size)")
    }
    let bytes = try entry.read(entry.size)
    guard try entry.isAtEnd() else {
      throw FormatError(
        path: "\(path)/\(name)", expected: "\(entry.size) bytes, as the archive says",
        found: "more")
    }
    return bytes
  }
}
