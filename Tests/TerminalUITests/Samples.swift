import TerminalUI

/// A generator that gives the same numbers every time.
struct SampleNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}

enum Samples {
  static let levels: [GlyphLevel] = [.braille, .blocks, .ascii]

  /// From nothing up: every small size, and some that screens have.
  static let sizes: [Size] =
    (0...5).flatMap { height in (0...7).map { Size(width: $0, height: height) } }
    + [(12, 3), (20, 4), (21, 9), (40, 12), (80, 24), (120, 36)].map {
      Size(width: $0.0, height: $0.1)
    }

  /// Draws a widget within a frame that has a margin, and says whether the margin was left alone.
  static func staysInside(
    _ size: Size, glyphs: GlyphSet = .braille, draw: (inout Canvas) -> Void
  ) -> Bool {
    var canvas = canvas(size.width + 4, size.height + 4, glyphs: glyphs)
    canvas.frame.fill(canvas.rect, "#", style: Style(.rgb(1, 2, 3)))
    let before = canvas.frame
    let rect = Rect(x: 2, y: 2, width: size.width, height: size.height)
    canvas.within(rect, draw)
    for y in 0..<before.size.height {
      for x in 0..<before.size.width where !rect.contains(x: x, y: y) {
        if canvas.frame[x, y] != before[x, y] { return false }
      }
    }
    return true
  }

  /// With nothing on it.
  static func canvas(
    _ width: Int, _ height: Int, theme: Theme = .standard, glyphs: GlyphSet = .braille
  ) -> Canvas {
    let frame = Frame(size: Size(width: width, height: height), style: theme.ground)
    return Canvas(frame, theme: theme, glyphs: glyphs)
  }

  /// What is seen when it was drawn on.
  static func frame(
    _ width: Int, _ height: Int, theme: Theme = .standard, glyphs: GlyphSet = .braille,
    draw: (inout Canvas) -> Void
  ) -> Frame {
    var canvas = canvas(width, height, theme: theme, glyphs: glyphs)
    draw(&canvas)
    return canvas.frame
  }

  /// A falling curve with noise, the same every time.
  static func curve(_ count: Int, from: Double = 2, to: Double = 0.1, until: Double = 0.9)
    -> [ChartColumn?]
  {
    var numbers = SampleNumbers(seed: 7)
    return (0..<count).map { index in
      let place = Double(index) / Double(max(1, count))
      guard place < until else { return nil }
      let middle = to + (from - to) / (1 + 12 * place)
      let spread = Double.random(in: 0.02...0.2, using: &numbers)
      return ChartColumn(
        minimum: middle * (1 - spread), maximum: middle * (1 + spread), mean: middle, count: 4)
    }
  }

  static func series(_ count: Int, theme: Theme = .standard) -> [ChartSeries] {
    let train = curve(count)
    let validation = curve(count, from: 2, to: 0.25).enumerated().map { index, column in
      index % max(2, count / 10) == 0 ? column.map { ChartColumn($0.mean) } : nil
    }
    return [
      ChartSeries(
        name: "train", color: theme[.train], quietColor: theme.quiet(.train), columns: train,
        smoothed: smoothed(train)),
      ChartSeries(
        name: "val", color: theme[.val], quietColor: theme.quiet(.val), columns: validation),
    ]
  }

  /// A curve in front: each column takes a fifth of its own value.
  static func smoothed(_ columns: [ChartColumn?]) -> [ChartColumn?] {
    var mean: Double?
    return columns.map { column in
      guard let column, column.count > 0 else { return column }
      let next = (mean ?? column.mean) * 0.8 + column.mean * 0.2
      mean = next
      return ChartColumn(next)
    }
  }
}
