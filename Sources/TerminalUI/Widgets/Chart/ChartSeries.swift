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
  /// What stands behind is a few dots only: several such can be told apart where they overlap.
  package var isSparse = false
  /// What the crosshair reads; `nil`: the column that it stands on.
  package var reading: Reading?

  /// Values at one step.
  package struct Reading: Sendable, Equatable {
    /// Of the last point at or before it; `nil` where there is none.
    package var value: Double?
    /// Of the curve in front at the same point; `nil` where that is the value.
    package var smoothed: Double?

    package init(value: Double?, smoothed: Double? = nil) {
      self.value = value
      self.smoothed = smoothed
    }
  }

  package init(
    name: String, color: Color, quietColor: Color, columns: [ChartColumn?],
    smoothed: [ChartColumn?]? = nil, isSparse: Bool = false, reading: Reading? = nil
  ) {
    self.name = name
    self.color = color
    self.quietColor = quietColor
    self.columns = columns
    self.smoothed = smoothed
    self.isSparse = isSparse
    self.reading = reading
  }
}

/// A vertical line at an edit, or where training broke down.
package struct ChartMarker: Hashable, Sendable {
  /// On the x axis, in steps.
  package var position: Double
  package var label: String
  package var isFailure: Bool

  package init(position: Double, label: String, isFailure: Bool = false) {
    self.position = position
    self.label = label
    self.isFailure = isFailure
  }
}
