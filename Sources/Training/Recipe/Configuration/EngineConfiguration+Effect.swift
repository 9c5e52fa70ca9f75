import EngineInterface

extension EngineConfiguration {
  /// Refuses what was asked for and would do nothing.
  /// - Throws: `ConfigurationError` with the option.
  package func checkEffect() throws(ConfigurationError) {
    if momentum != nil, !optimizer.hasMomentum {
      let others = OptimizerKind.allCases.filter(\.hasMomentum).map(\.rawValue)
      throw ConfigurationError(
        option: "momentum",
        expected: "an optimizer that has one (\(others.joined(separator: ", ")))",
        found: optimizer.rawValue)
    }
    guard nesterov else { return }
    guard optimizer == .sgd else {
      throw ConfigurationError(
        option: "nesterov", expected: "the optimizer sgd", found: optimizer.rawValue)
    }
    guard plainSettings.momentum > 0 else {
      throw ConfigurationError(
        option: "nesterov", expected: "a --momentum above 0", found: "\(plainSettings.momentum)")
    }
  }
}
