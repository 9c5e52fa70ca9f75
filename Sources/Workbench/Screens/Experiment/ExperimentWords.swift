import TerminalUI

/// What an experiment has shown, in a box of lines under its curves.
struct ExperimentWords {
  let title: String
  let lines: [StyledText]

  func draw(_ canvas: inout Canvas, glyphs: GlyphSet) {
    let theme = canvas.theme
    let box = Box(border: Style(theme[.knobBox]), title: StyledText(title, theme.strong))
    let inside = canvas.frame.box(canvas.rect, box, glyphs: glyphs).inset(columns: 1, rows: 0)
    for (index, line) in lines.prefix(inside.height).enumerated() {
      canvas.frame.text(line, in: inside.row(index), ellipsis: glyphs.ellipsis)
    }
  }
}
