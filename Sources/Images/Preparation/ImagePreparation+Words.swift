/// A preparation in a person's words.
extension ImagePreparation {
  /// How a picture is fitted: `the middle, 87.5 %`.
  package var fitWords: String {
    let percent = (fraction * 1000).rounded() / 10
    let share = percent == percent.rounded() ? "\(Int(percent))" : "\(percent)"
    switch fit {
    case .crop: return fraction == 1 ? "the middle square" : "the middle, \(share) %"
    case .squash: return fraction == 1 ? "squashed" : "squashed, \(share) %"
    case .pad: return fraction == 1 ? "all, with borders" : "all, with borders, \(share) %"
    }
  }

  /// What is taken from channels and what they are divided by: `− 0.5  ÷ 0.5`; empty: nothing.
  package var normalizationWords: String {
    func numbers(_ values: [Float]) -> String {
      values.map { value in
        let rounded = (value * 1000).rounded() / 1000
        // Bytes' means are whole.
        return Int(exactly: rounded).map { "\($0)" } ?? "\(rounded)"
      }
      .joined(separator: " ")
    }
    return [("− ", mean), ("÷ ", deviation)].filter { !$0.1.isEmpty }
      .map { $0.0 + numbers($0.1) }.joined(separator: "  ")
  }
}
