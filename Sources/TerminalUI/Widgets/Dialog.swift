/// A question over everything else, with buttons.
package struct Dialog: Sendable {
  package struct Button: Hashable, Sendable {
    /// The key that presses it, as people read it; may be empty.
    package var key: String
    package var title: String

    package init(key: String = "", _ title: String) {
      self.key = key
      self.title = title
    }
  }

  package var title: String
  package var message: String
  package var buttons: [Button]
  package var selected: Int

  package init(title: String, message: String, buttons: [Button], selected: Int = 0) {
    self.title = title
    self.message = message
    self.buttons = buttons
    self.selected = selected
  }

  /// Draws it in the middle of `rect` and returns its buttons by number. Buttons stand side by side
  /// when they fit, else below each other.
  package func render(_ canvas: inout Canvas) -> [HitRegion<Int>] {
    let (rect, theme) = (canvas.rect, canvas.theme)
    guard !rect.isEmpty else { return [] }
    let widths = buttons.map { TextWidth.columns(Self.text($0)) + 3 }
    let rowWidth = widths.reduce(0, +) + max(0, buttons.count - 1) * 2
    let widest = max(rowWidth, TextWidth.columns(title) + 4)
    let width = min(rect.width, min(max(44, widest + 6), 76))
    let inner = max(0, width - 6)
    let lines = TextWrap.lines(message, columns: inner)
    let isRow = rowWidth <= inner
    let buttonRows = isRow ? 1 : buttons.count
    let area = rect.centered(width: width, height: lines.count + buttonRows + 5)
    canvas.frame.fill(area, style: theme.ground)
    let focus = Style(theme[.hiFg])
    let inside = canvas.frame.box(
      area, Box(border: focus, title: StyledText(title, theme.strong), isFocused: true),
      glyphs: canvas.glyphs
    ).inset(columns: 2, rows: 0)
    // Where the height is short, the message gives way to the buttons.
    let room = max(0, inside.height - buttonRows)
    for (index, line) in lines.prefix(room).enumerated() {
      canvas.frame.text(line, in: inside.row(min(index + 1, room - 1)), style: theme.text)
    }
    let top = max(inside.y, inside.maxY - buttonRows - (inside.height > lines.count + 2 ? 1 : 0))
    var regions: [HitRegion<Int>] = []
    var x = inside.x + max(0, (inside.width - rowWidth) / 2)
    for (index, button) in buttons.enumerated() {
      let place =
        isRow
        ? Rect(x: x, y: top, width: widths[index], height: 1)
        : Rect(x: inside.x, y: top + index, width: inside.width, height: 1)
      x += widths[index] + 2
      let region = place.intersection(inside)
      guard !region.isEmpty else { continue }
      draw(button, isSelected: index == selected, in: region, &canvas)
      regions.append(HitRegion(region, index))
    }
    return regions
  }

  private func draw(_ button: Button, isSelected: Bool, in rect: Rect, _ canvas: inout Canvas) {
    let (theme, glyphs) = (canvas.theme, canvas.glyphs)
    canvas.frame.fill(
      rect, style: isSelected ? theme.selection : Style(.inherit, on: theme[.barBg]))
    let mark = isSelected ? glyphs.selected : " "
    let line: StyledText =
      button.key.isEmpty
      ? [Span(mark + " ", theme.strong), Span(button.title, theme.text)]
      : [
        Span(mark + " ", theme.strong), Span(button.key + " ", theme.key),
        Span(button.title, isSelected ? theme.strong : theme.text),
      ]
    canvas.frame.text(line, in: rect, ellipsis: glyphs.ellipsis)
  }

  private static func text(_ button: Button) -> String {
    button.key.isEmpty ? button.title : button.key + " " + button.title
  }
}
