/// A row of bars: the course of a number in a few columns.
package struct Sparkline: Sendable {
  package var values: [Float]
  package var style: Style
  /// What a full bar stands for; `nil`: the largest value.
  package var maximum: Float?

  package init(_ values: [Float], style: Style, maximum: Float? = nil) {
    self.values = values
    self.style = style
    self.maximum = maximum
  }

  /// Its text in so many columns: the last values, one a column, at the right end.
  package func text(columns: Int, glyphs: GlyphSet) -> String {
    guard columns > 0 else { return "" }
    let shown = values.suffix(columns)
    let finite = shown.filter(\.isFinite)
    let top = maximum ?? finite.max() ?? 0
    let count = glyphs.bars.count
    let bars = shown.map { value -> String in
      guard value.isFinite else { return glyphs.notANumber }
      guard top > 0, value > 0 else { return glyphs.bars[0] }
      let level = Int(saturating: (min(value / top, 1) * Float(count)).rounded(.up)) - 1
      return glyphs.bars[min(max(level, 0), count - 1)]
    }
    return String(repeating: " ", count: columns - bars.count) + bars.joined()
  }

  package func render(_ rect: Rect, _ frame: inout Frame, _ theme: Theme, _ glyphs: GlyphSet) {
    frame.text(text(columns: rect.width, glyphs: glyphs), in: rect, style: style)
  }
}
