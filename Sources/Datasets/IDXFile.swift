import CZlib
import Files
import Glibc

/// One file of MNIST's format, gzipped or not: bytes in an array of any rank (format: "The IDX file
/// format", yann.lecun.com/exdb/mnist).
///
/// A file with too many or too few bytes for its header is refused, and no memory is taken for
/// bytes that the file does not have.
package struct IDXFile: Sendable {
  package let shape: [Int]
  package let values: [UInt8]

  /// Largest content that is read into memory.
  static let maximumBytes = 8 << 30
  /// Deflate cannot compress better than this (zlib, "Maximum Compression Factor").
  private static let maximumCompression = 1032

  /// - Parameters:
  ///   - ranks: how many dimensions the array may have.
  ///   - bytesPerValue: of memory that each value takes, with what the caller makes of it.
  ///   - check: throws where the shape is not one that is wanted, before the values are read.
  /// - Throws: `FileError`, `FormatError`; `MemoryShortage` where there is no room for what the header
  ///   announces.
  package static func read(
    _ path: String, ranks: ClosedRange<Int>, bytesPerValue: Int = 1,
    check: (_ shape: [Int]) throws -> Void = { _ in }
  ) throws -> IDXFile {
    let file = try InputFile(path: path)
    let isCompressed = try file.size >= 2 && file.bytes(at: 0, count: 2) == [0x1f, 0x8b]
    let stream = try ByteStream(path: path)

    let magic = try stream.read(4, of: "a magic number")
    guard magic[0] == 0, magic[1] == 0, magic[2] == 8, ranks.contains(Int(magic[3])) else {
      let expected = ranks.map { "0 0 8 \($0)" }.joined(separator: " or ")
      throw FormatError(
        path: path, expected: "an IDX file of bytes (\(expected))",
        found: magic.map { String($0) }.joined(separator: " "))
    }
    let rank = Int(magic[3])
    let header = try stream.read(4 * rank, of: "\(rank) dimensions")
    let shape = (0..<rank).map { axis in
      header[(4 * axis)..<(4 * axis + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    let count = try shape.reduce(1) { count, dimension in
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      guard !overflow else {
        throw FormatError(path: path, expected: "\(file.size) bytes of data", found: words(shape))
      }
      return product
    }
    let present = file.size - 4 - 4 * rank
    guard isCompressed ? count / maximumCompression <= file.size : count == present else {
      throw FormatError(
        path: path, expected: "\(count) bytes for \(words(shape))",
        found: isCompressed ? "\(file.size) bytes of gzip" : "\(present)")
    }
    guard count <= maximumBytes else {
      throw FormatError(
        path: path, expected: "at most \(maximumBytes >> 30) GiB", found: "\(count >> 30) GiB")
    }
    try check(shape)
    // A small file may unpack to a thousand times its size.
    try MemoryShortage.check(count * bytesPerValue, for: "\(path): \(words(shape))")
    let values = try stream.read(count, of: words(shape))
    // No more than that is ever unpacked, and one byte to see that there is no more.
    guard try stream.isAtEnd() else {
      throw FormatError(path: path, expected: "\(count) bytes for \(words(shape))", found: "more")
    }
    return IDXFile(shape: shape, values: values)
  }

  /// How many dimensions a file says that it has, at its beginning; `nil` where it is none of this
  /// format.
  static func rank(of path: String) -> Int? {
    guard let file = try? InputFile(path: path), file.size >= 4,
      var magic = try? file.bytes(at: 0, count: 4)
    else { return nil }
    if magic.starts(with: [0x1f, 0x8b]) {
      guard let unpacked = try? ByteStream(path: path).read(4, of: "a magic number") else {
        return nil
      }
      magic = unpacked
    }
    return magic.starts(with: [0, 0, 8]) ? Int(magic[3]) : nil
  }

  private static func words(_ shape: [Int]) -> String {
    "an array of " + shape.map(String.init).joined(separator: "×")
  }
}

/// The content of a file, unpacked if it is gzipped.
private final class ByteStream {
  private let path: String
  private let file: gzFile
  private static let pieceBytes = 1 << 20

  init(path: String) throws {
    guard let file = gzopen(path, "rb") else {
      throw FileError(path: path, action: "open", code: errno)
    }
    self.path = path
    self.file = file
    gzbuffer(file, 1 << 17)
  }

  deinit { gzclose(file) }

  /// The next `count` bytes. Pages of memory are taken as they are filled.
  func read(_ count: Int, of what: String) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while initialized < count {
        let end = min(count, initialized + Self.pieceBytes)
        let got = try next(UnsafeMutableBufferPointer(rebasing: buffer[initialized..<end]))
        guard got > 0 else {
          throw FormatError(
            path: path, expected: "\(count) bytes for \(what)",
            found: "the end of the file after \(initialized)")
        }
        initialized += got
      }
    }
  }

  /// Whether nothing follows. At the end of gzipped data this checks its checksum, too.
  func isAtEnd() throws -> Bool {
    var byte: UInt8 = 0
    return try withUnsafeMutablePointer(to: &byte) {
      try next(UnsafeMutableBufferPointer(start: $0, count: 1)) == 0
    }
  }

  private func next(_ buffer: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
    let got = gzread(file, buffer.baseAddress, UInt32(buffer.count))
    if got < buffer.count {
      var code = Z_OK
      let message = gzerror(file, &code)
      if code == Z_ERRNO { throw FileError(path: path, action: "read", code: errno) }
      guard code == Z_OK || code == Z_STREAM_END else {
        // zlib puts the path before its message, which the error names already.
        let text = message.map { String(cString: $0) } ?? "damaged data"
        let reason = text.hasPrefix(path + ": ") ? String(text.dropFirst(path.count + 2)) : text
        throw FormatError(path: path, expected: "whole gzip data", found: reason)
      }
    }
    return Int(got)
  }
}
