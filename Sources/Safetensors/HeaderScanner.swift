/// Reads the JSON that a safetensors header consists of, and nothing more: an object of tensors,
/// each an object of `dtype`, `shape` and `data_offsets`, and `__metadata__` of strings.
///
/// Its own scanner and not a general one: nesting is fixed, so depth cannot be abused; a key given
/// twice is an error and not a silent choice; and a header of many megabytes is read in one pass.
struct HeaderScanner {
  struct Failure: Error {
    let expected: String
    let found: String
  }

  struct Header {
    var tensors: [TensorDescription] = []
    var metadata: [String: String] = [:]
  }

  private static let maximumRank = 64

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  mutating func scan() throws(Failure) -> Header {
    var header = Header()
    var names: Set<String> = []
    try object { (scanner, name) throws(Failure) in
      guard names.insert(name).inserted else {
        throw Failure(expected: "each name once", found: "'\(name)' twice")
      }
      if name == "__metadata__" {
        header.metadata = try scanner.metadata()
      } else {
        header.tensors.append(try scanner.tensor(name))
      }
    }
    skipSpace()
    guard position == bytes.count else { throw unexpected("nothing after the header's object") }
    return header
  }

  private mutating func metadata() throws(Failure) -> [String: String] {
    var result: [String: String] = [:]
    try object { (scanner, key) throws(Failure) in
      guard result.updateValue(try scanner.string(), forKey: key) == nil else {
        throw Failure(expected: "each key of __metadata__ once", found: "'\(key)' twice")
      }
    }
    return result
  }

  private mutating func tensor(_ name: String) throws(Failure) -> TensorDescription {
    var type: ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    try object { (scanner, key) throws(Failure) in
      switch key {
      case "dtype" where type == nil:
        let word = try scanner.string()
        guard let known = ElementType(rawValue: word) else {
          throw Failure(expected: "a known dtype of '\(name)'", found: "'\(word)'")
        }
        type = known
      case "shape" where shape == nil:
        shape = try scanner.integers(atMost: Self.maximumRank)
      case "data_offsets" where offsets == nil:
        offsets = try scanner.integers(atMost: 2)
      default:
        throw Failure(
          expected: "dtype, shape and data_offsets of '\(name)', each once", found: "'\(key)'")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw Failure(
        expected: "dtype, shape and two data_offsets of '\(name)'", found: "fewer")
    }
    return TensorDescription(
      name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  // MARK: - JSON

  private mutating func object(
    _ member: (inout HeaderScanner, String) throws(Failure) -> Void
  ) throws(Failure) {
    try expect("{")
    if take("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(&self, key)
    } while take(",")
    try expect("}")
  }

  private mutating func integers(atMost limit: Int) throws(Failure) -> [Int] {
    try expect("[")
    if take("]") { return [] }
    var result: [Int] = []
    repeat {
      guard result.count < limit else {
        throw Failure(expected: "at most \(limit) numbers", found: "more")
      }
      result.append(try integer())
    } while take(",")
    try expect("]")
    return result
  }

  /// A number without sign, fraction or exponent.
  private mutating func integer() throws(Failure) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < bytes.count, case let digit = Int(bytes[position]) - 48, 0...9 ~= digit {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowToo) = product.addingReportingOverflow(digit)
      guard !overflow, !overflowToo else {
        throw Failure(expected: "a number below 2⁶³", found: "a larger one")
      }
      value = sum
      position += 1
    }
    guard position > start else { throw unexpected("a whole number") }
    return value
  }

  private mutating func string() throws(Failure) -> String {
    try expect("\"")
    var units: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: units, as: UTF8.self) else {
          throw Failure(expected: "text in UTF-8", found: "other bytes")
        }
        return text
      case UInt8(ascii: "\\"):
        try escape(into: &units)
      case 0..<32:
        throw Failure(expected: "text without control characters", found: "byte \(byte)")
      default:
        units.append(byte)
      }
    }
    throw Failure(expected: "the end of a string", found: "the end of the header")
  }

  private mutating func escape(into units: inout [UInt8]) throws(Failure) {
    guard position < bytes.count else {
      throw Failure(expected: "an escape", found: "the end of the header")
    }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
    case UInt8(ascii: "b"): units.append(8)
    case UInt8(ascii: "f"): units.append(12)
    case UInt8(ascii: "n"): units.append(10)
    case UInt8(ascii: "r"): units.append(13)
    case UInt8(ascii: "t"): units.append(9)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if 0xD800..<0xDC00 ~= code {
        guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
          bytes[position + 1] == UInt8(ascii: "u")
        else { throw Failure(expected: "the second half of \\u…", found: "something else") }
        position += 2
        let low = try hexadecimal()
        guard 0xDC00..<0xE000 ~= low else {
          throw Failure(expected: "the second half of \\u…", found: "something else")
        }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw Failure(expected: "a character after \\u", found: "half of one")
      }
      units.append(contentsOf: UTF8.encode(scalar)!)
    default:
      throw Failure(expected: "an escape of JSON", found: "byte \(byte) after \\")
    }
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    guard bytes.count - position >= 4 else {
      throw Failure(expected: "four hexadecimal digits", found: "the end of the header")
    }
    var value: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt32
      switch bytes[position] {
      case let byte where 48...57 ~= byte: digit = UInt32(byte - 48)
      case let byte where 65...70 ~= byte: digit = UInt32(byte - 55)
      case let byte where 97...102 ~= byte: digit = UInt32(byte - 87)
      default: throw unexpected("four hexadecimal digits")
      }
      value = value << 4 | digit
      position += 1
    }
    return value
  }

  private mutating func skipSpace() {
    while position < bytes.count, [32, 9, 10, 13].contains(bytes[position]) { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Failure) {
    guard take(character) else { throw unexpected("'\(character)' in the header") }
  }

  private func unexpected(_ expected: String) -> Failure {
    guard position < bytes.count else {
      return Failure(expected: expected, found: "the end of the header")
    }
    let byte = bytes[position]
    let found = 33...126 ~= byte ? "'\(Unicode.Scalar(byte))'" : "byte \(byte)"
    return Failure(expected: expected, found: "\(found) at byte \(position)")
  }
}
