/// A mean, and how far chance moves it.
package struct Estimate: Codable, Sendable, Equatable {
  package var mean: Double
  /// The values' standard deviation by the root of their number; 0 of one value.
  package var standardError: Double

  package init(mean: Double, standardError: Double) {
    self.mean = mean
    self.standardError = standardError
  }

  /// Of independent values.
  package init(_ values: [Double]) {
    let count = Double(max(values.count, 1))
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    standardError = values.count > 1 ? (squares / (count - 1) / count).squareRoot() : 0
  }

  /// Whether it is more than two standard errors from zero: less may as well be chance.
  package var isClear: Bool { mean.isFinite && mean.magnitude > 2 * standardError }
}
