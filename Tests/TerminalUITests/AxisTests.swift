import Foundation
import Testing

@testable import TerminalUI

struct AxisTests {
  private func labels(
    _ low: Double, _ high: Double, _ count: Int, log: Bool = false,
    format: AxisScale.Format = .number
  ) -> [String] {
    AxisScale(low: low, high: high, isLogarithmic: log).ticks(count: count, format: format)
      .map(\.label)
  }

  @Test func linearTicksAreRound() {
    #expect(labels(0.02, 0.97, 6) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(labels(0, 2.4, 4) == ["0", "1", "2"])
    #expect(labels(1000, 5000, 5) == ["1000", "2000", "3000", "4000", "5000"])
    #expect(labels(0.701, 0.99, 4, format: .percent) == ["70", "80", "90", "100"])
    #expect(labels(0.00001, 0.00005, 3) == ["2e-5", "4e-5"])
  }

  @Test func logarithmicTicksAreThinnedByDecades() {
    #expect(labels(0.01, 1, 4, log: true) == ["0.01", "0.1", "1"])
    #expect(labels(0.01, 1, 8, log: true) == ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"])
    #expect(labels(1e-8, 1, 4, log: true).count <= 4)
    #expect(labels(1e-8, 1, 4, log: true).count >= 2)
    #expect(labels(0.11, 0.13, 4, log: true).count >= 2)
  }

  @Test(arguments: 1...60)
  func ticksAreFewInRangeAndFitTheirColumn(seed: UInt64) {
    var numbers = SampleNumbers(seed: seed)
    let low: Double = Double.random(in: -3...3, using: &numbers)
    let magnitude = ([1e-6, 1e-3, 1, 1e3, 1e6] as [Double]).randomElement(using: &numbers) ?? 1
    let high: Double = low + Double.random(in: 0.0001...5, using: &numbers)
    for isLogarithmic in [false, true] {
      for count in 1...9 {
        let scale = AxisScale(
          low: low * magnitude, high: high * magnitude, isLogarithmic: isLogarithmic)
        let ticks = scale.ticks(count: count)
        #expect(ticks.count <= count)
        #expect(ticks.allSatisfy { (-1e-9...1 + 1e-9).contains(scale.share(of: $0.value)) })
        #expect(ticks.allSatisfy { $0.label.count <= 5 })
        #expect(Set(ticks.map(\.label)).count == ticks.count)
      }
    }
  }

  @Test(
    arguments: [
      (0, 0), (1, 1), (-1, -1), (.nan, 1), (-.infinity, .infinity), (5, 2), (1e300, 1e301),
      (.leastNonzeroMagnitude, .leastNormalMagnitude),
    ] as [(Double, Double)])
  func anyRangeGivesAScale(low: Double, high: Double) {
    for isLogarithmic in [false, true] {
      let scale = AxisScale(low: low, high: high, isLogarithmic: isLogarithmic)
      #expect(scale.high > scale.low)
      #expect(scale.share(of: 1).isFinite)
      #expect(scale.ticks(count: 5).count <= 5)
    }
  }

  @Test func accuracyNeverPassesAHundred() {
    let scale = AxisScale(low: 0.9, high: 1, isLogarithmic: false, ceiling: 1)
    #expect(scale.high == 1)
  }

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

/// Axes that stay as they are while points come in.
struct RoundAxisTests {
  @Test(arguments: [false, true])
  func anAxisHoldsWhatIsInViewAndWastesLittle(isLogarithmic: Bool) {
    var numbers = SampleNumbers(seed: 3)
    for _ in 0..<300 {
      let low = Double.random(in: 0.001...10, using: &numbers)
      let high = low * Double.random(in: 1.001...5000, using: &numbers)
      let scale = AxisScale.round(around: low, high, isLogarithmic: isLogarithmic)
      #expect(scale.low <= low && scale.high >= high)
      #expect(
        scale.share(of: high) - scale.share(of: low) > 0.55,
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
      let scale = AxisScale.round(around: low, high, isLogarithmic: isLogarithmic)
      if scales.last != scale { scales.append(scale) }
    }
    #expect(scales.count < 45, "\(scales.count) axes")
  }

  @Test(
    arguments: [
      (0, 0), (1, 1), (-1, -1), (.nan, 1), (-.infinity, .infinity), (5, 2), (1e300, 1e308),
      (.leastNonzeroMagnitude, .leastNormalMagnitude), (-1e308, 1e308), (1e-300, 1e308),
    ] as [(Double, Double)])
  func anyRangeGivesAnAxis(low: Double, high: Double) {
    for isLogarithmic in [false, true] {
      let scale = AxisScale.round(around: low, high, isLogarithmic: isLogarithmic)
      #expect(scale.high > scale.low)
    }
  }

  @Test func accuracyStaysBelowAHundred() {
    #expect(AxisScale.round(around: 0.2, 1, isLogarithmic: false, ceiling: 1).high == 1)
  }
}
