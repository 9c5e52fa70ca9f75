import Files
import Foundation

/// The names of a network's outputs from a text file: one a line, in their order.
///
/// A number with a colon before a name (`449:tench`, TF-slim's `0:background`, Python's `{0: 'tench',`) is
/// the output's place. Lines that are empty are none, except between others.
struct ClassLabels {
  let names: [String]

  private static let sizeLimit = 1 << 24
  private static let countLimit = 1 << 20

  /// - Throws: `FileError`, `FormatError`.
  init(path: String) throws {
    let bytes = try InputFile.contents(of: path, limit: Self.sizeLimit)
    guard let text = String(validating: bytes, as: UTF8.self), !text.contains("\0") else {
      throw FormatError(path: path, expected: "a text file with a name a line", found: "others")
    }
    names = try naming(path) { try Self.names(text) }
  }

  static func names(_ text: String) throws -> [String] {
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces.union(["\u{FEFF}"])) }
    while lines.last?.isEmpty == true { lines.removeLast() }
    guard !lines.isEmpty, lines.count <= countLimit else {
      throw UnexpectedContent(
        expected: "a name a line, at most \(countLimit)",
        found: lines.isEmpty ? "none" : "\(lines.count)")
    }
    let written = lines.filter { !$0.isEmpty && $0 != "{" && $0 != "}" }
    let places = written.compactMap(numbered)
    guard places.count == written.count else { return lines.map(unquoted) }
    var names: [Int: String] = [:]
    for (place, name) in places {
      guard names.updateValue(name, forKey: place) == nil else {
        throw UnexpectedContent(expected: "one name of output \(place)", found: "two")
      }
    }
    let first = names.keys.min() ?? 0
    guard first == 0 || first == 1, names.keys.max() == first + names.count - 1 else {
      throw UnexpectedContent(
        expected: "outputs from 0 on, each once",
        found: "\(names.count) from \(first) to \(names.keys.max() ?? 0)")
    }
    return (0..<names.count).map { names[first + $0]! }
  }

  /// `449:tench`, with Python's braces and commas.
  private static func numbered(_ line: String) -> (place: Int, name: String)? {
    var text = Substring(line)
    if text.first == "{" { text = text.dropFirst() }
    guard let colon = text.firstIndex(of: ":"),
      let place = Int(text[..<colon].trimmingCharacters(in: .whitespaces)),
      (0..<countLimit).contains(place)
    else { return nil }
    var name = text[text.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    for end in ["}", ","] where name.hasSuffix(end) { name = String(name.dropLast()) }
    return (place, unquoted(name))
  }

  private static func unquoted(_ name: String) -> String {
    guard name.count > 1, let mark = name.first, mark == "\"" || mark == "'", name.last == mark
    else {
      return name
    }
    return String(name.dropFirst().dropLast())
  }
}
