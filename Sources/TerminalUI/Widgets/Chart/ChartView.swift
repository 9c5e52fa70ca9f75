import Foundation

/// The values that a chart's axis has to hold. The few that lie far from all others do not count: they
/// are drawn at the edge, and leave the others their room.
struct ChartView {
  private(set) var low: Double
  private(set) var high: Double

  /// Shares of the values at which the bulk of a curve ends, and of what stands behind one.
  private static let ofCurve = 0.1
  private static let ofBackground = 0.1

  /// `nil` where there are no values.
  init?(_ series: [ChartSeries], isLogarithmic: Bool) {
    let all = series.flatMap { ($0.smoothed ?? []) + $0.columns }.compactMap { $0 }
      .filter(\.hasValue)
    // On a logarithmic axis what is zero lies below everything: it is drawn at the lower edge.
    let isLogarithmic = isLogarithmic && all.contains { $0.maximum > 0 }
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
      let bulk = Self.bulk(of: curve, without: Self.ofCurve)
      // What is not far from the bulk belongs to it: the start of a curve that falls.
      let reach = (bulk.upperBound - bulk.lowerBound) / 2
      include(max(first, bulk.lowerBound - reach))
      include(min(last, bulk.upperBound + reach))
      if let now = front.last.flatMap({ position($0.mean) }) { include(now) }
      let ends = series.columns.compactMap { $0 }.filter(\.hasValue)
        .flatMap { [position($0.minimum), position($0.maximum)] }.compactMap { $0 }.sorted()
      guard !ends.isEmpty else { continue }
      let behind = Self.bulk(of: ends, without: Self.ofBackground)
      include(behind.lowerBound)
      include(behind.upperBound)
    }
    guard low <= high else { return nil }
    self.low = isLogarithmic ? pow(10, low) : low
    self.high = isLogarithmic ? pow(10, high) : high
  }

  /// From `share` of the values to 1 − `share`; of few values, all.
  private static func bulk(of sorted: [Double], without share: Double) -> ClosedRange<Double> {
    let cut = Int(saturating: (Double(sorted.count) * share).rounded(.down))
    return sorted[cut]...sorted[sorted.count - 1 - cut]
  }
}
