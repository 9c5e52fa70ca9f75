/// One line that says what happened.
package struct Notice: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case information, success, warning, failure
  }

  package var kind: Kind
  package var text: String

  package init(_ kind: Kind = .information, _ text: String) {
    self.kind = kind
    self.text = text
  }

  /// The line with a mark in front that tells the kind without colour.
  package func line(_ theme: Theme, _ glyphs: GlyphSet) -> StyledText {
    let (mark, color): (String, ThemeKey) =
      switch kind {
      case .information: (glyphs.dot, .frozenFg)
      case .success: (glyphs.check, .liveFg)
      case .warning: (glyphs.warning, .accentFg)
      case .failure: (glyphs.cross2, .nanFg)
      }
    return [Span(mark + " ", Style(theme[color]).bold), Span(text, Style(theme[color]))]
  }

  package func render(_ canvas: inout Canvas) {
    canvas.frame.text(
      line(canvas.theme, canvas.glyphs), in: canvas.rect, ellipsis: canvas.glyphs.ellipsis)
  }
}
