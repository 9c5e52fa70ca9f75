import Files
import TerminalUI

/// The layers that are searched for, in a line: what was typed, and what it finds.
struct LayerSearchLine {
  let search: LayerSearch

  func draw(_ canvas: inout Canvas) {
    let (rect, theme) = (canvas.rect, canvas.theme)
    canvas.frame.fill(rect)
    canvas.frame.text([Span("/ ", theme.key)], in: rect)
    // What was typed comes before what keys do next; the cursor stands after it.
    let typed = TextWidth.columns(search.field.text) + 1
    let whole = found(search, theme, withHint: true)
    let found =
      typed + whole.columns + 2 <= rect.width
      ? whole : found(search, theme, withHint: search.field.text.isEmpty)
    let parts = rect.inset(left: 2).split(
      .horizontal, [.share(1), .fixed(min(found.columns, max(rect.width - 12, 0)))])
    if search.isTyping {
      canvas.within(parts[0]) { search.field.render(&$0, style: theme.text) }
    } else {
      canvas.frame.text(
        search.field.text, in: parts[0], style: theme.text, ellipsis: canvas.glyphs.ellipsis)
    }
    canvas.frame.text(found, in: parts[1], ellipsis: canvas.glyphs.ellipsis)
  }

  private func found(_ search: LayerSearch, _ theme: Theme, withHint: Bool) -> StyledText {
    guard !search.layers.isEmpty else {
      let isBlank = search.field.text.isEmpty
      return StyledText(
        isBlank ? "  part of a name, block or pattern" : "  no layer is called that", theme.label)
    }
    var text = StyledText("  " + NumberText.quantity(search.layers.count, "layer"), theme.strong)
    guard withHint else { return text }
    if search.isTyping {
      let hint: StyledText = [
        Span("  enter", theme.key), Span(" selects ", theme.label),
        Span(search.places.count > 1 ? "all of them" : "it", theme.label),
      ]
      return text + hint
    }
    if search.holdsAll { text.append(" selected", theme.strong) }
    return text + [Span("  esc", theme.key), Span(" ends the search", theme.label)]
  }
}
