import Files

/// Curves over steps: drawn in time proportional to the width, whatever the number of points.
///
/// Ask `columnCount(in:)` first, cut the series to so many columns, then render.
package struct Chart: Sendable {
  package var series: [ChartSeries]
  /// Steps from the left edge to the right one.
  package var steps: ClosedRange<Double>
  /// Steps of an epoch, in which the x axis is labelled; `nil`: labelled in steps.
  package var stepsPerEpoch: Double?
  package var isLogarithmic: Bool
  package var format: AxisScale.Format
  package var markers: [ChartMarker]
  /// A step to read values at.
  package var crosshair: Double?
  /// Words under the x axis, where what lies along it is no step; `nil`: steps or epochs.
  package var labels: [PlotLabel]?
  /// Where the crosshair stands, in words; `nil`: its step.
  package var crosshairText: String?
  /// Said in the middle while there is nothing to draw.
  package var emptyText: String

  package init(
    series: [ChartSeries], steps: ClosedRange<Double>, stepsPerEpoch: Double? = nil,
    isLogarithmic: Bool = false, format: AxisScale.Format = .number,
    markers: [ChartMarker] = [], crosshair: Double? = nil, crosshairText: String? = nil,
    labels: [PlotLabel]? = nil, emptyText: String = "no points yet"
  ) {
    self.series = series
    self.steps = steps
    self.stepsPerEpoch = stepsPerEpoch
    self.isLogarithmic = isLogarithmic
    self.format = format
    self.markers = markers
    self.crosshair = crosshair
    self.crosshairText = crosshairText
    self.labels = labels
    self.emptyText = emptyText
  }

  /// The label column and the axis at its right; kept from one frame to the next, so that the curve
  /// does not jump when the labels change.
  private static let gutter = 6

  /// Where the curves are within a chart drawn in `rect`.
  package static func plot(in rect: Rect) -> Rect {
    rect.inset(left: rect.width >= 20 ? gutter : 0, bottom: rect.height >= 4 ? 1 : 0)
  }

  /// Dot columns of a chart drawn in `rect`: the length that every series should have.
  package static func columnCount(in rect: Rect, _ glyphs: GlyphSet) -> Int {
    plot(in: rect).width * DotCanvas.dotsAcross(glyphs.level)
  }

  /// The step in the middle of a cell column: what a click there means.
  package func step(atX x: Int, in rect: Rect) -> Double {
    let plot = Self.plot(in: rect)
    let share = plot.width > 0 ? (Double(x - plot.x) + 0.5) / Double(plot.width) : 0
    return steps.lowerBound + min(max(share, 0), 1) * (steps.upperBound - steps.lowerBound)
  }

  package func render(_ canvas: inout Canvas) {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let plot = Self.plot(in: rect)
    guard !plot.isEmpty else { return }
    canvas.clipped(to: rect) { canvas in
      guard let axis = axis(rows: plot.height) else {
        drawAxes(rect, plot, nil, &canvas)
        canvas.frame.text(
          emptyText, in: plot.row(plot.height / 2), style: theme.faint, align: .center)
        drawNotANumbers(plot, &canvas)
        return
      }
      drawAxes(rect, plot, axis, &canvas)
      let dots = dots(plot, axis.scale, theme, glyphs)
      let lines = drawMarkers(plot, dots, &canvas)
      draw(dots, plot, &canvas)
      let crosshair = crosshairPlace(plot, theme, glyphs)
      drawMarkerLabels(lines, besides: crosshair, plot, dots, &canvas)
      drawNotANumbers(plot, &canvas)
      if let crosshair { drawCrosshair(crosshair, plot, &canvas) }
    }
  }

  /// The axis in a plot of so many rows; `nil` where there are no values.
  private func axis(rows: Int) -> AxisRows? {
    guard let view = ChartView(series, isLogarithmic: isLogarithmic) else { return nil }
    return AxisRows(
      around: view.low, view.high, rows: rows, isLogarithmic: isLogarithmic, format: format,
      ceiling: format == .percent ? 1 : nil)
  }

  /// From the least value to the greatest, where the axis of a chart drawn in `rect` does not hold them
  /// all; those beyond it are drawn at its edges.
  package func extremes(in rect: Rect) -> ClosedRange<Double>? {
    let plot = Self.plot(in: rect)
    guard !plot.isEmpty, let scale = axis(rows: plot.height)?.scale else { return nil }
    let columns = series.flatMap { $0.columns.compactMap { $0 } }.filter(\.hasValue)
    guard let low = columns.map(\.minimum).min(), let high = columns.map(\.maximum).max(),
      scale.share(of: low) < 0 || scale.share(of: high) > 1
    else { return nil }
    return low...high
  }

  // MARK: Curves

  private func dots(_ plot: Rect, _ scale: AxisScale, _ theme: Theme, _ glyphs: GlyphSet)
    -> DotCanvas
  {
    var dots = DotCanvas(columns: plot.width, rows: plot.height, level: glyphs.level)
    // What stands behind first, so that every front curve is on top of it. Where colours do not tell
    // the two apart, fewer dots do.
    for (index, series) in series.enumerated() where series.smoothed != nil {
      drawEnvelope(
        series.columns, owner: UInt8(index * 2 + 1),
        isSparse: series.isSparse || theme.hasFewColors || series.quietColor == series.color, scale,
        &dots)
    }
    for (index, series) in series.enumerated() {
      let isPlain = series.smoothed == nil
      let front = series.smoothed ?? series.columns
      let dashed = isIndistinct(index) || theme.hasFewColors && index > 0
      drawCurve(
        front, isEnvelope: isPlain, isDashed: dashed, owner: UInt8(index * 2 + 2), scale, &dots)
    }
    return dots
  }

  /// Whether a series before it has its colour: then dashes tell them apart.
  private func isIndistinct(_ index: Int) -> Bool {
    series[..<index].contains { $0.color == series[index].color }
  }

  private func height(_ value: Double, _ scale: AxisScale, _ dots: DotCanvas) -> Int {
    let share = min(max(scale.share(of: value), 0), 1)
    return Int(saturating: ((1 - share) * Double(dots.height - 1)).rounded())
  }

  /// The full extent of each column, so that no spike is lost.
  private func drawEnvelope(
    _ columns: [ChartColumn?], owner: UInt8, isSparse: Bool, _ scale: AxisScale,
    _ dots: inout DotCanvas
  ) {
    guard isSparse else {
      drawCurve(columns, isEnvelope: true, isDashed: false, owner: owner, scale, &dots)
      return
    }
    for (x, column) in columns.prefix(dots.width).enumerated() {
      guard let column, column.hasValue else { continue }
      dots.line(
        x: x, from: height(column.minimum, scale, dots),
        to: height(column.maximum, scale, dots), owner: owner, isSparse: true)
    }
  }

  /// Joins the columns' means; with `isEnvelope`, each column's extent too. A point that is no
  /// number breaks the line.
  private func drawCurve(
    _ columns: [ChartColumn?], isEnvelope: Bool, isDashed: Bool, owner: UInt8, _ scale: AxisScale,
    _ dots: inout DotCanvas
  ) {
    var before: (x: Int, y: Int)?
    for (x, column) in columns.prefix(dots.width).enumerated() {
      guard let column else { continue }
      guard column.hasValue else {
        before = nil
        continue
      }
      let y = height(column.mean, scale, dots)
      if let (lastX, lastY) = before {
        for between in lastX + 1...x where !(isDashed && between % 8 >= 4) {
          // Half of the way up belongs to this column, half to the one before it.
          let from = lastY + (y - lastY) * (2 * (between - lastX) - 1) / (2 * (x - lastX))
          let to = lastY + (y - lastY) * (between - lastX) / (x - lastX)
          dots.line(x: between, from: from, to: to, owner: owner)
          if between > lastX {
            let back = lastY + (y - lastY) * (between - 1 - lastX) / (x - lastX)
            dots.line(x: between - 1, from: back, to: from, owner: owner)
          }
        }
      } else {
        dots.line(x: x, from: y, to: y, owner: owner)
      }
      if isEnvelope, !(isDashed && x % 8 >= 4) {
        dots.line(
          x: x, from: height(column.minimum, scale, dots),
          to: height(column.maximum, scale, dots), owner: owner)
      }
      before = column.nonFinite > 0 ? nil : (x, y)
    }
  }

  private func draw(_ dots: DotCanvas, _ plot: Rect, _ canvas: inout Canvas) {
    for row in 0..<dots.rows {
      for column in 0..<dots.columns {
        guard let cell = dots.cell(column: column, row: row) else { continue }
        let series = series[(Int(cell.owner) - 1) / 2]
        let color = cell.owner % 2 == 1 ? series.quietColor : series.color
        canvas.frame.put(
          cell.text, width: 1, x: plot.x + column, y: plot.y + row, style: Style(color))
      }
    }
  }
}
