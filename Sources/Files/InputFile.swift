import Glibc

/// A regular file opened for reading at any offset, from any thread.
///
/// Reads go through `pread`, not a mapping: a mapped file that someone truncates kills its reader.
package final class InputFile: Sendable {
  package let path: String
  /// Bytes, when it was opened.
  package let size: Int
  private let descriptor: Int32

  // Of Linux (lseek(2)); the headers show them to programs of GNU only.
  private static let seekData: Int32 = 3
  private static let seekHole: Int32 = 4

  /// - Throws: `FileError`; `FormatError` where the path is a folder, a device or a pipe.
  package init(path: String) throws {
    // Without O_NONBLOCK, opening a named pipe waits for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(path: path, action: "open", code: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw FileError(path: path, action: "open", code: code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let found = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a device or pipe"
      throw FormatError(path: path, expected: "a file", found: found)
    }
    self.path = path
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Whether there is a regular file that can be read.
  package static func exists(_ path: String) -> Bool { (try? InputFile(path: path)) != nil }

  /// Fills `buffer` with the bytes from `offset`.
  /// - Throws: `FormatError` where the file ends first, `FileError` where reading fails.
  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    precondition(offset >= 0, "negative offset \(offset)")
    var done = 0
    while done < buffer.count {
      let (position, overflow) = offset.addingReportingOverflow(done)
      let got =
        overflow
        ? 0
        : pread(descriptor, buffer.baseAddress! + done, min(buffer.count - done, 1 << 30), position)
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw FileError(path: path, action: "read", code: errno) }
      guard got > 0 else {
        throw FormatError(
          path: path, expected: "\(buffer.count) bytes from byte \(offset)",
          found: "the end of the file after \(done)")
      }
      done += got
    }
  }

  /// Where there is data, ascending. What lies between is a hole, which reads as zeros and takes no
  /// room on the disk: a file of gigabytes may be nothing but holes.
  ///
  /// - Parameter limit: parts that are told apart; what comes after them counts as data.
  package func dataRanges(limit: Int = 10_000) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var position = 0
    while position < size {
      let start = lseek(descriptor, off_t(position), Self.seekData)
      if start < 0, errno == ENXIO { break }
      let end = start < 0 ? -1 : lseek(descriptor, start, Self.seekHole)
      // A file system without holes says so, and has none.
      guard start >= position, end > start, ranges.count < limit else {
        ranges.append(position..<size)
        break
      }
      guard Int(start) < size else { break }
      ranges.append(Int(start)..<min(Int(end), size))
      position = Int(end)
    }
    return ranges
  }

  /// The `count` bytes from `offset`; checked against the file's size before memory is taken.
  package func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    precondition(offset >= 0 && count >= 0, "offset \(offset), count \(count)")
    guard offset <= size, count <= size - offset else {
      throw FormatError(
        path: path, expected: "\(count) bytes from byte \(offset)", found: "\(size) bytes in all")
    }
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
      initialized = count
    }
  }

  /// A whole file of at most `limit` bytes.
  package static func contents(of path: String, limit: Int) throws -> [UInt8] {
    let file = try InputFile(path: path)
    guard file.size <= limit else {
      throw FormatError(
        path: path, expected: "at most \(limit) bytes", found: "\(file.size) bytes")
    }
    return try file.bytes(at: 0, count: file.size)
  }
}
