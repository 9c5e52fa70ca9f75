import Testing

@testable import EngineInterface

/// The obvious version, which the fast one is held against.
private struct NaiveSeries {
  var points: [(step: Int, value: Float)] = []

  func envelopes(from: Double, to: Double, columns: Int) -> [MetricSeries.Envelope?] {
    var values = [[Float]](repeating: [], count: columns)
    for point in points {
      let position = (Double(point.step) - from) / (to - from) * Double(columns)
      if position >= 0, position <= Double(columns) {
        values[min(Int(position), columns - 1)].append(point.value)
      }
    }
    return values.map { values in
      guard !values.isEmpty else { return nil }
      let finite = values.filter(\.isFinite)
      let sum = finite.reduce(0.0) { $0 + Double($1) }
      return MetricSeries.Envelope(
        minimum: finite.min() ?? .infinity, maximum: finite.max() ?? -.infinity,
        mean: finite.isEmpty ? 0 : Float(sum / Double(finite.count)), last: finite.last ?? .nan,
        count: finite.count, nonFinite: values.count - finite.count)
    }
  }
}

/// A small generator of repeatable numbers (Knuth's MMIX).
private struct Numbers: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}

@Suite struct MetricSeriesTests {
  private func agree(_ a: MetricSeries.Envelope?, _ b: MetricSeries.Envelope?) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    let sameLast = a.last == b.last || (a.last.isNaN && b.last.isNaN)
    return a.minimum == b.minimum && a.maximum == b.maximum && a.count == b.count
      && a.nonFinite == b.nonFinite && sameLast
      && abs(a.mean - b.mean) <= 1e-6 * max(1, abs(b.mean))
  }

  private func fill(_ count: Int, seed: UInt64) -> (MetricSeries, NaiveSeries) {
    var numbers = Numbers(state: seed)
    var series = MetricSeries()
    var naive = NaiveSeries()
    var step = 0
    for _ in 0..<count {
      // Steps stand still, follow one another, and jump.
      step += [0, 1, 1, 1, 1, 1, 7, 400][Int.random(in: 0..<8, using: &numbers)]
      let value =
        switch Int.random(in: 0..<50, using: &numbers) {
        case 0: Float.nan
        case 1: Float.infinity
        case 2: Float.greatestFiniteMagnitude
        default: Float.random(in: -1...1, using: &numbers)
        }
      series.append(step: step, value: value)
      naive.points.append((step, value))
    }
    return (series, naive)
  }

  @Test(arguments: [0, 1, 31, 32, 33, 1023, 1024, 1025, 2048, 5000, 40_000])
  func envelopesAgreeWithTheObviousVersion(count: Int) {
    let (series, naive) = fill(count, seed: UInt64(count))
    let end = Double(naive.points.last?.step ?? 0) + 1
    #expect(series.count == count)
    let ranges = [
      (0, end), (-10, end + 10), (end / 3, end / 2), (0, 0.5), (end, end + 5), (end / 7, end),
      (2.5, 1030.25), (0, end - 1),
    ]
    for (from, to) in ranges where to > from {
      for columns in [1, 2, 7, 80, 333] {
        let fast = series.envelopes(from: from, to: to, columns: columns)
        let slow = naive.envelopes(from: from, to: to, columns: columns)
        #expect(
          zip(fast, slow).allSatisfy(agree) && fast.count == columns,
          "\(from) to \(to), \(columns) columns")
      }
    }
  }

  /// The last epoch of a finished run ends where the chart does.
  @Test func thePointAtTheEndIsInTheLastSlice() {
    var series = MetricSeries()
    for step in [47, 94, 141] { series.append(step: step, value: Float(step)) }
    for columns in [1, 3, 100] {
      #expect(series.envelopes(from: 0, to: 141, columns: columns).last??.last == 141)
    }
  }

  @Test func pointsComeBackAsTheyWentIn() {
    let (series, naive) = fill(5000, seed: 3)
    for (index, point) in naive.points.enumerated() {
      let found = series[index]
      #expect(found.step == point.step && found.value.bitPattern == point.value.bitPattern)
    }
    #expect(series.last?.step == naive.points.last.map { Int32($0.step) })
  }

  @Test func noSpikeIsLostInAMillionPoints() {
    var series = MetricSeries()
    let spikes = [0, 31, 1023, 1024, 77_777, 999_999]
    for step in 0..<1_000_000 {
      series.append(step: step, value: spikes.contains(step) ? 100 : 0)
    }
    series.append(step: 1_000_000, value: .nan)
    let columns = series.envelopes(from: 0, to: 1_000_001, columns: 100)
    let high = columns.indices.filter { columns[$0]?.maximum == 100 }
    #expect(Set(high) == Set(spikes.map { $0 * 100 / 1_000_001 }))
    #expect(columns.compactMap { $0?.nonFinite }.reduce(0, +) == 1)
    #expect(columns[99]?.nonFinite == 1)
    #expect(columns.compactMap { $0?.count }.reduce(0, +) == 1_000_000)
    let whole = series.envelopes(from: 0, to: 1_000_001, columns: 1)[0]
    #expect(whole?.maximum == 100 && whole?.last == 100 && whole?.minimum == 0)
  }

  @Test func copiesDoNotChange() {
    var series = MetricSeries()
    var copies: [MetricSeries] = []
    for step in 0..<3000 {
      if step % 500 == 0 { copies.append(series) }
      series.append(step: step, value: Float(step))
    }
    for (index, copy) in copies.enumerated() {
      #expect(copy.count == index * 500)
      #expect(copy.last?.step ?? -1 == Int32(index * 500 - 1))
      let all = copy.envelopes(from: 0, to: 3000, columns: 1)[0]
      #expect(all?.count ?? 0 == index * 500)
    }
  }

  @Test func aStepThatDescendsCountsAsTheLast() {
    var series = MetricSeries()
    for step in [5, 3, .min, .max, 9] { series.append(step: step, value: 1) }
    #expect((0..<5).map { series[$0].step } == [5, 5, 5, .max, .max])
  }

  @Test func senselessRangesHaveNoPoints() {
    var series = MetricSeries()
    series.append(step: 1, value: 1)
    let ranges: [(Double, Double)] = [
      (1, 1), (2, 1), (.nan, 2), (0, .nan), (-.infinity, 2), (0, .infinity),
    ]
    for (from, to) in ranges {
      #expect(series.envelopes(from: from, to: to, columns: 3).count == 3)
    }
    #expect(series.envelopes(from: 0, to: 2, columns: 0).isEmpty)
    #expect(series.envelopes(from: 0, to: 2, columns: -1).isEmpty)
  }
}
