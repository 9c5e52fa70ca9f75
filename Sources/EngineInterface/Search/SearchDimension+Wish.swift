extension SearchDimension {
  /// What a wish comes to on a network.
  ///
  /// - Parameters:
  ///   - settings: of the run that it starts from: its learning rate is the middle of the usual range.
  ///   - layers: that have parameters and can be frozen, the head aside.
  ///   - augmentations: the names of all of them, from the weakest.
  /// - Throws: `OutOfRange`.
  package init(
    _ wish: SearchWish, settings: TuningSettings, layers: Int, augmentations: [String]
  ) throws(OutOfRange) {
    let usual = Self.usual(wish.variable, settings, layers: layers) ?? .choices(augmentations)
    let scale: Scale =
      switch (wish.values, usual) {
      case (nil, _): usual
      case (.choices(let names), _): .choices(names)
      case (.range(let lower, let upper), .logarithmic): .logarithmic(lower: lower, upper: upper)
      case (.range(let lower, let upper), .linear): .linear(lower: lower, upper: upper)
      case (.range(let lower, let upper), .whole), (.range(let lower, let upper), .choices):
        try Self.whole(wish.variable, lower, upper, layers: layers)
      }
    self.init(wish.variable, scale)
    if let objection { throw objection }
  }

  private static func whole(
    _ variable: SearchVariable, _ lower: Double, _ upper: Double, layers: Int
  ) throws(OutOfRange) -> Scale {
    let most = variable == .frozenDepth ? layers : TuningRange.hiddenUnits.values.upperBound
    guard let first = Int(exactly: lower), let last = Int(exactly: upper), 0 <= first, last <= most,
      first <= last
    else {
      throw OutOfRange(
        expected: "whole numbers from 0 to \(most) as \(variable.name)",
        found: "\(lower)..\(upper)")
    }
    return .whole(lower: first, upper: last)
  }
}
