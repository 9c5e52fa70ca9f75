import Files

/// Points of many values as lines over parallel axes, one a value: which of them go together.
package struct ParallelCoordinates: Sendable {
  package struct Axis: Sendable, Equatable {
    package var title: String
    package var low: String
    package var high: String

    package init(_ title: String, low: String, high: String) {
      self.title = title
      self.low = low
      self.high = high
    }
  }

  package struct Line: Sendable, Equatable {
    /// From 0, at the bottom, to 1, for each axis.
    package var places: [Double]
    package var color: Color

    package init(_ places: [Double], color: Color) {
      self.places = places
      self.color = color
    }
  }

  /// Lines that can be told apart at all; of more, the last ones are drawn.
  private static let most = 120

  package var axes: [Axis]
  /// The last is drawn over the others.
  package var lines: [Line]
  package var emptyText: String

  package init(axes: [Axis], lines: [Line], emptyText: String = "no points yet") {
    self.axes = axes
    self.lines = lines.filter { $0.places.count == axes.count && $0.places.allSatisfy(\.isFinite) }
    self.emptyText = emptyText
  }

  package func render(_ canvas: inout Canvas) {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    guard axes.count >= 2, rect.width >= 2 * axes.count, rect.height >= 4, !lines.isEmpty else {
      canvas.frame.text(
        lines.isEmpty ? emptyText : "no room", in: rect.row(rect.height / 2), style: theme.faint,
        align: .center)
      return
    }
    // Titles above with the upper ends, the lower ends below.
    let body = rect.inset(top: 2, bottom: 1)
    let columns = axes.indices.map {
      body.x + PlotFrame.column(of: Double($0) / Double(axes.count - 1), of: body.width)
    }
    for x in columns {
      canvas.frame.fill(
        Rect(x: x, y: body.y, width: 1, height: body.height), glyphs.box.vertical,
        style: theme.faint)
    }
    drawLines(body, columns.map { $0 - body.x }, &canvas)
    for (index, axis) in axes.enumerated() {
      drawLabels(axis, index, columns, rect, &canvas)
    }
  }

  private func drawLines(_ body: Rect, _ columns: [Int], _ canvas: inout Canvas) {
    let level = canvas.glyphs.level
    let shown = lines.suffix(Self.most)
    var dots = DotCanvas(columns: body.width, rows: body.height, level: level)
    let across = DotCanvas.dotsAcross(level)
    for (number, line) in shown.enumerated() {
      // Even numbers stand over each other in their order.
      let owner = UInt8(number + 1) * 2
      for index in 1..<line.places.count {
        let (from, to) = (columns[index - 1] * across, columns[index] * across)
        guard to > from else { continue }
        var before: Int?
        for x in from...to {
          let share = Double(x - from) / Double(to - from)
          let place =
            line.places[index - 1] + (line.places[index] - line.places[index - 1]) * share
          let y = Int(
            saturating: ((1 - min(max(place, 0), 1)) * Double(dots.height - 1)).rounded())
          let last = before ?? y
          dots.line(x: x, from: last + (y > last ? 1 : y < last ? -1 : 0), to: y, owner: owner)
          before = y
        }
      }
    }
    let first = shown.startIndex
    for row in 0..<dots.rows {
      for column in 0..<dots.columns {
        guard let cell = dots.cell(column: column, row: row) else { continue }
        let line = shown[first + Int(cell.owner) / 2 - 1]
        canvas.frame.put(
          cell.text, width: 1, x: body.x + column, y: body.y + row, style: Style(line.color))
      }
    }
  }

  /// Centred on its axis, as far as the neighbours leave room.
  private func drawLabels(
    _ axis: Axis, _ index: Int, _ columns: [Int], _ rect: Rect, _ canvas: inout Canvas
  ) {
    let gap = columns.count > 1 ? columns[1] - columns[0] : rect.width
    let isLast = index == columns.count - 1
    // The first begins at the left edge, the last ends at the right one.
    let width = max(1, index == 0 || isLast ? gap / 2 + gap / 4 : gap - 1)
    let x = index == 0 ? rect.x : isLast ? rect.maxX - width : columns[index] - width / 2
    let align: Alignment = index == 0 ? .left : isLast ? .right : .center
    let (theme, ellipsis) = (canvas.theme, canvas.glyphs.ellipsis)
    for (row, text, style) in [
      (0, axis.title, theme.strong), (1, axis.high, theme.label),
      (rect.height - 1, axis.low, theme.label),
    ] {
      canvas.frame.text(
        text, in: Rect(x: x, y: rect.y + row, width: width, height: 1), style: style, align: align,
        ellipsis: ellipsis)
    }
  }
}
