/// Every metric of a run, point by point; nothing is thinned out.
package struct History: Sendable {
  private var series: [MetricName: MetricSeries] = [:]

  package init() {}

  /// The metrics that have points, in the order of their names.
  package var names: [MetricName] { series.keys.sorted() }

  /// Adds a point; `step` must not be smaller than the last one's.
  package mutating func append(_ name: MetricName, step: Int, value: Double) {
    series[name, default: MetricSeries()].append(step: step, value: Float(value))
  }

  /// The same without what came after `step`.
  package func upTo(step: Int) -> History {
    var result = History()
    for (name, points) in series { result.series[name] = points.upTo(step: step) }
    return result
  }

  /// The points of one metric; empty where there are none yet.
  package subscript(name: MetricName) -> MetricSeries { series[name] ?? MetricSeries() }
}
