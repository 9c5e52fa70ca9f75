/// A JSON text as it stands, numbers as doubles.
package enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// - Throws: `JSONError` for anything but one JSON value.
  package static func parse(_ text: String) throws(JSONError) -> JSONValue {
    try parse(Array(text.utf8))
  }

  /// - Throws: `JSONError` for anything but one JSON value.
  package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
    var scanner = JSONScanner(bytes)
    let value = try scanner.value()
    try scanner.finish()
    return value
  }

  /// The value of an object's key.
  package subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  package var string: String? {
    if case .string(let string) = self { string } else { nil }
  }

  package var bool: Bool? {
    switch self {
    case .bool(let bool): bool
    // Early Keras wrote NumPy's flags as numbers.
    case .number(0): false
    case .number(1): true
    default: nil
    }
  }

  package var number: Double? {
    if case .number(let number) = self { number } else { nil }
  }

  /// The number, if it is whole.
  package var integer: Int? {
    number.flatMap { Int(exactly: $0) }
  }

  package var array: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  package var object: [String: JSONValue]? {
    if case .object(let members) = self { members } else { nil }
  }

  package var isNull: Bool { self == .null }
}

extension JSONValue: CustomStringConvertible {
  /// The value in a few words, for error messages: short ones in full, long ones by what they are.
  package var description: String {
    switch self {
    case .null: "null"
    case .bool(let bool): String(bool)
    case .number(let number): Int(exactly: number).map(String.init) ?? String(number)
    case .string(let string): "'\(string.count > 60 ? string.prefix(57) + "…" : string[...])'"
    case .array(let elements) where elements.count <= 8 && elements.allSatisfy(\.isScalar):
      "[" + elements.map(\.description).joined(separator: ", ") + "]"
    case .array(let elements): "a list of \(elements.count)"
    case .object(let members): "an object with \(members.count) keys"
    }
  }

  private var isScalar: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }
}
