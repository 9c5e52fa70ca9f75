import Files

/// Bytes that messages and their values are read from.
enum MessageSource: Sendable {
  case file(InputFile)
  /// What a part of a file has been unpacked to.
  case memory([UInt8])

  var size: Int {
    switch self {
    case .file(let file): file.size
    case .memory(let bytes): bytes.count
    }
  }

  /// - Throws: `FormatError`, `FileError`, `UnexpectedContent` where there are not so many.
  func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    switch self {
    case .file(let file): return try file.bytes(at: offset, count: count)
    case .memory(let bytes):
      try check(offset, count)
      return Array(bytes[offset..<offset + count])
    }
  }

  /// Fills `buffer` with the bytes from `offset`.
  /// - Throws: as above.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    switch self {
    case .file(let file): try file.read(at: offset, into: buffer)
    case .memory(let bytes):
      try check(offset, buffer.count)
      bytes.withUnsafeBytes {
        buffer.copyMemory(
          from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count]))
      }
    }
  }

  private func check(_ offset: Int, _ count: Int) throws(UnexpectedContent) {
    guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
      throw UnexpectedContent(
        expected: "\(count) bytes from byte \(offset) of a block", found: "\(size) in all")
    }
  }
}
