import Files

/// Reads JSON as RFC 8259 has it, and the `NaN` and `Infinity` that Python's `json` writes, piece by
/// piece: for texts from strangers, and for headers of many megabytes of which little is kept.
///
/// Nesting is limited, so that no text can exhaust the stack; a key given twice is an error and not a
/// silent choice; so are bytes that are no UTF-8, halves of characters, and numbers that no `Double`
/// holds. Every error tells its place.
///
/// ```swift
/// var scanner = JSONScanner(bytes)
/// try scanner.beginObject()
/// while let key = try scanner.nextKey() { shapes[key] = try scanner.value() }
/// try scanner.finish()
/// ```
package struct JSONScanner {
  /// Keras nests a model in a model with five levels each.
  package static let maximumDepth = 256

  private enum Container {
    /// With the keys that have been read.
    case object(keys: Set<String>)
    case array(count: Int)
  }

  private let bytes: [UInt8]
  /// Bytes that have been read.
  package private(set) var position = 0
  private var containers: [Container] = []

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// An error at the place that has been reached.
  package func error(_ reason: String) -> JSONError {
    JSONError(reason: reason, position: position)
  }

  /// - Throws: where something follows.
  package mutating func finish() throws(JSONError) {
    skipSpace()
    guard position == bytes.count else { throw error("something follows") }
  }
}

/// Containers.
extension JSONScanner {
  package mutating func beginObject() throws(JSONError) {
    try begin("{", .object(keys: []))
  }

  /// The next key of the object that was begun last; `nil`, and past it, where there is none left.
  package mutating func nextKey() throws(JSONError) -> String? {
    guard case .object(var keys)? = containers.popLast() else {
      preconditionFailure("not in an object")
    }
    if take("}") { return nil }
    if !keys.isEmpty, !take(",") { throw error("',' or '}' is missing") }
    skipSpace()
    let start = position
    guard next == UInt8(ascii: "\"") else { throw error("a key is missing") }
    let key = try string()
    guard keys.insert(key).inserted else {
      throw JSONError(
        reason: "the key '\(printable(key, limit: 60))' a second time", position: start)
    }
    guard take(":") else { throw error("':' is missing") }
    containers.append(.object(keys: keys))
    return key
  }

  package mutating func beginArray() throws(JSONError) {
    try begin("[", .array(count: 0))
  }

  /// Whether the array that was begun last has one more element, which is to be read next.
  package mutating func hasElement() throws(JSONError) -> Bool {
    guard case .array(let count)? = containers.popLast() else {
      preconditionFailure("not in an array")
    }
    if take("]") { return false }
    if count > 0, !take(",") { throw error("',' or ']' is missing") }
    containers.append(.array(count: count + 1))
    return true
  }

  private mutating func begin(_ mark: Unicode.Scalar, _ container: Container) throws(JSONError) {
    guard containers.count < Self.maximumDepth else {
      throw error("nesting deeper than \(Self.maximumDepth)")
    }
    guard take(mark) else { throw error("'\(mark)' is missing") }
    containers.append(container)
  }
}

/// Single values.
extension JSONScanner {
  /// The next value, whatever it is.
  package mutating func value() throws(JSONError) -> JSONValue {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"):
      var members: [String: JSONValue] = [:]
      try beginObject()
      while let key = try nextKey() { members[key] = try value() }
      return .object(members)
    case UInt8(ascii: "["):
      var elements: [JSONValue] = []
      try beginArray()
      while try hasElement() { elements.append(try value()) }
      return .array(elements)
    case UInt8(ascii: "\""): return .string(try string())
    case nil: throw error("the text ends early")
    default: break
    }
    if takeWord("null") { return .null }
    if takeWord("true") { return .bool(true) }
    if takeWord("false") { return .bool(false) }
    if takeWord("NaN") { return .number(.nan) }
    if takeWord("Infinity") { return .number(.infinity) }
    if takeWord("-Infinity") { return .number(-.infinity) }
    return .number(try number())
  }

  /// A whole number below 2⁶³, without sign, fraction or exponent.
  package mutating func count() throws(JSONError) -> Int {
    skipSpace()
    let start = position
    skipDigits()
    guard position > start else { throw error("a whole number is missing") }
    if let next, [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(next) {
      throw error("a number that is not whole")
    }
    guard let number = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
      throw JSONError(reason: "a number of 2⁶³ or above", position: start)
    }
    return number
  }

  /// `-12.5e3`: a sign, digits without a leading zero, a fraction, an exponent.
  private mutating func number() throws(JSONError) -> Double {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    let digits = position
    if next == UInt8(ascii: "0") { position += 1 } else { skipDigits() }
    guard position > digits else {
      throw JSONError(reason: "a value is missing", position: start)
    }
    if next == UInt8(ascii: ".") { try takeDigits() }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      if position + 1 < bytes.count,
        [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[position + 1])
      {
        position += 1
      }
      try takeDigits()
    }
    guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)),
      number.isFinite
    else { throw JSONError(reason: "a number that is too large", position: start) }
    return number
  }

  /// One digit or more, after the byte that asks for them.
  private mutating func takeDigits() throws(JSONError) {
    position += 1
    let start = position
    skipDigits()
    guard position > start else { throw error("a digit is missing") }
  }

  private mutating func skipDigits() {
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
  }

  /// - Throws: for anything but a string.
  package mutating func string() throws(JSONError) -> String {
    skipSpace()
    guard next == UInt8(ascii: "\"") else { throw error("a string is missing") }
    position += 1
    let start = position
    var text: [UInt8] = []
    // What was read and is not yet in `text`.
    var unescaped = position
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        text += bytes[unescaped..<position]
        guard let string = String(validating: text, as: UTF8.self) else {
          throw JSONError(reason: "a string that is no UTF-8", position: start)
        }
        position += 1
        return string
      case UInt8(ascii: "\\"):
        text += bytes[unescaped..<position]
        position += 1
        text += try escape()
        unescaped = position
      case 0..<0x20: throw error("a control character in a string")
      default: position += 1
      }
    }
    throw error("a string does not end")
  }

  private mutating func escape() throws(JSONError) -> [UInt8] {
    guard let byte = next else { throw error("a string does not end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return Array(String(try unicode()).utf8)
    default: throw error("an unknown escape")
    }
  }

  /// The character of `\uXXXX`, or of two of them.
  private mutating func unicode() throws(JSONError) -> Unicode.Scalar {
    var code = try hexadecimal()
    if (0xD800..<0xDC00).contains(code) {
      guard takeWord("\\u") else { throw error("half a character") }
      let low = try hexadecimal()
      guard (0xDC00..<0xE000).contains(low) else { throw error("half a character") }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw error("half a character") }
    return scalar
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    guard bytes.count - position >= 4, bytes[position] != UInt8(ascii: "+"),
      bytes[position] != UInt8(ascii: "-"),
      let number = UInt32(
        String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw error("an unknown escape") }
    position += 4
    return number
  }
}

/// Bytes.
extension JSONScanner {
  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func takeWord(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard bytes.count - position >= count else { return false }
    for index in 0..<count where bytes[position + index] != word.utf8Start[index] { return false }
    position += count
    return true
  }
}
