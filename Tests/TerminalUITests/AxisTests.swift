import Foundation
import Testing

@testable import TerminalUI

struct AxisTests {
  @Test func wholeTicksCountEpochs() {
    func labels(_ low: Double, _ high: Double, _ count: Int) -> [String] {
      AxisScale.exact(low: low, high: high).wholeTicks(count: count).map(\.label)
    }
    #expect(labels(0, 6.4, 8) == ["0", "1", "2", "3", "4", "5", "6"])
    #expect(labels(0, 20, 8) == ["0", "5", "10", "15", "20"])
    #expect(labels(0, 1000, 6) == ["0", "200", "400", "600", "800", "1000"])
    #expect(labels(3.2, 3.4, 6) == [])
  }
}

/// Axes laid out on rows.
struct AxisRowsTests {
  private func labels(
    _ low: Double, _ high: Double, rows: Int, log: Bool = false,
    format: AxisScale.Format = .number, ceiling: Double? = nil
  ) -> [String] {
    AxisRows(
      around: low, high, rows: rows, isLogarithmic: log, format: format, ceiling: ceiling
    ).ticks.map(\.label)
  }

  @Test func ticksAreRound() {
    #expect(labels(0.02, 0.97, rows: 5) == ["0", "0.25", "0.50", "0.75", "1.00"])
    #expect(labels(0.01, 1, rows: 15, log: true) == ["0.01", "0.1", "1"])
    #expect(labels(0.7, 0.99, rows: 10, format: .percent, ceiling: 1).last == "100")
  }

  /// Five rows is a chart at 80×24.
  @Test(arguments: [5, 6, 7, 10, 13, 17, 25, 40], [false, true])
  func thereAreThreeLabelsOnRowsOfTheirOwn(rows: Int, isLogarithmic: Bool) {
    var numbers = SampleNumbers(seed: UInt64(rows))
    for _ in 0..<60 {
      let low = Double.random(in: 0.001...10, using: &numbers)
      let high = low * Double.random(in: 1.05...50_000, using: &numbers)
      let axis = AxisRows(around: low, high, rows: rows, isLogarithmic: isLogarithmic)
      #expect(axis.ticks.count >= 3, "\(low)…\(high)")
      #expect(Set(axis.ticks.map(\.row)).count == axis.ticks.count)
      #expect(Set(axis.ticks.map(\.label)).count == axis.ticks.count)
      for tick in axis.ticks {
        #expect(tick.label.count <= 5)
        let place = (1 - axis.scale.share(of: tick.value)) * Double(rows) - 0.5
        #expect(abs(place - Double(tick.row)) < 0.3, "\(tick) at \(place)")
      }
    }
  }

  @Test(arguments: [5, 10, 17], [false, true])
  func anAxisHoldsWhatIsInViewAndWastesLittle(rows: Int, isLogarithmic: Bool) {
    var numbers = SampleNumbers(seed: 3)
    for _ in 0..<60 {
      let low = Double.random(in: 0.001...10, using: &numbers)
      let high = low * Double.random(in: 1.05...5000, using: &numbers)
      let scale = AxisRows(around: low, high, rows: rows, isLogarithmic: isLogarithmic).scale
      let slack = (scale.high - scale.low) * 1e-4
      #expect(scale.low <= low + slack && scale.high >= high - slack)
      #expect(
        scale.share(of: high) - scale.share(of: low) > (rows == 5 ? 0.4 : 0.5),
        "\(low)…\(high) takes \(scale.share(of: high) - scale.share(of: low))")
    }
  }

  /// A loss falls from 2.3 to 0.01 in 2,000 noisy steps.
  @Test(arguments: [false, true]) func anAxisGrowsInJumps(isLogarithmic: Bool) {
    var numbers = SampleNumbers(seed: 7)
    var scales: [AxisScale] = []
    var (low, high) = (Double.infinity, 0.0)
    for step in 0..<2000 {
      let loss = 2.3 * pow(0.997, Double(step)) * Double.random(in: 0.5...1.5, using: &numbers)
      (low, high) = (min(low, loss), max(high, loss))
      let scale = AxisRows(around: low, high, rows: 15, isLogarithmic: isLogarithmic).scale
      if scales.last != scale { scales.append(scale) }
    }
    #expect(scales.count < 45, "\(scales.count) axes")
  }

  @Test(
    arguments: [
      (0, 0), (1, 1), (-1, -1), (.nan, 1), (-.infinity, .infinity), (5, 2), (1e300, 1e308),
      (.leastNonzeroMagnitude, .leastNormalMagnitude), (-1e308, 1e308), (1e-300, 1e308),
      (1e6, 1e6 + 1e-3), (-3, 4),
    ] as [(Double, Double)])
  func anyRangeGivesAnAxis(low: Double, high: Double) {
    for isLogarithmic in [false, true] {
      for rows in [0, 1, 2, 3, 5, 30] {
        let axis = AxisRows(around: low, high, rows: rows, isLogarithmic: isLogarithmic)
        #expect(axis.scale.high > axis.scale.low)
        #expect(axis.ticks.allSatisfy { (0..<max(1, rows)).contains($0.row) })
      }
    }
  }

  @Test func accuracyHasNoLabelAboveAHundred() {
    for low in stride(from: 0.0, to: 0.999, by: 0.013) {
      let axis = AxisRows(
        around: low, 1, rows: 10, isLogarithmic: false, format: .percent, ceiling: 1)
      #expect(axis.ticks.allSatisfy { $0.value < 1.0001 })
      #expect(axis.scale.share(of: 1) > 0.8)
    }
  }
}

/// What an axis has to hold.
struct ChartViewTests {
  private func view(_ values: [Double], isLogarithmic: Bool = false, smoothed: [Double]? = nil)
    throws -> ChartView
  {
    let theme = Theme.standard
    let series = ChartSeries(
      name: "loss", color: theme[.train], quietColor: theme[.train],
      columns: values.map { ChartColumn($0) }, smoothed: smoothed?.map { ChartColumn($0) })
    return try #require(ChartView([series], isLogarithmic: isLogarithmic))
  }

  /// Accuracy leaves 20 % within the first steps and then stays above 90 %.
  @Test func aStartThatIsLongOverDoesNotTakeTheRoom() throws {
    let values = (0..<200).map { $0 < 6 ? 0.2 : 0.9 + 0.08 * Double($0) / 200 }
    let seen = try view(values)
    #expect(seen.low > 0.8 && seen.high >= 0.979)
  }

  @Test func aSpikeDoesNotTakeTheRoomAndTheNewestValueIsSeen() throws {
    var values = (0..<200).map { 1 + 0.1 * Double($0 % 7) }
    values[50] = 1e9
    #expect(try view(values, isLogarithmic: true).high < 10)
    values[199] = 40
    #expect(try view(values).high >= 40)
  }

  @Test func ofFewValuesAllAreSeen() throws {
    let seen = try view([0.2, 0.21, 0.4])
    #expect(seen.low == 0.2 && seen.high == 0.4)
  }

  @Test func zerosAreBelowALogarithmicAxis() throws {
    let seen = try view([2, 1, 0, 0.5, 0], isLogarithmic: true)
    #expect((0.4...0.5).contains(seen.low) && (2...2.5).contains(seen.high))
    #expect(try view([0, 0], isLogarithmic: true).low == 0)
  }

  /// A noisy loss falls; every axis that is new costs a drawing of the whole chart.
  @Test(arguments: [false, true]) func theAxisRarelyMoves(isLogarithmic: Bool) throws {
    var numbers = SampleNumbers(seed: 11)
    let losses = (0..<2000).map {
      (2.3 * pow(0.997, Double($0)) + 0.02) * Double.random(in: 0.6...1.4, using: &numbers)
    }
    var scales: [AxisScale] = []
    for end in stride(from: 20, to: 2000, by: 10) {
      let seen = try view(Array(losses[..<end]), isLogarithmic: isLogarithmic)
      let axis = AxisRows(around: seen.low, seen.high, rows: 11, isLogarithmic: isLogarithmic)
      if scales.last != axis.scale { scales.append(axis.scale) }
    }
    #expect(scales.count < 45, "\(scales.count) axes")
  }

  @Test func nothingIsNoView() {
    #expect(ChartView([], isLogarithmic: true) == nil)
    let series = ChartSeries(
      name: "", color: Theme.standard[.train], quietColor: Theme.standard[.train],
      columns: [nil, ChartColumn(.nan)])
    #expect(ChartView([series], isLogarithmic: false) == nil)
  }
}
