import EngineInterface
import Images
import Network

extension SearchDimension {
  /// What a wish comes to on a network.
  ///
  /// - Parameters:
  ///   - configuration: of the run that it starts from.
  ///   - settings: of the same: its learning rate is the middle of the usual range.
  ///   - layers: that have parameters and can be frozen, the head aside.
  /// - Throws: `ConfigurationError` for a range that cannot be.
  init(
    _ wish: SearchWish, configuration: EngineConfiguration, settings: TuningSettings, layers: Int
  ) throws(ConfigurationError) {
    let usual =
      Self.usual(wish.variable, settings, layers: layers)
      ?? .choices(Augmentation.Strength.allCases.map(\.rawValue))
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
    if let objection {
      throw ConfigurationError(
        option: "over", expected: objection.expected, found: objection.found)
    }
  }

  private static func whole(
    _ variable: SearchVariable, _ lower: Double, _ upper: Double, layers: Int
  ) throws(ConfigurationError) -> Scale {
    let most = variable == .frozenDepth ? layers : TuningRange.hiddenUnits.values.upperBound
    guard let first = Int(exactly: lower), let last = Int(exactly: upper), 0 <= first, last <= most,
      first <= last
    else {
      throw ConfigurationError(
        option: "over", expected: "whole numbers from 0 to \(most) as \(variable.name)",
        found: "\(lower)..\(upper)")
    }
    return .whole(lower: first, upper: last)
  }
}
