import Training

/// Option values, checked against what they may be.
enum Checked {
  static func integer(
    _ value: Int, _ option: String, _ range: ClosedRange<Int>
  ) throws(ConfigurationError) -> Int {
    guard range.contains(value) else {
      throw ConfigurationError(
        option: "--\(option)", expected: "\(range.lowerBound) to \(range.upperBound)",
        found: "\(value)")
    }
    return value
  }

  static func number(
    _ value: Double, _ option: String, _ range: ClosedRange<Double>
  ) throws(ConfigurationError) -> Double {
    guard range.contains(value) else {
      throw ConfigurationError(
        option: "--\(option)", expected: "\(range.lowerBound) to \(range.upperBound)",
        found: "\(value)")
    }
    return value
  }

  /// `conv*=0.5`, or `0.5` alone where the pattern may be left out.
  static func patternValue(
    _ text: String, _ option: String, _ range: ClosedRange<Double>, patternIsOptional: Bool
  ) throws(ConfigurationError) -> PatternValue {
    // The last '=': layer names from files may hold one.
    let split = text.lastIndex(of: "=")
    let pattern = split.map { String(text[..<$0]) } ?? ""
    let number = split.map { text[text.index(after: $0)...] } ?? text[...]
    guard let value = Double(number), range.contains(value), patternIsOptional || !pattern.isEmpty
    else {
      throw ConfigurationError(
        option: "--\(option)",
        expected: (patternIsOptional ? "[LAYER=]X" : "LAYER=X")
          + " with X from \(range.lowerBound) to \(range.upperBound)",
        found: text)
    }
    return PatternValue(pattern: pattern, value: value)
  }
}
