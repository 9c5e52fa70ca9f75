import Foundation

/// The shapes a learning-rate schedule may have. Formulas are those of Keras' schedules of the same
/// names with an epoch as their decay step, and of Smith & Topin ("Super-convergence", 2017) for
/// one-cycle.
package enum ScheduleKind: Codable, Sendable, Equatable {
  case constant
  /// Multiplied by `factor` after every `epochs` epochs.
  case step(epochs: Double, factor: Double)
  /// `rate ^ epochs`.
  case exponential(rate: Double)
  /// `1 / (1 + rate · epochs)`.
  case inverseTime(rate: Double)
  /// Half a cosine from 1 down to `final` over the whole run.
  case cosine(final: Double)
  /// Up from 1/25 to 1 over the first `rise` of the run, then down to 1/10,000, both as cosines.
  case oneCycle(rise: Double)
  /// Multiplied by `factor` when the best loss has not got better for `patience` epochs.
  case reduceOnPlateau(patience: Int, factor: Double)

  /// - Parameters:
  ///   - epochs: epochs since the warm-up's end, with a fraction.
  ///   - share: the share of the run that is done, 0…1, warm-up not counted.
  func factor(epochs: Double, share: Double, plateauFactor: Double) -> Double {
    switch self {
    case .constant: 1
    case .step(let every, let factor): pow(factor, (epochs / every).rounded(.down))
    case .exponential(let rate): pow(rate, epochs)
    case .inverseTime(let rate): 1 / (1 + rate * epochs)
    case .cosine(let final): final + (1 - final) * 0.5 * (1 + cos(.pi * share))
    case .oneCycle(let rise):
      share < rise
        ? Self.cosineBlend(from: 1.0 / 25, to: 1, share / rise)
        : Self.cosineBlend(from: 1, to: 1e-4, (share - rise) / max(1 - rise, .leastNormalMagnitude))
    case .reduceOnPlateau: plateauFactor
    }
  }

  private static func cosineBlend(from start: Double, to end: Double, _ share: Double) -> Double {
    end + (start - end) * 0.5 * (1 + cos(.pi * share))
  }
}
