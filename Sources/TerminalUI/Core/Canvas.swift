/// Where something is drawn, and with what: a part of a frame, the theme's colours and the terminal's
/// characters.
package struct Canvas: Sendable {
  package var frame: Frame
  package var rect: Rect
  package let theme: Theme
  package let glyphs: GlyphSet

  /// All of a frame.
  package init(_ frame: Frame, theme: Theme, glyphs: GlyphSet) {
    self.frame = frame
    self.rect = frame.bounds
    self.theme = theme
    self.glyphs = glyphs
  }

  /// Draws on a part of it.
  package mutating func within<Result>(_ part: Rect, _ body: (inout Canvas) -> Result) -> Result {
    let whole = rect
    rect = part
    defer { rect = whole }
    return body(&self)
  }
}
