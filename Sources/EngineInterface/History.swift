/// Every metric of a run, point by point; nothing is thinned out.
package struct History: Sendable {
  package enum Key: String, Sendable, Codable, CaseIterable {
    case trainLoss, trainAccuracy, trainTop5
    case validationLoss, validationAccuracy, validationTop5
    case learningRate
  }

  private var series: [Key: MetricSeries] = [:]

  package init() {}

  /// Adds a point; `step` must not be smaller than the last one's.
  package mutating func append(_ key: Key, step: Int, value: Double) {
    series[key, default: MetricSeries()].append(step: step, value: Float(value))
  }

  /// The same without what came after `step`.
  package func upTo(step: Int) -> History {
    var result = History()
    for (key, points) in series { result.series[key] = points.upTo(step: step) }
    return result
  }

  /// The points of one metric; empty where there are none yet.
  package subscript(key: Key) -> MetricSeries { series[key] ?? MetricSeries() }
}
