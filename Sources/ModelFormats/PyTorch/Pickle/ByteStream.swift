import Files

/// Bytes of a part of a file, or of memory, one after the other. Every length is checked against what is
/// there before memory is taken.
struct ByteStream {
  private let file: InputFile?
  private var buffer: [UInt8]
  /// Of the next byte, in `buffer`.
  private var next = 0
  /// In the file, of what follows `buffer`.
  private var position: Int
  private let end: Int

  private static let piece = 1 << 16

  /// - Parameter range: of the file, within its size.
  init(_ file: InputFile, range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= file.size, "\(range)")
    self.file = file
    buffer = []
    position = range.lowerBound
    end = range.upperBound
  }

  init(_ bytes: [UInt8]) {
    file = nil
    buffer = bytes
    position = bytes.count
    end = bytes.count
  }

  /// Of the next byte: in the file, or in the bytes that were given.
  var offset: Int { position - (buffer.count - next) }

  /// Bytes that are left.
  var remaining: Int { end - offset }

  private mutating func refill() throws {
    guard let file, position < end else {
      throw UnexpectedContent(expected: "a whole pickle", found: "the end of it at byte \(offset)")
    }
    let count = min(Self.piece, end - position)
    buffer = try file.bytes(at: position, count: count)
    position += count
    next = 0
  }

  mutating func byte() throws -> UInt8 {
    if next == buffer.count { try refill() }
    next += 1
    return buffer[next - 1]
  }

  /// - Parameter limit: the most that is taken.
  mutating func bytes(_ count: Int, limit: Int) throws -> [UInt8] {
    guard count >= 0, count <= remaining, count <= limit else {
      throw UnexpectedContent(
        expected: "at most \(min(max(remaining, 0), limit)) bytes", found: "a length of \(count)")
    }
    var result: [UInt8] = []
    result.reserveCapacity(count)
    while result.count < count {
      if next == buffer.count { try refill() }
      let part = min(count - result.count, buffer.count - next)
      result += buffer[next..<next + part]
      next += part
    }
    return result
  }

  mutating func skip(_ count: Int) throws {
    guard count >= 0, count <= remaining else {
      throw UnexpectedContent(
        expected: "at most \(max(remaining, 0)) bytes", found: "a length of \(count)")
    }
    if count <= buffer.count - next {
      next += count
    } else {
      let target = offset + count
      (buffer, next, position) = ([], 0, target)
    }
  }

  /// Up to and without the next line feed.
  mutating func line(limit: Int) throws -> String {
    var result: [UInt8] = []
    while true {
      let byte = try byte()
      if byte == UInt8(ascii: "\n") { break }
      result.append(byte)
      guard result.count <= limit else {
        throw UnexpectedContent(expected: "a name of at most \(limit) bytes", found: "a longer one")
      }
    }
    return try Self.text(result)
  }

  mutating func text(_ count: Int, limit: Int) throws -> String {
    try Self.text(bytes(count, limit: limit))
  }

  /// A little-endian number of up to eight bytes, without sign.
  mutating func number(_ count: Int) throws -> UInt64 {
    var result: UInt64 = 0
    for place in 0..<count { result |= UInt64(try byte()) << UInt64(8 * place) }
    return result
  }

  /// The same as a length.
  mutating func length(_ count: Int) throws -> Int {
    let number = try number(count)
    guard let length = Int(exactly: number) else {
      throw UnexpectedContent(expected: "a length that a file can have", found: "\(number)")
    }
    return length
  }

  private static func text(_ bytes: [UInt8]) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw UnexpectedContent(expected: "text in UTF-8", found: "other bytes")
    }
    return text
  }
}
