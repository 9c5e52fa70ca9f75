import Files
import Foundation

/// The values that a chart's axis has to hold. The few that lie far from all others do not count: they
/// are drawn at the edge, and leave the others their room.
struct ChartView {
  private(set) var low: Double
  private(set) var high: Double

  /// Where the bulk of the values ends, and how far what belongs to it may reach beyond. On a logarithmic
  /// axis the start of a curve takes little room; on a linear one it would take most of it.
  private struct Bounds {
    /// Shares of the values at either end, of the curves and of what stands behind them.
    let curve: Double
    let background: Double
    /// Of the bulk's extent.
    let reach: Double

    static let logarithmic = Bounds(curve: 0.05, background: 0.1, reach: 0.5)
    static let linear = Bounds(curve: 0.15, background: 0.15, reach: 0.25)
  }

  /// `nil` where there are no values.
  init?(_ series: [ChartSeries], isLogarithmic: Bool) {
    let all = series.flatMap { ($0.smoothed ?? []) + $0.columns }.compactMap { $0 }
      .filter(\.hasValue)
    // On a logarithmic axis what is zero lies below everything: it is drawn at the lower edge.
    let isLogarithmic = isLogarithmic && all.contains { $0.maximum > 0 }
    let bounds = isLogarithmic ? Bounds.logarithmic : Bounds.linear
    func position(_ value: Double) -> Double? {
      guard isLogarithmic else { return value }
      return value > 0 ? log10(value) : nil
    }
    var low = Double.infinity
    var high = -Double.infinity
    func include(_ value: Double) { (low, high) = (min(low, value), max(high, value)) }
    for series in series {
      let front = (series.smoothed ?? series.columns).compactMap { $0 }.filter(\.hasValue)
      let curve = front.compactMap { position($0.mean) }.sorted()
      guard let first = curve.first, let last = curve.last else { continue }
      let bulk = Self.bulk(of: curve, without: bounds.curve)
      // What is not far from the bulk belongs to it: the start of a curve that falls.
      let reach = (bulk.upperBound - bulk.lowerBound) * bounds.reach
      include(max(first, bulk.lowerBound - reach))
      include(min(last, bulk.upperBound + reach))
      if let now = front.last.flatMap({ position($0.mean) }) { include(now) }
      let ends = series.columns.compactMap { $0 }.filter(\.hasValue)
        .flatMap { [position($0.minimum), position($0.maximum)] }.compactMap { $0 }.sorted()
      guard !ends.isEmpty else { continue }
      let behind = Self.bulk(of: ends, without: bounds.background)
      include(behind.lowerBound)
      include(behind.upperBound)
    }
    guard low <= high else { return nil }
    // A level line on a logarithmic axis has powers of ten around it, not the eleventh part of one.
    if isLogarithmic, high - low < 1e-6 { (low, high) = (low - 1, high + 1) }
    (low, high) = Self.widened(low, high)
    self.low = isLogarithmic ? pow(10, low) : low
    self.high = isLogarithmic ? pow(10, high) : high
  }

  /// To round numbers around both ends, so that the axis does not move with every point.
  private static func widened(_ low: Double, _ high: Double) -> (Double, Double) {
    let least = (high - low) / 20
    let decade = pow(10, log10(least).rounded(.down))
    guard decade > 0, decade.isFinite,
      let step = [1, 2, 5, 10].map({ $0 * decade }).first(where: { $0 >= least * (1 - 1e-9) })
    else { return (low, high) }
    let wide = (
      (low / step + 1e-9).rounded(.down) * step, (high / step - 1e-9).rounded(.up) * step
    )
    return wide.0.isFinite && wide.1.isFinite ? wide : (low, high)
  }

  /// From `share` of the values to 1 − `share`; of few values, all.
  private static func bulk(of sorted: [Double], without share: Double) -> ClosedRange<Double> {
    let cut = Int(saturating: (Double(sorted.count) * share).rounded(.down))
    return sorted[cut]...sorted[sorted.count - 1 - cut]
  }
}
