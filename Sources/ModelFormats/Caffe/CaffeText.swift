/// Protobuf's text format, as Caffe's `.prototxt` are written: of fields whose names nobody has to know.
///
/// SwiftProtobuf's own reader either refuses a field that is not in the schema or skips it for good, and a
/// prototxt of somebody's own Caffe has such fields: they are kept here, so that a person is told. What
/// people write is taken: either quotes, `:` before `{` or none, `;` and `,` after fields, lists.
struct CaffeText {
  private let bytes: [UInt8]
  private var place = 0
  private var count = 0

  /// Deeper than any description goes.
  private static let depthLimit = 32
  private static let fieldLimit = 1 << 20

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
  }

  /// - Throws: `UnexpectedContent`, with the line.
  static func parse(_ bytes: [UInt8]) throws -> CaffeMessage {
    var text = CaffeText(bytes)
    return try text.message(until: nil, depth: 0)
  }

  private func unexpected(_ expected: String) -> UnexpectedContent {
    let line = 1 + bytes[..<min(place, bytes.count)].count { $0 == UInt8(ascii: "\n") }
    let found: String
    if place < bytes.count {
      let rest = bytes[place...].prefix(20).prefix { $0 != 10 && $0 != 13 }
      found = "'\(String(decoding: rest, as: UTF8.self))'"
    } else {
      found = "the end of the text"
    }
    return UnexpectedContent(expected: "\(expected) in line \(line)", found: found)
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipBlanks() {
    while let byte = next {
      if byte == UInt8(ascii: "#") {
        while let byte = next, byte != 10 { place += 1 }
      } else if byte == 0x20 || (9...13).contains(byte) {
        place += 1
      } else {
        return
      }
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard next == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func message(until end: Unicode.Scalar?, depth: Int) throws -> CaffeMessage {
    guard depth <= Self.depthLimit else {
      throw unexpected("at most \(Self.depthLimit) messages in each other")
    }
    let message = CaffeMessage()
    while true {
      skipBlanks()
      if let end {
        if take(end) { return message }
        guard next != nil else { throw unexpected("'\(end)'") }
      } else if next == nil {
        return message
      }
      let name = word()
      guard !name.isEmpty else { throw unexpected("the name of a field") }
      try field(name, of: message, depth: depth)
      while take(",") || take(";") {}
    }
  }

  private mutating func field(_ name: String, of message: CaffeMessage, depth: Int) throws {
    let hasColon = take(":")
    if take("[") {
      while !take("]") {
        message.append(name, try value(depth: depth))
        if !take(",") {
          guard take("]") else { throw unexpected("']'") }
          return
        }
      }
      return
    }
    skipBlanks()
    guard hasColon || next == UInt8(ascii: "{") || next == UInt8(ascii: "<") else {
      throw unexpected("':' or '{' after '\(name)'")
    }
    message.append(name, try value(depth: depth))
  }

  private mutating func value(depth: Int) throws -> CaffeMessage.Value {
    count += 1
    guard count <= Self.fieldLimit else {
      throw unexpected("at most \(Self.fieldLimit) fields")
    }
    if take("{") { return .message(try message(until: "}", depth: depth + 1)) }
    if take("<") { return .message(try message(until: ">", depth: depth + 1)) }
    skipBlanks()
    if next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") {
      var text: [UInt8] = []
      // Strings that follow each other are one.
      while next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") {
        text += try string()
        skipBlanks()
      }
      return .text(String(decoding: text, as: UTF8.self))
    }
    let isNegative = take("-")
    skipBlanks()
    let word = word()
    guard !word.isEmpty else { throw unexpected("a value") }
    return .word(isNegative ? "-\(word)" : word)
  }

  /// Letters, digits and what numbers are written with.
  private mutating func word() -> String {
    let start = place
    while let byte = next {
      let isWord: Bool
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
        isWord = true
      case UInt8(ascii: "+"), UInt8(ascii: "-"):
        // Within a number alone: 1e-4.
        isWord = place > start && [UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[place - 1])
      default: isWord = false
      }
      guard isWord else { break }
      place += 1
    }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private mutating func string() throws -> [UInt8] {
    let quote = bytes[place]
    place += 1
    var text: [UInt8] = []
    while let byte = next, byte != quote, byte != 10 {
      place += 1
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      guard let escaped = next else { break }
      place += 1
      switch escaped {
      case UInt8(ascii: "n"): text.append(10)
      case UInt8(ascii: "r"): text.append(13)
      case UInt8(ascii: "t"): text.append(9)
      case UInt8(ascii: "x"), UInt8(ascii: "X"): text.append(number(base: 16, digits: 2))
      case UInt8(ascii: "0")...UInt8(ascii: "7"):
        place -= 1
        text.append(number(base: 8, digits: 3))
      default: text.append(escaped)
      }
    }
    guard next == quote else { throw unexpected("a string's end") }
    place += 1
    return text
  }

  private mutating func number(base: Int, digits: Int) -> UInt8 {
    var value = 0
    for _ in 0..<digits {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, digit < base
      else { break }
      value = value * base + digit
      place += 1
    }
    return UInt8(truncatingIfNeeded: value)
  }
}
