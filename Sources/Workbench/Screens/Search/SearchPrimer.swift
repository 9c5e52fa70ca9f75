import TerminalUI

/// What a search beside the run does, for who has not begun one yet.
struct SearchPrimer {
  private static let sentences = [
    "A search trains copies of the run with other values, and compares them by their validation loss.",
    "The run trains on meanwhile, a step of it and a step of the search in turn; what it learns does not "
      + "depend on the search.",
    "A trial that is better can be adopted: its values as an edit, or with its weights.",
    "It is kept in the run's folder, and goes on when the run is resumed.",
  ]

  func draw(_ canvas: inout Canvas) {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let box = Box(border: Style(theme[.knobBox]), title: StyledText("What it does", theme.strong))
    let inside = canvas.frame.box(rect, box, glyphs: glyphs).inset(columns: 1, rows: 0)
    var lines: [String] = []
    for sentence in Self.sentences {
      let wrapped = TextWrap.lines(sentence, columns: max(inside.width, 1))
      guard lines.count + wrapped.count <= inside.height else { break }
      lines += wrapped
      lines.append("")
    }
    for (y, line) in lines.prefix(inside.height).enumerated() {
      canvas.frame.text(StyledText(line, theme.text), in: inside.row(y))
    }
  }
}
