import TerminalUI
import Testing

/// Numbers that no `Int` holds reach the screen: a rate of no time, a loss that has run away.
struct SaturatingTests {
  @Test(arguments: [
    (Double.nan, 0), (.infinity, Int.max), (-.infinity, .min), (1e300, .max), (-1e300, .min),
    (9.3e18, .max), (-0.9, 0), (2.9, 2), (-2.9, -2), (.leastNonzeroMagnitude, 0),
  ])
  func anyNumberHasANearestInt(value: Double, whole: Int) {
    #expect(Int(saturating: value) == whole)
  }

  @Test func singlePrecisionToo() {
    #expect(Int(saturating: Float.nan) == 0)
    #expect(Int(saturating: Float.greatestFiniteMagnitude) == .max)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, -1])
  func widgetsTakeAnyNumber(value: Double) {
    let glyphs = GlyphSet(.braille)
    let style = Theme.standard.text
    let bar = ProgressBar(share: value, filled: style, empty: style)
    #expect(bar.line(columns: 20, glyphs: glyphs).columns == 20)
    let line = Sparkline([Float(value), 1], style: style)
    #expect(line.text(columns: 9, glyphs: glyphs).count == 9)
  }
}
