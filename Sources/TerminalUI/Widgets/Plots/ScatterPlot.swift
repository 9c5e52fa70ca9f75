import Files

/// Points with error bars, and a curve through them: how one value bears on another.
package struct ScatterPlot: Sendable {
  package struct Point: Sendable, Equatable {
    /// From 0, at the left, to 1.
    package var place: Double
    package var value: Double
    /// What it may as well be, up and down; 0: no bar.
    package var error: Double
    package var color: Color
    /// It stands over the others.
    package var isFront: Bool

    package init(
      place: Double, value: Double, error: Double, color: Color, isFront: Bool = false
    ) {
      self.place = place
      self.value = value
      self.error = error
      self.color = color
      self.isFront = isFront
    }
  }

  package var points: [Point]
  /// The curve's value at a place; `nil`: there is none.
  package var curve: (@Sendable (_ place: Double) -> Double)?
  package var curveColor: Color
  package var labels: [PlotLabel]
  package var isLogarithmic: Bool
  /// Said in the middle while there is nothing to draw.
  package var emptyText: String

  package init(
    points: [Point], curve: (@Sendable (_ place: Double) -> Double)? = nil, curveColor: Color,
    labels: [PlotLabel] = [], isLogarithmic: Bool = false, emptyText: String = "no points yet"
  ) {
    self.points = points.filter { $0.value.isFinite && $0.place.isFinite }
    self.curve = curve
    self.curveColor = curveColor
    self.labels = labels
    self.isLogarithmic = isLogarithmic
    self.emptyText = emptyText
  }

  package func render(_ canvas: inout Canvas) {
    let rect = canvas.rect
    let values = points.flatMap { [$0.value, low($0), $0.value + max($0.error, 0)] }
    guard let plot = PlotFrame(rect, values: values, isLogarithmic: isLogarithmic) else {
      canvas.frame.text(
        emptyText, in: rect.row(rect.height / 2), style: canvas.theme.faint, align: .center)
      return
    }
    plot.draw(rect, &canvas)
    canvas.within(rect) { PlotFrame.draw(labels, under: plot.plot, &$0) }
    canvas.clipped(to: plot.plot) { canvas in
      drawCurve(plot, &canvas)
      for point in points.filter({ !$0.isFront }) + points.filter(\.isFront) {
        draw(point, plot, &canvas)
      }
    }
  }

  /// On a logarithmic axis a bar ends above zero.
  private func low(_ point: Point) -> Double {
    let low = point.value - max(point.error, 0)
    return isLogarithmic && low <= 0 ? point.value : low
  }

  private func drawCurve(_ plot: PlotFrame, _ canvas: inout Canvas) {
    guard let curve else { return }
    var dots = DotCanvas(
      columns: plot.plot.width, rows: plot.plot.height, level: canvas.glyphs.level)
    var before: Int?
    for x in 0..<dots.width {
      let value = curve(Double(x) / Double(max(dots.width - 1, 1)))
      guard value.isFinite, (-0.02...1.02).contains(plot.axis.scale.share(of: value)) else {
        before = nil
        continue
      }
      let y = plot.row(of: value, dots: dots.height)
      dots.line(x: x, from: before ?? y, to: y, owner: 1)
      before = y
    }
    for row in 0..<dots.rows {
      for column in 0..<dots.columns {
        guard let cell = dots.cell(column: column, row: row) else { continue }
        canvas.frame.put(
          cell.text, width: 1, x: plot.plot.x + column, y: plot.plot.y + row,
          style: Style(curveColor))
      }
    }
  }

  private func draw(_ point: Point, _ plot: PlotFrame, _ canvas: inout Canvas) {
    let rect = plot.plot
    let x = rect.x + PlotFrame.column(of: point.place, of: rect.width)
    let glyphs = canvas.glyphs
    if point.error > 0 {
      let top = plot.row(of: point.value + point.error, dots: rect.height)
      let bottom = plot.row(of: low(point), dots: rect.height)
      for y in min(top, bottom)...max(top, bottom) {
        canvas.frame.put(
          glyphs.box.vertical, width: 1, x: x, y: rect.y + y, style: Style(point.color))
      }
    }
    let style = Style(point.color)
    canvas.frame.put(
      glyphs.live, width: 1, x: x, y: rect.y + plot.row(of: point.value, dots: rect.height),
      style: point.isFront ? style.bold : style)
  }
}
