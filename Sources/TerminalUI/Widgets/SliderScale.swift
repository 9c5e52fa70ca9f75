import Foundation

/// The values that a slider goes through.
package enum SliderScale: Sendable, Equatable {
  /// Multiples of `fine` from a lowest to a highest value.
  case linear(ClosedRange<Double>, fine: Double, coarse: Double)
  /// Ten values a decade, `1 1.2 1.5 2 2.5 3 4 5 6 8`; coarsely two, `1 3`. With `zero`, the lowest
  /// place stands for 0: off.
  case logarithmic(ClosedRange<Double>, zero: Bool)

  private static let fineSteps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8]
  private static let coarseSteps = [1.0, 3]

  /// Where a value lies, 0…1.
  package func position(of value: Double) -> Double {
    guard value.isFinite else { return 0 }
    switch self {
    case .linear(let range, _, _):
      let length = range.upperBound - range.lowerBound
      return length > 0 ? min(max((value - range.lowerBound) / length, 0), 1) : 0
    case .logarithmic(let range, let zero):
      guard value > 0 else { return 0 }
      let low = log10(range.lowerBound)
      let length = log10(range.upperBound) - low
      let share = length > 0 ? min(max((log10(value) - low) / length, 0), 1) : 0
      return zero ? Self.zeroShare + share * (1 - Self.zeroShare) : share
    }
  }

  /// The value at a place 0…1, on the fine grid: where a drag lets go.
  package func value(at position: Double) -> Double {
    let position = min(max(position.isNaN ? 0 : position, 0), 1)
    switch self {
    case .linear(let range, let fine, _):
      let value = range.lowerBound + position * (range.upperBound - range.lowerBound)
      return clamp(Self.rounded(value, to: fine), range)
    case .logarithmic(let range, let zero):
      if zero, position < Self.zeroShare / 2 { return 0 }
      let share = zero ? (position - Self.zeroShare) / (1 - Self.zeroShare) : position
      let low = log10(range.lowerBound)
      let exponent = low + max(0, share) * (log10(range.upperBound) - low)
      return clamp(Self.nearest(to: pow(10, exponent), Self.fineSteps), range)
    }
  }

  /// The value a number of steps up or down. From a value between two steps, the first step leads
  /// to the next of them.
  package func value(_ value: Double, movedBy steps: Int, coarse: Bool = false) -> Double {
    guard value.isFinite else { return self.value(at: 0) }
    var result = value
    for _ in 0..<min(abs(steps), 1000) { result = next(result, up: steps > 0, coarse: coarse) }
    return result
  }

  /// The share of the rail that 0 takes on a logarithmic scale.
  private static let zeroShare = 0.08

  private func next(_ value: Double, up: Bool, coarse: Bool) -> Double {
    switch self {
    case .linear(let range, let fine, let wide):
      let step = coarse ? wide : fine
      let index = value / step
      let nearest = index.rounded()
      let onGrid = abs(index - nearest) < 1e-6
      let moved =
        up
        ? (onGrid ? nearest + 1 : index.rounded(.up))
        : (onGrid ? nearest - 1 : index.rounded(.down))
      return clamp(Self.rounded(moved * step, to: min(step, fine)), range)
    case .logarithmic(let range, let zero):
      if value <= 0 { return up ? range.lowerBound : value }
      let steps = coarse ? Self.coarseSteps : Self.fineSteps
      let moved = Self.neighbor(of: value, in: steps, up: up)
      if zero, !up, moved < range.lowerBound * (1 - 1e-9) { return 0 }
      return clamp(moved, range)
    }
  }

  private func clamp(_ value: Double, _ range: ClosedRange<Double>) -> Double {
    min(max(value, range.lowerBound), range.upperBound)
  }

  private static func rounded(_ value: Double, to step: Double) -> Double {
    guard step > 0 else { return value }
    // Through the inverse, so that 0.3 is the double that people write as 0.3.
    let inverse = (1 / step).rounded()
    return abs(inverse * step - 1) < 1e-9
      ? (value * inverse).rounded() / inverse : (value / step).rounded() * step
  }

  /// The numbers of the grid around a value: its decade with its neighbours.
  private static func grid(around value: Double, _ steps: [Double]) -> [Double] {
    let decade = Int(log10(value).rounded(.down))
    return (decade - 1...decade + 1).flatMap { exponent in
      steps.map { step in
        // Read from its decimal form: the double nearest to what is shown.
        Double("\(step)e\(exponent)") ?? step * pow(10, Double(exponent))
      }
    }
  }

  private static func nearest(to value: Double, _ steps: [Double]) -> Double {
    grid(around: value, steps).min { abs(log($0 / value)) < abs(log($1 / value)) } ?? value
  }

  private static func neighbor(of value: Double, in steps: [Double], up: Bool) -> Double {
    let grid = grid(around: value, steps)
    return up
      ? grid.first { $0 > value * (1 + 1e-6) } ?? value
      : grid.last { $0 < value * (1 - 1e-6) } ?? value
  }
}
