import Testing

@testable import EngineInterface

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct SmoothedSeriesTests {
  /// Point by point, as the formula stands.
  private func plain(_ values: [Float], _ smoothing: MetricSeries.Smoothing) -> [Double?] {
    var (mean, count) = (0.0, 0)
    return values.map { value in
      let value = smoothing.isLogarithmic ? log(Double(value)) : Double(value)
      if value.isFinite {
        mean = mean * smoothing.weight + value * (1 - smoothing.weight)
        count += 1
      }
      guard count > 0 else { return nil }
      let corrected = mean / (1 - pow(smoothing.weight, Double(count)))
      return smoothing.isLogarithmic ? exp(corrected) : corrected
    }
  }

  private func values(_ count: Int) -> [Float] {
    (0..<count).map { index in
      switch index % 97 {
      case 13: .nan
      case 40: 0
      case 60: 1e9
      default: 2 + sin(Float(index))
      }
    }
  }

  @Test(arguments: [0.2, 0.6, 0.95, 0.98], [false, true])
  func everyViewAgreesWithTheFormula(weight: Double, isLogarithmic: Bool) throws {
    let values = values(6000)
    let smoothing = MetricSeries.Smoothing(weight: weight, isLogarithmic: isLogarithmic)
    let expected = plain(values, smoothing)
    var series = MetricSeries()
    for (step, value) in values.enumerated() { series.append(step: step, value: value) }
    func agrees(_ found: Double?, _ step: Int) -> Bool {
      guard let found, let wanted = expected[step] else {
        return found == nil && expected[step] == nil
      }
      return abs(found - wanted) <= 1e-6 * max(1, abs(wanted))
    }
    for step in [0, 1, 13, 40, 60, 61, 500, 1023, 1024, 4000, 5999] {
      #expect(agrees(series.smoothed(at: Double(step), by: smoothing), step), "step \(step)")
    }
    for (from, to, columns) in [(0, 6000, 10), (0, 6000, 300), (2990, 3010, 20), (0, 100, 100)] {
      let found = series.smoothed(
        from: Double(from), to: Double(to), columns: columns, by: smoothing)
      let slices = series.slices(from: Double(from), to: Double(to), columns: columns)
      for (value, slice) in zip(found, slices) where !slice.isEmpty {
        #expect(agrees(value, slice.upperBound - 1), "\(from)…\(to): \(slice)")
      }
    }
  }

  @Test func gapsAndWhatIsNoNumber() {
    let smoothing = MetricSeries.Smoothing(weight: 0.5, isLogarithmic: false)
    var series = MetricSeries()
    #expect(series.smoothed(at: 5, by: smoothing) == nil)
    #expect(series.smoothed(from: 0, to: 4, columns: 2, by: smoothing) == [nil, nil])
    series.append(step: 1, value: .nan)
    #expect(series.smoothed(at: 5, by: smoothing) == nil)
    for step in 1...400 { series.append(step: 1, value: step == 1 ? 7 : .nan) }
    #expect(series.smoothed(at: 2, by: smoothing) == 7)
    series = MetricSeries()
    series.append(step: 1, value: .nan)
    series.append(step: 3, value: 2)
    #expect(series.smoothed(at: 2, by: smoothing) == nil)
    #expect(series.smoothed(at: 3, by: smoothing) == 2)
    #expect(series.smoothed(at: 99, by: smoothing) == 2)
    #expect(series.point(at: 2.5)?.step == 1)
    #expect(series.point(at: 0.5) == nil)
    #expect(series.smoothed(from: 0, to: 4, columns: 4, by: smoothing) == [nil, nil, nil, 2])
  }
}
