import Files

/// A value over two others: each cell has the colour of what is known nearest to it.
package struct HeatMap: Sendable {
  package struct Point: Sendable, Equatable {
    /// From 0, at the left and the bottom, to 1.
    package var x: Double
    package var y: Double
    /// From 0, the least, to 1.
    package var share: Double
    /// It stands out from the others.
    package var isFront: Bool

    package init(x: Double, y: Double, share: Double, isFront: Bool = false) {
      self.x = x
      self.y = y
      self.share = share
      self.isFront = isFront
    }
  }

  package var points: [Point]
  package var xLabels: [PlotLabel]
  package var yLabels: [PlotLabel]
  package var emptyText: String

  package init(
    points: [Point], xLabels: [PlotLabel], yLabels: [PlotLabel],
    emptyText: String = "no points yet"
  ) {
    self.points = points.filter { $0.x.isFinite && $0.y.isFinite && $0.share.isFinite }
    self.xLabels = xLabels
    self.yLabels = yLabels
    self.emptyText = emptyText
  }

  package func render(_ canvas: inout Canvas) {
    let (rect, theme) = (canvas.rect, canvas.theme)
    let plot = Chart.plot(in: rect)
    guard !plot.isEmpty, !points.isEmpty else {
      canvas.frame.text(
        emptyText, in: rect.row(rect.height / 2), style: theme.faint, align: .center)
      return
    }
    canvas.clipped(to: rect) { canvas in
      for row in 0..<plot.height {
        for column in 0..<plot.width {
          draw(column: column, row: row, plot, &canvas)
        }
      }
      for point in points.filter({ !$0.isFront }) + points.filter(\.isFront) {
        mark(point, plot, &canvas)
      }
      PlotFrame.draw(xLabels, under: plot, &canvas)
      drawRows(rect, plot, &canvas)
    }
  }

  private func draw(column: Int, row: Int, _ plot: Rect, _ canvas: inout Canvas) {
    let place = (
      x: Double(column) / Double(max(plot.width - 1, 1)),
      y: 1 - Double(row) / Double(max(plot.height - 1, 1))
    )
    let share = share(at: place.x, place.y)
    // Without colours the tenths can still be read.
    let text =
      canvas.glyphs.level == .ascii ? String(min(9, max(0, Int(saturating: share * 10)))) : " "
    canvas.frame.put(
      text, width: 1, x: plot.x + column, y: plot.y + row,
      style: Style(canvas.theme[.mainBg], on: canvas.theme.heat(share)))
  }

  /// What lies near counts by the fourth power of how near it is.
  private func share(at x: Double, _ y: Double) -> Double {
    var (sum, weights) = (0.0, 0.0)
    for point in points {
      let distance = (point.x - x) * (point.x - x) + (point.y - y) * (point.y - y)
      let weight = 1 / (distance * distance + 1e-9)
      sum += weight * point.share
      weights += weight
    }
    return sum / weights
  }

  private func mark(_ point: Point, _ plot: Rect, _ canvas: inout Canvas) {
    let x = plot.x + PlotFrame.column(of: point.x, of: plot.width)
    let y = plot.y + PlotFrame.column(of: 1 - point.y, of: plot.height)
    let glyphs = canvas.glyphs
    let ground = canvas.theme.heat(point.share)
    canvas.frame.put(
      point.isFront ? glyphs.selected : glyphs.dot, width: 1, x: x, y: y,
      style: point.isFront
        ? Style(canvas.theme[.title], on: canvas.theme[.mainBg]).bold
        : Style(canvas.theme[.mainBg], on: ground).bold)
  }

  private func drawRows(_ rect: Rect, _ plot: Rect, _ canvas: inout Canvas) {
    guard plot.x > rect.x else { return }
    for label in yLabels {
      let y = plot.y + PlotFrame.column(of: 1 - label.place, of: plot.height)
      canvas.frame.text(
        label.text, in: Rect(x: rect.x, y: y, width: plot.x - 1 - rect.x, height: 1),
        style: canvas.theme.label, align: .right, ellipsis: "")
    }
  }
}
