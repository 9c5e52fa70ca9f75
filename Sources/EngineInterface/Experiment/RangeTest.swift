#if canImport(Glibc)
  import Glibc
#endif

/// What learning rates are tried: from the lowest to the highest, each the same number of times the one
/// before (Smith, "Cyclical Learning Rates for Training Neural Networks", 2017, §3.3; fastai's bounds and
/// steps).
package struct RangeTestRequest: Codable, Sendable, Equatable {
  package var lowest: Double
  package var highest: Double
  package var steps: Int

  package init(lowest: Double = 1e-7, highest: Double = 10, steps: Int = 100) {
    self.lowest = lowest
    self.highest = highest
    self.steps = steps
  }

  /// Why it cannot be; `nil` where it can.
  package var objection: OutOfRange? {
    if let objection = TuningRange.learningRate.objection(to: lowest)
      ?? TuningRange.learningRate.objection(to: highest)
      ?? TuningRange.rangeTestSteps.objection(to: steps)
    {
      return objection
    }
    return lowest < highest
      ? nil
      : OutOfRange(expected: "a highest rate above the lowest, \(lowest)", found: "\(highest)")
  }

  /// The rate of a step, from 0 to `steps` − 1.
  package func rate(at step: Int) -> Double {
    let share = Double(step) / Double(max(steps - 1, 1))
    return lowest * pow(highest / lowest, share)
  }
}

/// What a loss does while the learning rate rises: a copy of the run trains with another rate in each step.
package struct RangeTest: Codable, Sendable, Equatable {
  /// Of the past in the smoothed loss, as in fastai.
  package static let smoothing = 0.98
  /// The smoothed loss ends the test when it is so many times its least, as in fastai.
  package static let divergence = 4.0

  package struct Point: Codable, Sendable, Equatable {
    /// In force, but for the layers' multipliers.
    package var rate: Double
    /// Of the step's batch, before the step.
    package var loss: Double
    package var smoothed: Double

    package init(rate: Double, loss: Double, smoothed: Double) {
      self.rate = rate
      self.loss = loss
      self.smoothed = smoothed
    }
  }

  package enum Ending: Codable, Sendable, Equatable {
    /// The highest rate was tried.
    case complete
    /// The smoothed loss is more than `divergence` times its least.
    case diverged
    /// A loss, or a weight, is no number.
    case notANumber
  }

  package var request: RangeTestRequest
  /// What the slider stands at.
  package var learningRate: Double
  /// What the schedule makes of it in the coming step.
  package var scheduleFactor: Double
  package var points: [Point] = []
  /// `nil`: not yet.
  package var ending: Ending?

  package init(request: RangeTestRequest, learningRate: Double, scheduleFactor: Double = 1) {
    self.request = request
    self.learningRate = learningRate
    self.scheduleFactor = scheduleFactor
  }

  /// The share of the steps that is done; a test that ended early did all that it had to.
  package var shareDone: Double {
    ending == nil ? Double(points.count) / Double(max(request.steps, 1)) : 1
  }

  // MARK: - Suggestions

  /// fastai leaves out a tenth of the steps at the beginning and five at the end, where the smoothed loss
  /// says the least.
  private var judged: ArraySlice<Point> {
    points.dropFirst(request.steps / 10).dropLast(5)
  }

  /// The place of the suggestion `valley`: half of the way down the longest stretch over which the smoothed
  /// loss falls, rises in between left out (fastai's `valley`, by ESRI; there a third of the stretch and a
  /// sixth are added up, each rounded down). `nil`: it never falls.
  package var valley: Int? {
    let points = judged
    let losses = points.map(\.smoothed)
    // The longest falling sequence that ends at each point.
    var lengths = [Int](repeating: 1, count: losses.count)
    var end = 0
    for index in losses.indices {
      for earlier in 0..<index where losses[index] < losses[earlier] {
        lengths[index] = max(lengths[index], lengths[earlier] + 1)
      }
      if lengths[index] > lengths[end] { end = index }
    }
    guard lengths.indices.contains(end), lengths[end] > 1 else { return nil }
    let length = lengths[end]
    return points.startIndex + max(0, end - length) + length / 3 + length / 6
  }

  /// The place from which the smoothed loss falls fastest over the logarithm of the rate (fastai's
  /// `steep`). `nil`: it never falls.
  package var steepest: Int? {
    let points = judged
    let slopes = points.indices.dropLast().map { index in
      (points[index + 1].smoothed - points[index].smoothed)
        / log(points[index + 1].rate / points[index].rate)
    }
    guard let least = slopes.indices.min(by: { slopes[$0] < slopes[$1] }), slopes[least] < 0 else {
      return nil
    }
    return points.startIndex + least
  }

  /// What a search may try: from a tenth of the valley to where the smoothed loss is least, two digits each.
  /// `nil` where there is no valley.
  package var searchRange: ClosedRange<Double>? {
    guard let valley, let least = judged.min(by: { $0.smoothed < $1.smoothed }) else { return nil }
    let low = Self.rounded(points[valley].rate / 10)
    let high = Self.rounded(max(least.rate, points[valley].rate))
    return low < high ? low...high : nil
  }

  /// A rate as a person would set it: with two digits.
  package static func rounded(_ rate: Double) -> Double {
    guard rate > 0, rate.isFinite else { return rate }
    let exponent = Int(log10(rate).rounded(.down)) - 1
    let units = (rate / pow(10, Double(exponent))).rounded()
    // Through its text, so that it is the number that one would type.
    return Double("\(units)e\(exponent)") ?? rate
  }
}
