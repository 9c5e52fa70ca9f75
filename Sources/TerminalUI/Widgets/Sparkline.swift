import Files
import Foundation

/// The course of a number in a few columns: a thin line between its least and its greatest value, on a
/// logarithmic scale. It shows how the number changes; how large it is, a number beside it says.
package struct Sparkline: Sendable {
  package var values: [Float]
  package var style: Style

  /// Values nearer to each other than this factor are not drawn as if they were far apart.
  private static let leastSpread = 1.5

  package init(_ values: [Float], style: Style) {
    self.values = values
    self.style = style
  }

  /// Values that `columns` show.
  package static func count(columns: Int, glyphs: GlyphSet) -> Int {
    columns * DotCanvas.dotsAcross(glyphs.level)
  }

  /// Its text in so many columns: the last values at the right end.
  package func text(columns: Int, glyphs: GlyphSet) -> String {
    guard columns > 0 else { return "" }
    let across = DotCanvas.dotsAcross(glyphs.level)
    let shown = Array(values.suffix(columns * across))
    let gap = columns * across - shown.count
    let levels = glyphs.level == .braille ? 4 : glyphs.bars.count
    let heights = heights(of: shown, levels: levels)
    return (0..<columns).map { column -> String in
      let places = (column * across..<(column + 1) * across).filter { $0 >= gap }
      guard !places.isEmpty else { return " " }
      if places.contains(where: { !shown[$0 - gap].isFinite }) { return glyphs.notANumber }
      guard glyphs.level == .braille else { return glyphs.bars[heights[places[0] - gap]] }
      var dots: UInt8 = 0
      for place in places {
        for height in joined(heights, at: place - gap) {
          dots |= DotCanvas.bit(x: place, y: levels - 1 - height, glyphs.level)
        }
      }
      return Unicode.Scalar(0x2800 + UInt32(dots)).map { String($0) } ?? " "
    }.joined()
  }

  /// A height, and those on the way to it from the one before.
  private func joined(_ heights: [Int], at index: Int) -> ClosedRange<Int> {
    let height = heights[index]
    guard index > 0, heights[index - 1] != height else { return height...height }
    let before = heights[index - 1] + (height > heights[index - 1] ? 1 : -1)
    return min(before, height)...max(before, height)
  }

  /// From 0 to `levels` − 1; what is no positive number lies at the bottom.
  private func heights(of shown: [Float], levels: Int) -> [Int] {
    let positive = shown.filter { $0.isFinite && $0 > 0 }.map { log(Double($0)) }
    guard let least = positive.min(), let greatest = positive.max() else {
      return shown.map { _ in 0 }
    }
    let spread = max(greatest - least, log(Self.leastSpread))
    let bottom = (least + greatest - spread) / 2
    return shown.map { value in
      guard value.isFinite, value > 0 else { return 0 }
      let share = (log(Double(value)) - bottom) / spread
      return min(max(Int(saturating: share * Double(levels)), 0), levels - 1)
    }
  }

  package func render(_ rect: Rect, _ frame: inout Frame, _ theme: Theme, _ glyphs: GlyphSet) {
    frame.text(text(columns: rect.width, glyphs: glyphs), in: rect, style: style)
  }
}
