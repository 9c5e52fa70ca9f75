import EngineInterface
import Training

/// Option values, checked against what they may be.
enum Checked {
  static func value<Value>(
    _ value: Value, _ option: String, _ range: TuningRange<Value>
  ) throws(ConfigurationError) -> Value {
    guard range.contains(value) else {
      throw ConfigurationError(option: option, expected: range.bounds, found: "\(value)")
    }
    return value
  }

  /// One of a few words.
  static func choice<Value: RawRepresentable<String> & CaseIterable>(
    _ text: String, _ option: String
  ) throws(ConfigurationError) -> Value {
    guard let value = Value(rawValue: text) else {
      throw ConfigurationError(
        option: option, expected: Value.allCases.map(\.rawValue).joined(separator: ", "),
        found: text)
    }
    return value
  }

  /// `2GB`, `500MB`, `0`: in bytes, units of a thousand.
  static func bytes(_ text: String, _ option: String) throws(ConfigurationError) -> Int {
    let units = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3), ("B", 1.0)]
    let upper = text.uppercased()
    let unit = units.first { upper.hasSuffix($0.0) }
    let number = upper.dropLast(unit?.0.count ?? 0)
    guard let value = Double(number), let bytes = Int(exactly: (value * (unit?.1 ?? 1)).rounded()),
      TuningRange.cacheBudget.contains(bytes)
    else {
      throw ConfigurationError(
        option: option, expected: "a size such as 2GB or 500MB, or 0", found: text)
    }
    return bytes
  }

  /// `conv*=0.5`, or `0.5` alone where the pattern may be left out.
  static func patternValue(
    _ text: String, _ option: String, _ range: TuningRange<Double>, patternIsOptional: Bool
  ) throws(ConfigurationError) -> PatternValue {
    // The last '=': layer names from files may hold one.
    let split = text.lastIndex(of: "=")
    let pattern = split.map { String(text[..<$0]) } ?? ""
    let number = split.map { text[text.index(after: $0)...] } ?? text[...]
    guard let value = Double(number), range.contains(value), patternIsOptional || !pattern.isEmpty
    else {
      throw ConfigurationError(
        option: option,
        expected: (patternIsOptional ? "[LAYER=]X" : "LAYER=X")
          + " with X from \(range.bounds)",
        found: text)
    }
    return PatternValue(pattern: pattern, value: value)
  }
}
