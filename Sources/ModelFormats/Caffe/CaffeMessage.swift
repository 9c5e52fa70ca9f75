/// One of Caffe's messages by the names of its fields, whether it was read as text or as bytes, and of
/// whatever age. Fields that nothing here knows are kept, and those that were never asked for can be told.
final class CaffeMessage {
  enum Value {
    /// Between quotes.
    case text(String)
    /// A number, a truth value or an enumerated one.
    case word(String)
    case message(CaffeMessage)
  }

  private(set) var fields: [(name: String, value: Value)] = []
  /// Whose it is, for errors: `layer 'conv1' (Convolution)`.
  var label = "the net"
  private var asked: Set<String> = []

  func append(_ name: String, _ value: Value) { fields.append((name, value)) }

  private func values(_ name: String) -> [Value] {
    asked.insert(name)
    return fields.compactMap { $0.name == name ? $0.value : nil }
  }

  func has(_ name: String) -> Bool { !values(name).isEmpty }

  private func unexpected(_ value: Value, _ expected: String, _ name: String) -> UnexpectedContent {
    let found =
      switch value {
      case .text(let text): "\"\(text)\""
      case .word(let word): word
      case .message: "a message"
      }
    return UnexpectedContent(expected: "\(expected) as '\(name)' of \(label)", found: found)
  }

  func messages(_ name: String) throws -> [CaffeMessage] {
    try values(name).map { value in
      guard case .message(let message) = value else {
        throw unexpected(value, "a message", name)
      }
      message.label = label
      return message
    }
  }

  /// An empty one where there is none.
  func message(_ name: String) throws -> CaffeMessage {
    if let message = try messages(name).last { return message }
    let none = CaffeMessage()
    none.label = label
    return none
  }

  func texts(_ name: String) throws -> [String] {
    try values(name).map { value in
      switch value {
      case .text(let text), .word(let text): return text
      case .message: throw unexpected(value, "a name", name)
      }
    }
  }

  func text(_ name: String) throws -> String? { try texts(name).last }

  func integers(_ name: String) throws -> [Int] {
    try values(name).map { value in
      guard case .word(let word) = value, let number = Int(word) else {
        throw unexpected(value, "a whole number", name)
      }
      return number
    }
  }

  func integer(_ name: String) throws -> Int? { try integers(name).last }

  func numbers(_ name: String) throws -> [Float] {
    try values(name).map { value in
      // Protobuf lets a number end as in C.
      guard case .word(var word) = value else { throw unexpected(value, "a number", name) }
      if word.count > 1, word.hasSuffix("f"), !word.hasSuffix("inf") { word.removeLast() }
      guard let number = Float(word), number.isFinite else {
        throw unexpected(value, "a number", name)
      }
      return number
    }
  }

  func number(_ name: String, default standard: Float) throws -> Float {
    try numbers(name).last ?? standard
  }

  func truth(_ name: String, default standard: Bool) throws -> Bool {
    guard let value = values(name).last else { return standard }
    if case .word(let word) = value {
      if ["true", "True", "t", "1"].contains(word) { return true }
      if ["false", "False", "f", "0"].contains(word) { return false }
    }
    throw unexpected(value, "true or false", name)
  }

  /// One of the names, by itself or by its number.
  func choice(_ name: String, _ names: [Int: String], default standard: String) throws -> String {
    guard let value = values(name).last else { return standard }
    if case .word(let word) = value {
      if names.values.contains(word) { return word }
      if let number = Int(word), let known = names[number] { return known }
    }
    let known = names.sorted { $0.key < $1.key }.map(\.value)
    throw unexpected(value, known.joined(separator: ", "), name)
  }

  /// The fields that nobody has asked for, inner ones with those that they are in.
  func unread(ignoring ignored: Set<String>) -> [String] {
    var names: [String] = []
    for field in fields where !ignored.contains(field.name) {
      guard asked.contains(field.name) else {
        names.append(field.name)
        continue
      }
      if case .message(let message) = field.value {
        names += message.unread(ignoring: ignored).map { "\(field.name).\($0)" }
      }
    }
    return names
  }
}
