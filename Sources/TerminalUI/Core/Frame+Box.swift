/// A border with words in it, as every pane has one.
package struct Box: Sendable {
  package var border: Style
  package var title: StyledText
  /// At the right of the top border.
  package var status: StyledText
  package var footer: StyledText
  /// At the right of the bottom border.
  package var footerStatus: StyledText
  /// Heavier, to show which pane has the keys without colour.
  package var isFocused: Bool

  package init(
    border: Style, title: StyledText = "", status: StyledText = "", footer: StyledText = "",
    footerStatus: StyledText = "", isFocused: Bool = false
  ) {
    self.border = border
    self.title = title
    self.status = status
    self.footer = footer
    self.footerStatus = footerStatus
    self.isFocused = isFocused
  }
}

extension Frame {
  /// Draws a box along the edge of a rectangle and returns the room inside. Where the border is too
  /// short for two texts, the right one goes first.
  @discardableResult
  package mutating func box(_ rect: Rect, _ box: Box, glyphs: GlyphSet) -> Rect {
    let inner = rect.inset(columns: 1, rows: 1)
    guard rect.width >= 2, rect.height >= 2 else { return inner }
    let lines = box.isFocused ? glyphs.focusedBox : glyphs.box
    fill(rect.row(0), lines.horizontal, style: box.border)
    fill(rect.row(rect.height - 1), lines.horizontal, style: box.border)
    for y in rect.y + 1..<max(rect.y + 1, rect.maxY - 1) {
      put(lines.vertical, width: 1, x: rect.x, y: y, style: box.border)
      put(lines.vertical, width: 1, x: rect.maxX - 1, y: y, style: box.border)
    }
    let right = rect.maxX - 1
    let bottom = rect.maxY - 1
    put(lines.topLeft, width: 1, x: rect.x, y: rect.y, style: box.border)
    put(lines.topRight, width: 1, x: right, y: rect.y, style: box.border)
    put(lines.bottomLeft, width: 1, x: rect.x, y: bottom, style: box.border)
    put(lines.bottomRight, width: 1, x: right, y: bottom, style: box.border)
    captions(box.title, box.status, in: rect.row(0), glyphs: glyphs)
    captions(box.footer, box.footerStatus, in: rect.row(rect.height - 1), glyphs: glyphs)
    return inner
  }

  private mutating func captions(
    _ left: StyledText, _ right: StyledText, in row: Rect, glyphs: GlyphSet
  ) {
    // A corner, a stroke and a space stay free at both ends.
    let room = row.inset(columns: 2, rows: 0)
    var used = 0
    if !left.isEmpty, room.width >= 4 {
      let text = left.truncated(columns: room.width - 2, ellipsis: glyphs.ellipsis)
      used = text.columns + 2
      self.text([Span(" ")] + text + [Span(" ")], x: room.x, y: row.y)
    }
    let width = right.columns + 2
    if !right.isEmpty, used + width + (used > 0 ? 1 : 0) <= room.width {
      self.text([Span(" ")] + right + [Span(" ")], x: room.maxX - width, y: row.y)
    }
  }
}
