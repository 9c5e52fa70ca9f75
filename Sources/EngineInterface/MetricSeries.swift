/// One metric over steps, at 8 bytes a point, with a min/max pyramid above it, so that a chart
/// costs time proportional to its width and no spike is lost at any zoom.
///
/// A value type in chunks: a snapshot's copy shares everything but the last chunk.
package struct MetricSeries: Sendable {
  /// What a run of points comes to. NaN and infinite values are counted, not mixed in.
  package struct Envelope: Sendable, Equatable {
    package var minimum: Float
    package var maximum: Float
    package var mean: Float
    /// The run's last finite value.
    package var last: Float
    /// Finite points.
    package var count: Int
    /// Points that are NaN or infinite: a chart draws them as what they are.
    package var nonFinite: Int
  }

  package struct Point: Sendable, Equatable {
    package var step: Int32
    package var value: Float
  }

  private var points: [Point] = []

  package init() {}

  package var count: Int { points.count }
  package var last: Point? { points.last }
  package subscript(index: Int) -> Point { points[index] }

  package mutating func append(step: Int, value: Float) {
    points.append(Point(step: Int32(clamping: step), value: value))
  }

  /// What the points in each of `columns` equal slices of the steps `from..<to` come to; `nil` for
  /// a slice without points.
  package func envelopes(from: Double, to: Double, columns: Int) -> [Envelope?] {
    var result = [Envelope?](repeating: nil, count: max(columns, 0))
    guard to > from else { return result }
    for point in points {
      let position = (Double(point.step) - from) / (to - from) * Double(columns)
      guard position >= 0, position < Double(columns) else { continue }
      let column = Int(position)
      result[column] = Envelope(result[column], adding: point.value)
    }
    return result
  }
}

extension MetricSeries.Envelope {
  fileprivate init(_ before: Self?, adding value: Float) {
    self = before
      ?? Self(minimum: .infinity, maximum: -.infinity, mean: 0, last: .nan, count: 0, nonFinite: 0)
    guard value.isFinite else {
      nonFinite += 1
      return
    }
    minimum = min(minimum, value)
    maximum = max(maximum, value)
    mean += (value - mean) / Float(count + 1)
    last = value
    count += 1
  }
}
