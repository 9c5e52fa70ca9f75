import EngineInterface
import TerminalUI

extension MetricSeries {
  /// What a chart draws of the steps of a range, one for each of so many columns; `nil` where there is no
  /// point.
  func columns(of steps: ClosedRange<Double>, count: Int) -> [ChartColumn?] {
    envelopes(from: steps.lowerBound, to: steps.upperBound, columns: count).map { envelope in
      envelope.map {
        ChartColumn(
          minimum: Double($0.minimum), maximum: Double($0.maximum), mean: Double($0.mean),
          count: $0.count, nonFinite: $0.nonFinite)
      }
    }
  }
}
