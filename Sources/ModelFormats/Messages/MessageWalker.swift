import Files
import SwiftProtobuf

/// One field of a protobuf message in a file.
struct MessageField {
  let number: Int
  /// How its value is written: 0 a number, 1 eight bytes, 2 a length and that many bytes, 5 four bytes.
  let wire: Int
  /// Where its key begins and its value ends.
  let whole: Range<Int>
  let value: Range<Int>
}

/// Walks the fields of protobuf messages in a file, or in what a part of one was unpacked to, without
/// reading their values, so that what is large can be left where it is.
final class MessageWalker {
  let source: MessageSource
  private var window: [UInt8] = []
  private var windowStart = 0

  private static let windowCount = 1 << 16
  /// More fields than any network has.
  private static let fieldLimit = 1 << 20

  init(_ source: MessageSource) {
    self.source = source
  }

  convenience init(_ file: InputFile) { self.init(.file(file)) }

  /// The fields of the message that stands at `range`, in order.
  /// - Throws: `UnexpectedContent` where that is no message.
  func fields(in range: Range<Int>) throws -> [MessageField] {
    var fields: [MessageField] = []
    var place = range.lowerBound
    while place < range.upperBound {
      let start = place
      let key = try number(at: &place, before: range.upperBound)
      let (number, wire) = (Int(key >> 3), Int(key & 7))
      guard key >> 3 > 0, key >> 3 < 1 << 29 else { throw damage(at: start) }
      let count: UInt64
      let valueStart: Int
      switch wire {
      case 0:
        valueStart = place
        _ = try self.number(at: &place, before: range.upperBound)
        count = UInt64(place - valueStart)
      case 1: (valueStart, count) = (place, 8)
      case 5: (valueStart, count) = (place, 4)
      case 2:
        count = try self.number(at: &place, before: range.upperBound)
        valueStart = place
      default: throw damage(at: start)
      }
      guard count <= UInt64(range.upperBound - valueStart) else {
        throw UnexpectedContent(
          expected: "\(count) bytes from byte \(valueStart)",
          found: "\(range.upperBound - valueStart)")
      }
      place = valueStart + Int(count)
      guard fields.count < Self.fieldLimit else {
        throw UnexpectedContent(
          expected: "at most \(Self.fieldLimit) fields of a message", found: "more")
      }
      fields.append(
        MessageField(number: number, wire: wire, whole: start..<place, value: valueStart..<place))
    }
    return fields
  }

  /// The bytes of `parts`, one after the other.
  /// - Throws: `UnexpectedContent` for more than `limit` of them.
  func bytes(of parts: [Range<Int>], limit: Int) throws -> [UInt8] {
    let count = parts.reduce(0) { $0 + $1.count }
    guard count <= limit else {
      throw UnexpectedContent(
        expected: "at most \(limit) bytes beside the weights", found: "\(count)")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for part in parts { bytes += try source.bytes(at: part.lowerBound, count: part.count) }
    return bytes
  }

  /// The message that these fields of it come to.
  /// - Throws: `UnexpectedContent` for damage, and for more than `limit` bytes.
  func message<Message: SwiftProtobuf.Message>(_ fields: [MessageField], limit: Int) throws
    -> Message
  {
    // Neighbours are read at once.
    var parts: [Range<Int>] = []
    for field in fields {
      if let last = parts.last, last.upperBound == field.whole.lowerBound {
        parts[parts.count - 1] = last.lowerBound..<field.whole.upperBound
      } else {
        parts.append(field.whole)
      }
    }
    do {
      return try Message(serializedBytes: try bytes(of: parts, limit: limit))
    } catch let error as BinaryDecodingError {
      throw UnexpectedContent(
        expected: "a message \(Message.protoMessageName)", found: "damage (\(error))")
    }
  }

  /// A number of seven bits a byte.
  private func number(at place: inout Int, before end: Int) throws -> UInt64 {
    let start = place
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard place < end else { throw damage(at: start) }
      let byte = try byte(at: place)
      place += 1
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    throw damage(at: start)
  }

  private func byte(at place: Int) throws -> UInt8 {
    if place < windowStart || place >= windowStart + window.count {
      window = try source.bytes(at: place, count: min(source.size - place, Self.windowCount))
      windowStart = place
    }
    return window[place - windowStart]
  }

  private func damage(at place: Int) -> UnexpectedContent {
    UnexpectedContent(expected: "a protobuf message", found: "damage at byte \(place)")
  }
}
