/// The values that a slider or a list column can take, as stops in rising order: `-` and `+` go
/// from stop to stop, `[` and `]` from one coarse stop to the next. A stop is as far from its
/// neighbours as any other, so that a list of 1, 1.2, 1.5, 2 … per decade is a logarithmic slider.
///
/// The ends may stand for "off": 0 for a weight decay, infinity for a limit.
package struct ValueScale: Sendable, Equatable {
  package enum Reach: Sendable { case fine, coarse }

  let stops: [Double]
  let coarse: [Double]

  init(stops: [Double], coarse: [Double]) {
    precondition(stops.count > 1, "a scale needs two stops, got \(stops)")
    self.stops = stops
    self.coarse = coarse
  }

  /// The next stop above (`direction` 1) or below (-1) `value`; the end stop where there is none.
  func stepped(from value: Double, direction: Int, reach: Reach) -> Double {
    let stops = reach == .fine ? self.stops : coarse
    // A value that came back from a file may differ from its stop in the last bit.
    let slack = value.isFinite ? value.magnitude * 1e-9 : 0
    if direction > 0 {
      return stops.first { $0 > value + slack } ?? max(stops[stops.count - 1], value)
    }
    return stops.last { $0 < value - slack } ?? min(stops[0], value)
  }

  /// Where `value` stands, 0…1.
  func fraction(of value: Double) -> Double {
    guard !value.isNaN, value > stops[0] else { return 0 }
    guard let above = stops.firstIndex(where: { $0 >= value }) else { return 1 }
    let (low, high) = (stops[above - 1], stops[above])
    let within = high.isFinite ? (value - low) / (high - low) : (value.isFinite ? 0.5 : 1)
    return (Double(above - 1) + within) / Double(stops.count - 1)
  }

  /// The stop nearest to a place on the slider, 0…1.
  func value(at fraction: Double) -> Double {
    let place = min(max(fraction.isNaN ? 0 : fraction, 0), 1) * Double(stops.count - 1)
    return stops[Int(place.rounded())]
  }
}

extension ValueScale {
  static let learningRate = ValueScale(
    stops: decades(-7...(-1), [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8]) + [1],
    coarse: decades(-7...(-1), [1, 3]) + [1])
  static let momentum = ValueScale(
    stops: (0...99).map { Double($0) / 100 } + [0.995, 0.999],
    coarse: (0...9).map { Double($0) / 10 } + [0.95, 0.99, 0.999])
  static let weightDecay = ValueScale(
    stops: [0] + decades(-6...(-2), [1, 1.5, 2, 3, 5, 7]) + [0.1],
    coarse: [0] + decades(-6...(-2), [1, 3]) + [0.1])
  static let maxNorm = ValueScale(
    stops: (1...10).map { Double($0) / 10 } + (3...10).map { Double($0) / 2 }.filter { $0 > 1 }
      + [6, 7, 8, 9, 10, 12, 15, 20, .infinity],
    coarse: [0.1, 0.5, 1, 2, 3, 5, 10, 20, .infinity])
  static let dropout = ValueScale(
    stops: (0...95).map { Double($0) / 100 }, coarse: (0...9).map { Double($0) / 10 })
  static let multiplier = ValueScale(
    stops: [0] + decades(-3...0, [1, 1.5, 2, 3, 5, 7]) + [10],
    coarse: [0, 0.001, 0.01, 0.1, 0.3, 1, 3, 10])

  /// `mantissas` × 10^exponent for each exponent, without the rounding of repeated products.
  private static func decades(_ exponents: ClosedRange<Int>, _ mantissas: [Double]) -> [Double] {
    exponents.flatMap { exponent in
      mantissas.map { Double("\($0)e\(exponent)") ?? $0 }
    }
  }
}
