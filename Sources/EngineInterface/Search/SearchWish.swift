/// A value that a person would have searched, as `--over` takes it: `dropout`, `dropout=0.1..0.5`,
/// `optimizer=adam|sgd`.
package struct SearchWish: Sendable, Equatable {
  package enum Values: Sendable, Equatable {
    case range(lower: Double, upper: Double)
    case choices([String])
  }

  package let variable: SearchVariable
  /// `nil`: what is usual.
  package let values: Values?

  /// Over its usual range.
  package init(_ variable: SearchVariable) {
    self.variable = variable
    values = nil
  }

  /// - Throws: `OutOfRange`.
  package init(text: String) throws(OutOfRange) {
    // The last '=': layer names from files may hold one.
    let split = text.lastIndex(of: "=")
    let name = split.map { String(text[..<$0]) } ?? text
    guard let variable = SearchVariable(name: name) else {
      throw OutOfRange(
        expected: SearchVariable.named.map(\.name).joined(separator: ", ")
          + ", dropout:LAYER, each alone or with =LOWER..UPPER or =CHOICE|CHOICE", found: text)
    }
    self.variable = variable
    guard let split else {
      values = nil
      return
    }
    values = try Self.values(of: variable, String(text[text.index(after: split)...]), in: text)
  }

  private static func values(
    of variable: SearchVariable, _ words: String, in text: String
  ) throws(OutOfRange) -> Values {
    guard variable.isNumber else {
      return .choices(
        words.split(separator: "|", omittingEmptySubsequences: false).map(String.init))
    }
    if variable == .headWidth, words.contains("|") || !words.contains("..") {
      return .choices(
        words.split(separator: "|", omittingEmptySubsequences: false).map(String.init))
    }
    let ends = words.components(separatedBy: "..").map { Double($0) }
    guard ends.count == 2, let lower = ends[0], let upper = ends[1], lower.isFinite, upper.isFinite
    else {
      throw OutOfRange(expected: "\(variable.name)=LOWER..UPPER", found: text)
    }
    return .range(lower: lower, upper: upper)
  }

  /// All that one option says: wishes with commas between them.
  /// - Throws: `OutOfRange`.
  package static func wishes(_ text: String) throws(OutOfRange) -> [SearchWish] {
    var wishes: [SearchWish] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      wishes.append(try SearchWish(text: String(word)))
    }
    return wishes
  }
}

extension SearchVariable {
  /// Whether its values are numbers, and not names.
  fileprivate var isNumber: Bool {
    switch self {
    case .learningRate, .momentum, .weightDecay, .maxNorm, .labelSmoothing, .dropout, .frozenDepth,
      .headWidth:
      true
    case .optimizer, .schedule, .augmentation: false
    }
  }
}

extension String {
  /// Without Foundation.
  fileprivate func components(separatedBy separator: String) -> [String] {
    guard let range = firstRange(of: separator) else { return [self] }
    return [String(self[..<range.lowerBound])]
      + String(self[range.upperBound...]).components(separatedBy: separator)
  }
}
