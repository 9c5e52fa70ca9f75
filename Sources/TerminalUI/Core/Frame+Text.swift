package enum Alignment: Sendable, Equatable {
  case left, center, right
}

extension Frame {
  /// Writes text from a place to the right, without what must not reach a terminal. Returns the
  /// column after it.
  @discardableResult
  package mutating func text(_ text: String, x: Int, y: Int, style: Style = Style()) -> Int {
    var column = x
    for scalar in text.unicodeScalars {
      guard let width = TextWidth.columns(scalar) else { continue }
      if width == 0 {
        if column > x {
          combine(scalar, x: self[column - 1, y].width == 0 ? column - 2 : column - 1, y: y)
        }
      } else {
        put(String(scalar), width: width, x: column, y: y, style: style)
        column += width
      }
    }
    return column
  }

  @discardableResult
  package mutating func text(_ line: StyledText, x: Int, y: Int) -> Int {
    var column = x
    for span in line.spans { column = text(span.text, x: column, y: y, style: span.style) }
    return column
  }

  /// Writes a line into the first row of a rectangle, cut with an ellipsis to fit.
  package mutating func text(
    _ line: StyledText, in rect: Rect, align: Alignment = .left, ellipsis: String = "…"
  ) {
    guard !rect.isEmpty else { return }
    let line = line.truncated(columns: rect.width, ellipsis: ellipsis)
    let room = rect.width - line.columns
    let offset = align == .left ? 0 : align == .right ? room : room / 2
    clipped(to: rect) { _ = $0.text(line, x: rect.x + offset, y: rect.y) }
  }

  package mutating func text(
    _ text: String, in rect: Rect, style: Style = Style(), align: Alignment = .left,
    ellipsis: String = "…"
  ) {
    self.text(StyledText(text, style), in: rect, align: align, ellipsis: ellipsis)
  }

  /// Fills a rectangle with one character of width 1.
  package mutating func fill(_ rect: Rect, _ character: String = " ", style: Style = Style()) {
    let area = rect.intersection(bounds)
    guard !area.isEmpty else { return }
    for y in area.y..<area.maxY {
      for x in area.x..<area.maxX { put(character, width: 1, x: x, y: y, style: style) }
    }
  }
}
