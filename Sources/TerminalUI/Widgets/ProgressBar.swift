import Files

/// A line that fills from left to right.
package struct ProgressBar: Sendable {
  /// 0…1; anything else is taken as the nearer end.
  package var share: Double
  package var filled: Style
  package var empty: Style

  package init(share: Double, filled: Style, empty: Style) {
    self.share = share.isFinite ? min(max(share, 0), 1) : 0
    self.filled = filled
    self.empty = empty
  }

  /// The bar as text, to stand within a line.
  package func line(columns: Int, glyphs: GlyphSet) -> StyledText {
    guard columns > 0 else { return StyledText() }
    let halves = Int(saturating: (share * Double(columns) * 2).rounded(.down))
    var full = halves / 2
    let half = glyphs.level == .braille && halves % 2 == 1 ? "╸" : ""
    // Something must be seen as soon as something is done, and the end only when all is.
    if full == 0, half.isEmpty, share > 0 { full = 1 }
    let rest = columns - full - (half.isEmpty ? 0 : 1)
    return [
      Span(String(repeating: glyphs.railFilled, count: full) + half, filled),
      Span(String(repeating: glyphs.railEmpty, count: max(0, rest)), empty),
    ]
  }

  package func render(_ rect: Rect, _ frame: inout Frame, _ theme: Theme, _ glyphs: GlyphSet) {
    frame.text(line(columns: rect.width, glyphs: glyphs), in: rect)
  }
}
