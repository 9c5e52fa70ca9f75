/// What the points of a curve within one dot column come to.
package struct ChartColumn: Hashable, Sendable {
  /// Of the finite points; NaN where there is none.
  package var minimum: Double
  package var maximum: Double
  package var mean: Double
  /// The number of finite points.
  package var count: Int
  /// The number of points that are NaN or infinite.
  package var nonFinite: Int

  package init(minimum: Double, maximum: Double, mean: Double, count: Int = 1, nonFinite: Int = 0) {
    self.minimum = minimum
    self.maximum = maximum
    self.mean = mean
    self.count = count
    self.nonFinite = nonFinite
  }

  /// A single point.
  package init(_ value: Double) {
    let isFinite = value.isFinite
    self.init(
      minimum: value, maximum: value, mean: value, count: isFinite ? 1 : 0,
      nonFinite: isFinite ? 0 : 1)
  }

  var hasValue: Bool { count > 0 && minimum.isFinite && maximum.isFinite && mean.isFinite }
}

/// One curve of a chart, cut to its dot columns.
package struct ChartSeries: Sendable, Equatable {
  package var name: String
  package var color: Color
  /// One entry a dot column; `nil` where no point lies. Neighbouring points are joined.
  package var columns: [ChartColumn?]
  /// The curve in front, with `columns` quietly behind; without it they are the curve.
  package var smoothed: [ChartColumn?]?
  /// The colour of what stands behind.
  package var quietColor: Color

  package init(
    name: String, color: Color, quietColor: Color, columns: [ChartColumn?],
    smoothed: [ChartColumn?]? = nil
  ) {
    self.name = name
    self.color = color
    self.quietColor = quietColor
    self.columns = columns
    self.smoothed = smoothed
  }

  /// The exponential mean that TensorBoard draws: each point takes `factor` of the mean before it
  /// and 1 − `factor` of its own, corrected for the start. Worked out a column at a time from its
  /// mean and count, so the cost is that of the width.
  /// - Parameter factor: 0 …< 1; 0 is no smoothing, and gives `nil`.
  package static func smoothed(_ columns: [ChartColumn?], factor: Double) -> [ChartColumn?]? {
    guard factor > 0, factor < 1 else { return nil }
    var sum = 0.0
    var weight = 0.0
    return columns.map { column in
      guard let column, column.hasValue else { return column }
      var kept = 1.0
      var base = factor
      var exponent = column.count
      while exponent > 0 {
        if exponent & 1 == 1 { kept *= base }
        base *= base
        exponent >>= 1
      }
      sum = sum * kept + column.mean * (1 - kept)
      weight = weight * kept + (1 - kept)
      let value = sum / weight
      return ChartColumn(
        minimum: value, maximum: value, mean: value, count: column.count,
        nonFinite: column.nonFinite)
    }
  }
}

/// A vertical line at an edit.
package struct ChartMarker: Hashable, Sendable {
  /// On the x axis, in steps.
  package var position: Double
  package var label: String

  package init(position: Double, label: String) {
    self.position = position
    self.label = label
  }
}
