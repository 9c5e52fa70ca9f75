/// What a run has come through: every metric, point by point, nothing thinned out, and the edits.
package struct History: Sendable {
  private var series: [MetricName: MetricSeries] = [:]
  /// Oldest first.
  package private(set) var edits: [EditMarker] = []
  /// Grows when something is taken back: what a reader has is then no beginning of it any more.
  private var generation = 0

  package init() {}

  /// The metrics that have points, in the order of their names.
  package var names: [MetricName] { series.keys.sorted() }

  /// Adds a point; `step` must not be smaller than the last one's.
  package mutating func append(_ name: MetricName, step: Int, value: Double) {
    series[name, default: MetricSeries()].append(step: step, value: Float(value))
  }

  package mutating func append(_ edit: EditMarker) { edits.append(edit) }

  /// Puts `edit` in the place of the last one, whose slider has moved on.
  package mutating func replaceLastEdit(with edit: EditMarker) {
    edits[edits.count - 1] = edit
  }

  /// The same without the points after `step`, and with the first `edits` edits only.
  package func upTo(step: Int, edits count: Int) -> History {
    var result = History()
    for (name, points) in series { result.series[name] = points.upTo(step: step) }
    result.edits = Array(edits.prefix(count))
    result.generation = generation + 1
    return result
  }

  /// The points of one metric; empty where there are none yet.
  package subscript(name: MetricName) -> MetricSeries { series[name] ?? MetricSeries() }
}

/// How much of a history a reader has.
package struct HistoryMark: Sendable, Codable, Equatable {
  fileprivate var generation = 0
  fileprivate var points: [MetricName: Int] = [:]
  fileprivate var edits = 0

  /// Nothing of it.
  package init() {}
}

/// What a history has that a reader does not.
package struct HistoryDelta: Sendable, Codable, Equatable {
  /// What the reader has counts no longer, and all of it is here.
  fileprivate var isWhole: Bool
  fileprivate var generation: Int
  fileprivate var points: [MetricName: [MetricSeries.Point]]
  /// The edits from this place on.
  fileprivate var firstEdit: Int
  fileprivate var edits: [EditMarker]
}

extension History {
  package var mark: HistoryMark {
    var mark = HistoryMark()
    mark.generation = generation
    mark.points = series.mapValues(\.count)
    mark.edits = edits.count
    return mark
  }

  /// What a reader at `mark` does not have, in time proportional to it.
  package func delta(after mark: HistoryMark) -> HistoryDelta {
    let isWhole = mark.generation != generation
    let known = isWhole ? HistoryMark() : mark
    // The last edit that a reader has may have moved on since.
    let firstEdit = max(0, min(known.edits, edits.count) - 1)
    var points: [MetricName: [MetricSeries.Point]] = [:]
    for (name, series) in series {
      let missing = series.points(from: max(0, known.points[name] ?? 0))
      if !missing.isEmpty { points[name] = missing }
    }
    return HistoryDelta(
      isWhole: isWhole, generation: generation, points: points, firstEdit: firstEdit,
      edits: Array(edits[firstEdit...]))
  }

  /// Takes over what was missing.
  package mutating func apply(_ delta: HistoryDelta) {
    if delta.isWhole { self = History() }
    generation = delta.generation
    for (name, points) in delta.points {
      for point in points { append(name, step: Int(point.step), value: Double(point.value)) }
    }
    edits.removeLast(max(0, edits.count - delta.firstEdit))
    edits += delta.edits
  }
}
