#if canImport(Glibc)
  import Glibc
#endif

/// The mean of values so far in which each counts `weight` times as much as the one after it: an
/// exponentially weighted mean, divided by its weights' sum, so that it is not drawn to zero at its
/// beginning (Kingma and Ba, "Adam", 2015, §3; fastai's `AvgSmoothLoss`).
package struct SmoothedLoss: Sendable {
  package let weight: Double
  private var sum = 0.0
  private var count = 0.0

  /// - Parameter weight: of the past, 0…1.
  package init(weight: Double) {
    self.weight = weight
  }

  /// Takes a value in.
  /// - Returns: the mean with it.
  @discardableResult
  package mutating func note(_ value: Double) -> Double {
    sum = weight * sum + (1 - weight) * value
    count += 1
    return sum / (1 - pow(weight, count))
  }

  /// The mean after each of the values.
  package static func all(_ values: [Float], weight: Double) -> [Double] {
    var mean = SmoothedLoss(weight: weight)
    return values.map { mean.note(Double($0)) }
  }
}
