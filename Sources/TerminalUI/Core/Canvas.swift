/// Where something is drawn, and with what: a part of a frame, the theme's colours and the terminal's
/// characters. Every widget, pane and screen draws on one:
///
///     let regions = canvas.within(inside) { table.render(&$0) }
package struct Canvas: Sendable {
  package var frame: Frame
  /// The part of it to draw in, in the frame's own columns and rows.
  package private(set) var rect: Rect
  package let theme: Theme
  package let glyphs: GlyphSet

  /// All of a frame.
  package init(_ frame: Frame, theme: Theme, glyphs: GlyphSet) {
    self.frame = frame
    self.rect = frame.bounds
    self.theme = theme
    self.glyphs = glyphs
  }

  /// Draws on a part of it. What is drawn beyond the part is not held back: a widget measures its
  /// room, and one that cannot asks for `clipped`.
  package mutating func within<Result>(_ part: Rect, _ body: (inout Canvas) -> Result) -> Result {
    let whole = rect
    rect = part
    defer { rect = whole }
    return body(&self)
  }

  /// Draws on a part of it, with everything outside of the part left alone.
  package mutating func clipped<Result>(to part: Rect, _ body: (inout Canvas) -> Result) -> Result {
    let outer = frame.clip
    frame.clip = outer.intersection(part)
    defer { frame.clip = outer }
    return within(part, body)
  }
}
