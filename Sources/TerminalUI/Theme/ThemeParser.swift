/// Reads theme files in btop's grammar: lines of `theme[key]="value"`, `#` begins a comment.
///
/// A value is `#rrggbb`, a grey `#cc`, decimal `r g b`, or empty (the terminal's own colour; in the
/// middle or at the end of a gradient: as it began). Thaw adds `color0` … `color15`, the terminal's
/// own colours, for themes of 16.
package enum ThemeParser {
  /// A line that was left out, and why.
  package struct Problem: Hashable, Sendable, CustomStringConvertible {
    package var line: Int
    package var reason: String
    package var description: String { "line \(line): \(reason)" }
  }

  /// Never fails: what cannot be read keeps its default, and is reported.
  package static func parse(_ text: String) -> (values: [ThemeKey: Color], problems: [Problem]) {
    var values: [ThemeKey: Color] = [:]
    var problems: [Problem] = []
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      let line = trimmed(line)
      guard !line.isEmpty, line.first != "#" else { continue }
      func report(_ reason: String) { problems.append(Problem(line: index + 1, reason: reason)) }
      guard line.hasPrefix("theme["), let close = line.firstIndex(of: "]"),
        let equals = line[close...].firstIndex(of: "="),
        trimmed(line[line.index(after: close)..<equals]).isEmpty
      else {
        report("expected theme[key]=\"value\"")
        continue
      }
      let name = trimmed(line[line.index(line.startIndex, offsetBy: 6)..<close])
      guard let key = ThemeKey(rawValue: String(name)) else {
        report("unknown key \(name.prefix(40))")
        continue
      }
      guard let value = unquoted(trimmed(line[line.index(after: equals)...])) else {
        report("the value of \(name) has no closing quote")
        continue
      }
      guard let color = color(value) else {
        report(
          "the value of \(name) is no colour: expected #rrggbb, #cc or \"r g b\", found "
            + "\(value.prefix(40))")
        continue
      }
      values[key] = color
    }
    return (values, problems)
  }

  /// Reads one value; `nil` for what is no colour.
  package static func color(_ text: some StringProtocol) -> Color? {
    if text.isEmpty { return .terminal }
    if text.hasPrefix("#") {
      let digits = text.dropFirst()
      guard digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16) else {
        return nil
      }
      switch digits.count {
      case 2: return .rgb(UInt8(value), UInt8(value), UInt8(value))
      case 6: return Color(hex: value)
      default: return nil
      }
    }
    if text.hasPrefix("color") {
      guard let index = UInt8(text.dropFirst(5)), index < 16 else { return nil }
      return .indexed(index)
    }
    let fields = text.split(whereSeparator: \.isWhitespace).map { UInt8($0) }
    guard fields.count == 3, let red = fields[0], let green = fields[1], let blue = fields[2]
    else { return nil }
    return .rgb(red, green, blue)
  }

  private static func trimmed(_ text: some StringProtocol) -> Substring {
    var text = Substring(text)
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }

  /// What stands between the quotes, of either kind; without quotes, up to a comment.
  private static func unquoted(_ text: Substring) -> Substring? {
    guard let quote = text.first, quote == "\"" || quote == "'" else {
      guard let comment = text.dropFirst().firstIndex(of: "#") else { return text }
      return trimmed(text[..<comment])
    }
    let rest = text.dropFirst()
    guard let end = rest.firstIndex(of: quote) else { return nil }
    return trimmed(rest[..<end])
  }
}
