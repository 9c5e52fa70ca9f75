import Files

/// The axes of a plot whose horizontal one is a value from 0 to 1 with words under it.
struct PlotFrame {
  let plot: Rect
  let axis: AxisRows

  /// - Returns: `nil` where there is no room, or no value.
  init?(
    _ rect: Rect, values: [Double], isLogarithmic: Bool, format: AxisScale.Format = .number
  ) {
    plot = Chart.plot(in: rect)
    let finite = values.filter(\.isFinite)
    guard !plot.isEmpty, let low = finite.min(), let high = finite.max() else { return nil }
    axis = AxisRows(
      around: low, high, rows: plot.height, isLogarithmic: isLogarithmic, format: format)
  }

  /// The row of dots of a value, from the top, in a canvas so many dots high.
  func row(of value: Double, dots height: Int) -> Int {
    let share = min(max(axis.scale.share(of: value), 0), 1)
    return Int(saturating: ((1 - share) * Double(max(height - 1, 0))).rounded())
  }

  /// The column of a place, in something so many columns wide.
  static func column(of place: Double, of width: Int) -> Int {
    Int(saturating: (min(max(place.isNaN ? 0 : place, 0), 1) * Double(max(width - 1, 0))).rounded())
  }

  /// The vertical axis with its labels.
  func draw(_ rect: Rect, _ canvas: inout Canvas) {
    guard plot.x > rect.x else { return }
    let (theme, glyphs) = (canvas.theme, canvas.glyphs)
    canvas.frame.fill(
      Rect(x: plot.x - 1, y: plot.y, width: 1, height: plot.height), glyphs.box.vertical,
      style: theme.faint)
    for tick in axis.ticks where tick.row < plot.height {
      let label = Rect(x: rect.x, y: plot.y + tick.row, width: plot.x - 1 - rect.x, height: 1)
      canvas.frame.text(tick.label, in: label, style: theme.label, align: .right, ellipsis: "")
      canvas.frame.put(
        glyphs.axisTick, width: 1, x: plot.x - 1, y: plot.y + tick.row, style: theme.faint)
    }
  }

  /// Words under a plot, each where its place is; those that would touch the one before are left out.
  static func draw(_ labels: [PlotLabel], under plot: Rect, _ canvas: inout Canvas) {
    let row = Rect(x: plot.x, y: plot.maxY, width: plot.width, height: 1)
    guard plot.maxY < canvas.rect.maxY, !row.isEmpty else { return }
    var free = row.x
    for label in labels {
      let width = TextWidth.columns(label.text)
      let middle = row.x + column(of: label.place, of: row.width)
      let x = min(max(middle - width / 2, row.x), row.maxX - width)
      guard x >= free, width > 0 else { continue }
      canvas.frame.text(label.text, x: x, y: row.y, style: canvas.theme.label)
      free = x + width + 2
    }
  }
}
