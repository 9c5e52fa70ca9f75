extension SearchDimension {
  /// The values of a variable that are tried where a person has not said which; `nil` for one whose choices
  /// are not known here.
  ///
  /// - Parameters:
  ///   - settings: of the run that is searched: its learning rate is the middle of the range.
  ///   - layers: that can be frozen from the first on.
  package static func usual(
    _ variable: SearchVariable, _ settings: TuningSettings, layers: Int
  ) -> Scale? {
    switch variable {
    case .learningRate:
      let range = TuningRange.learningRate.values
      return .logarithmic(
        lower: max(settings.learningRate / 100, range.lowerBound),
        upper: min(settings.learningRate * 100, range.upperBound))
    case .momentum: return .linear(lower: 0.5, upper: 0.99)
    case .weightDecay: return .logarithmic(lower: 1e-6, upper: 1e-1)
    case .maxNorm: return .logarithmic(lower: 0.5, upper: 8)
    case .labelSmoothing: return .linear(lower: 0, upper: 0.3)
    case .dropout: return .logarithmic(lower: 0.05, upper: 0.8)
    case .frozenDepth: return .whole(lower: 0, upper: layers)
    case .headWidth: return .choices(["0", "64", "256", "1024"])
    case .optimizer: return .choices(OptimizerKind.allCases.map(\.rawValue))
    case .schedule: return .choices(["constant", "cosine", "one-cycle", "exponential"])
    case .augmentation: return nil
    }
  }
}
