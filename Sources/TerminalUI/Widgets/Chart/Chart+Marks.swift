import Files

extension Chart {
  /// A marker with the column that its line stands in.
  struct MarkerLine {
    var marker: ChartMarker
    var column: Int
  }

  /// The cell column of a step; `nil` outside.
  private func column(of step: Double, in plot: Rect) -> Int? {
    let length = steps.upperBound - steps.lowerBound
    guard length > 0, step.isFinite else { return nil }
    let share = (step - steps.lowerBound) / length
    guard share >= 0, share <= 1 else { return nil }
    return min(plot.width - 1, Int(saturating: share * Double(plot.width)))
  }

  /// Draws the lines behind the curves and returns those in view, oldest first.
  func drawMarkers(_ plot: Rect, _ dots: DotCanvas, _ canvas: inout Canvas) -> [MarkerLine] {
    markers.compactMap { marker in
      guard let column = column(of: marker.position, in: plot) else { return nil }
      for row in 0..<plot.height where !dots.isSet(column: column, row: row) {
        canvas.frame.put(
          canvas.glyphs.markerLine, width: 1, x: plot.x + column, y: plot.y + row,
          style: marker.style(canvas.theme))
      }
      return MarkerLine(marker: marker, column: column)
    }
  }

  /// Puts each label where it covers neither a curve nor another label: the newest first, at the
  /// right of its line or else at the left, as high as it can. Without a place it is left out.
  func drawMarkerLabels(
    _ lines: [MarkerLine], besides crosshair: CrosshairPlace?, _ plot: Rect, _ dots: DotCanvas,
    _ canvas: inout Canvas
  ) {
    var taken: [Rect] = []
    if let crosshair {
      taken.append(crosshair.words)
      taken.append(Rect(x: crosshair.column, y: 0, width: 1, height: plot.height))
    }
    // The upper row belongs to the marks of what is no number.
    if series.contains(where: { $0.columns.contains { $0?.nonFinite ?? 0 > 0 } }) {
      taken.append(Rect(x: 0, y: 0, width: plot.width, height: 1))
    }
    let columns = Set(lines.map(\.column))
    for line in lines.reversed() where !line.marker.label.isEmpty {
      let text = TextWidth.truncated(
        line.marker.label, columns: max(0, min(28, plot.width / 2 - 2)),
        ellipsis: canvas.glyphs.ellipsis)
      let width = TextWidth.columns(text)
      guard width >= 3 else { continue }
      let others = columns.subtracting([line.column])
      let candidates = Self.candidates(line.column, width: width, plot).filter { place in
        let wide = place.inset(columns: -1, rows: 0)
        return !taken.contains { !$0.intersection(wide).isEmpty }
          && !(wide.x..<wide.maxX).contains { dots.isSet(column: $0, row: place.y) }
      }
      // Rather not over another marker's line.
      let place =
        candidates.first { place in !others.contains { (place.x..<place.maxX).contains($0) } }
        ?? candidates.first
      guard let place else { continue }
      taken.append(place)
      canvas.frame.text(
        text, x: plot.x + place.x, y: plot.y + place.y, style: line.marker.style(canvas.theme))
    }
  }

  /// Places for a label, the best first: right of the line and left of it, the upper rows first,
  /// the lowest never where there is another.
  private static func candidates(_ column: Int, width: Int, _ plot: Rect) -> [Rect] {
    var places: [Rect] = []
    for row in 0..<max(1, plot.height - 1) {
      for x in [column + 2, column - 1 - width] where x >= 0 && x + width <= plot.width {
        places.append(Rect(x: x, y: row, width: width, height: 1))
      }
    }
    return places
  }

  // MARK: Crosshair

  /// The crosshair's column and its words, within the plot.
  struct CrosshairPlace {
    var column: Int
    var lines: [StyledText]
    var words: Rect
  }

  func crosshairPlace(_ plot: Rect, _ theme: Theme, _ glyphs: GlyphSet) -> CrosshairPlace? {
    guard let crosshair, let column = column(of: crosshair, in: plot) else { return nil }
    var lines = readout(theme, glyphs)
    let joined = lines.reduce(StyledText()) { $0.isEmpty ? $1 : $0 + [Span("  ")] + $1 }
    // A low chart has no height to spare.
    if plot.height < 8, joined.columns + 2 <= plot.width * 3 / 4 { lines = [joined] }
    let width = min(plot.width, (lines.map(\.columns).max() ?? 0) + 2)
    // On the side that has more room, so that it hides the least of what is looked at.
    let isRight = column < plot.width / 2
    let x = isRight ? min(column + 1, plot.width - width) : max(0, column - width)
    let words = Rect(x: x, y: 0, width: width, height: min(lines.count, plot.height))
    return CrosshairPlace(column: column, lines: lines, words: words)
  }

  func drawCrosshair(_ place: CrosshairPlace, _ plot: Rect, _ canvas: inout Canvas) {
    let (theme, glyphs) = (canvas.theme, canvas.glyphs)
    for row in 0..<plot.height {
      canvas.frame.put(
        glyphs.crosshairLine, width: 1, x: plot.x + place.column, y: plot.y + row,
        style: Style(theme[.hiFg]))
    }
    for (row, line) in place.lines.enumerated() where row < plot.height {
      let words = Rect(
        x: plot.x + place.words.x, y: plot.y + row, width: place.words.width, height: 1)
      canvas.frame.fill(words, style: Style(theme[.mainFg], on: theme[.barBg]))
      canvas.frame.text(line, in: words.inset(left: 1), ellipsis: glyphs.ellipsis)
    }
  }

  /// What the crosshair reads: the place, then each series' value at or before it.
  package func readout(_ theme: Theme, _ glyphs: GlyphSet) -> [StyledText] {
    guard let crosshair else { return [] }
    let step = AxisScale.fixed(crosshair.rounded(), 0)
    var place = crosshairText ?? "step \(step)"
    if crosshairText == nil, let stepsPerEpoch, stepsPerEpoch > 0 {
      place += " \(glyphs.dot) epoch \(AxisScale.fixed(crosshair / stepsPerEpoch, 2))"
    }
    let length = steps.upperBound - steps.lowerBound
    return [StyledText(place, theme.strong)]
      + series.map { series in
        if let reading = series.reading { return readout(of: series, reading, theme) }
        let count = series.columns.count
        let share = length > 0 ? (crosshair - steps.lowerBound) / length : 0
        let index = min(max(Int(saturating: share * Double(count)), 0), max(0, count - 1))
        let column = series.columns.prefix(index + 1).last { $0 != nil } ?? nil
        return [
          Span(series.name + " ", Style(series.color)),
          Span(text(column), Style(theme[.title])),
        ]
      }
  }

  /// The value in words, and the curve's where that is another.
  private func readout(of series: ChartSeries, _ reading: ChartSeries.Reading, _ theme: Theme)
    -> StyledText
  {
    let value = reading.value.map { $0.isFinite ? text($0) + unit : "NaN" }
    var line: StyledText = [
      Span(series.name + " ", Style(series.color)), Span(value ?? "–", Style(theme[.title])),
    ]
    if let smoothed = reading.smoothed {
      line.append("  smoothed ", theme.label)
      line.append(text(smoothed) + unit, Style(series.color))
    }
    return line
  }

  private var unit: String { format == .percent ? " %" : "" }

  private func text(_ value: Double) -> String {
    if format == .percent { return AxisScale.fixed(value * 100, 1) }
    let size = abs(value)
    if format == .rate {
      return size != 0 && (size < 0.01 || size >= 10_000)
        ? AxisScale.scientific(value) : AxisScale.decimal(value, most: 4)
    }
    return size != 0 && (size < 0.001 || size >= 100_000)
      ? AxisScale.scientific(value) : AxisScale.fixed(value, size < 10 ? 4 : 2)
  }

  private func text(_ column: ChartColumn?) -> String {
    guard let column else { return "–" }
    guard column.hasValue else { return "NaN" }
    guard column.count > 1, text(column.minimum) != text(column.maximum) else {
      return text(column.mean) + unit
    }
    return "\(text(column.mean)) (\(text(column.minimum))–\(text(column.maximum)))\(unit)"
  }
}

extension ChartMarker {
  fileprivate func style(_ theme: Theme) -> Style {
    isFailure ? theme.failure : Style(theme[.editMark])
  }
}
