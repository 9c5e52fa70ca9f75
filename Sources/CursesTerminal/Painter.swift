import TerminalUI

/// Turns the difference between two frames into bytes, as few as it can.
///
/// The terminal is painted here and not by curses because curses shows direct colours only where a
/// `*-direct` description is installed, which plain systems lack, and because the bytes that a
/// frame costs can so be counted and tested without a terminal.
struct Painter {
  /// What the terminal can do, as far as painting goes.
  struct Dialect {
    var colors: ColorDepth
    /// Colours of the terminal's own: 8 or more.
    var colorCount: Int
    var isANSI: Bool
    var erasesWithBackground: Bool
    var scrollsAtLastCell: Bool
    var isUTF8: Bool
    var cursor: (_ x: Int, _ y: Int) -> [UInt8]
    /// For terminals that are not ANSI.
    var bold: [UInt8] = []
    var reverse: [UInt8] = []
    var underline: [UInt8] = []
    var resetAttributes: [UInt8] = []
  }

  private let dialect: Dialect
  private var shown: Frame?
  /// What the terminal writes with, where that is known.
  private var style: Style?

  init(dialect: Dialect) { self.dialect = dialect }

  /// Forgets what the terminal shows.
  mutating func invalidate() {
    shown = nil
    style = nil
  }

  /// The bytes that make the terminal show `frame`; none when it does already.
  mutating func paint(_ frame: Frame) -> [UInt8] {
    let diff = FrameDiff(from: shown, to: frame)
    guard !diff.isEmpty else { return [] }
    var stroke = Stroke(dialect: dialect, style: style)
    if shown == nil { stroke.setStyle(.blank, force: true) }
    var best = stroke
    best.write(diff.runs, of: frame)
    if shown != nil, dialect.isANSI {
      // Sorted by colour there are more moves and fewer changes of colour: often the shorter way.
      stroke.write(grouped(diff.runs, of: frame), of: frame)
      if stroke.buffer.count < best.buffer.count { best = stroke }
    }
    shown = frame
    style = best.style
    guard best.buffer.count > Self.tearingSize, dialect.isANSI else { return best.buffer }
    // Synchronised output: a large change appears at once. Unknown to a terminal, it is ignored.
    return Array("\u{1b}[?2026h".utf8) + best.buffer + Array("\u{1b}[?2026l".utf8)
  }

  private static let tearingSize = 1024

  // MARK: Runs of one colour

  /// The runs cut where the style changes, those of one style together, the terminal's present one
  /// first.
  private func grouped(_ runs: [FrameDiff.Run], of frame: Frame) -> [FrameDiff.Run] {
    var groups: [Style: [FrameDiff.Run]] = [:]
    var order: [Style] = []
    for run in runs {
      for (piece, style) in pieces(of: run, frame) {
        if groups[style] == nil { order.append(style) }
        groups[style, default: []].append(piece)
      }
    }
    if let style, groups[style] != nil { order = [style] + order.filter { $0 != style } }
    return order.flatMap { groups[$0] ?? [] }
  }

  /// A run cut into pieces of one style; spaces go with whatever has their background.
  private func pieces(of run: FrameDiff.Run, _ frame: Frame) -> [(FrameDiff.Run, Style)] {
    var pieces: [(FrameDiff.Run, Style)] = []
    var isBlank = true
    for x in run.x..<run.x + run.count {
      let cell = frame[x, run.y]
      let style = dialect.reduced(cell.style)
      if let (last, current) = pieces.last {
        let joins =
          cell.width == 0 || style == current
          || style.background == current.background && (cell.isBlank || isBlank)
            && !current.isSeenOnSpaces && !style.isSeenOnSpaces
        if joins {
          let kept = cell.isBlank || !isBlank ? current : style
          pieces[pieces.count - 1] = (
            FrameDiff.Run(x: last.x, y: last.y, count: last.count + 1), kept
          )
          isBlank = isBlank && cell.isBlank
          continue
        }
      }
      pieces.append((FrameDiff.Run(x: x, y: run.y, count: 1), style))
      isBlank = cell.isBlank
    }
    return pieces
  }
}

extension Painter.Dialect {
  /// The style as the terminal shows it.
  func reduced(_ style: Style) -> Style {
    Style(
      style.foreground.reduced(to: colors), on: style.background.reduced(to: colors),
      style.attributes)
  }
}

/// Bytes in the making, with where they leave the cursor and the colours.
private struct Stroke {
  private let dialect: Painter.Dialect
  private(set) var style: Style?
  private(set) var buffer: [UInt8] = []
  /// `nil` where it is not certain.
  private var cursor: (x: Int, y: Int)?

  private static let shortestErase = 6

  init(dialect: Painter.Dialect, style: Style?) {
    self.dialect = dialect
    self.style = style
  }

  mutating func write(_ runs: [FrameDiff.Run], of frame: Frame) {
    for run in runs {
      move(toX: run.x, y: run.y)
      cursor = write(run, of: frame)
    }
  }

  private mutating func move(toX x: Int, y: Int) {
    if let cursor, cursor == (x, y) { return }
    let absolute = dialect.cursor(x, y)
    guard dialect.isANSI, let cursor else {
      buffer += absolute
      return
    }
    let vertical = Self.relative(y - cursor.y, forward: "B", back: "A")
    let across = x - cursor.x
    // Backspaces are shorter than a sequence.
    let horizontal =
      (-3..<0).contains(across)
      ? [UInt8](repeating: 0x08, count: -across) : Self.relative(across, forward: "C", back: "D")
    let relative = vertical + horizontal
    buffer += relative.count < absolute.count ? relative : absolute
  }

  private static func relative(_ distance: Int, forward: String, back: String) -> [UInt8] {
    guard distance != 0 else { return [] }
    let count = distance.magnitude == 1 ? "" : "\(distance.magnitude)"
    return Array("\u{1b}[\(count)\(distance > 0 ? forward : back)".utf8)
  }

  /// Writes a run and returns where the cursor then is; `nil` where that is not certain.
  private mutating func write(_ run: FrameDiff.Run, of frame: Frame) -> (x: Int, y: Int)? {
    let end = run.x + run.count
    let eraseFrom = erasable(run, frame)
    var x = run.x
    while x < end {
      if x == eraseFrom {
        setStyle(frame[x, run.y].style, onSpaces: true)
        buffer += "\u{1b}[K".utf8
        return (x, run.y)
      }
      let isLast = x == frame.size.width - 1 && run.y == frame.size.height - 1
      if isLast, dialect.scrollsAtLastCell { return nil }
      let cell = frame[x, run.y]
      setStyle(cell.style, onSpaces: cell.isBlank)
      if cell.width == 0 {
        // Half of a wide character whose other half is not in the frame.
        buffer.append(0x20)
        x += 1
      } else {
        append(cell)
        x += Int(cell.width)
      }
    }
    return x < frame.size.width ? (x, run.y) : nil
  }

  /// The column from which on a run that reaches the right edge is blank in one style.
  private func erasable(_ run: FrameDiff.Run, _ frame: Frame) -> Int? {
    guard dialect.isANSI, run.x + run.count == frame.size.width else { return nil }
    let style = frame[frame.size.width - 1, run.y].style
    guard !style.isSeenOnSpaces,
      dialect.erasesWithBackground || style.background.reduced(to: dialect.colors) == .terminal
    else { return nil }
    var start = frame.size.width
    while start > run.x, frame[start - 1, run.y].isBlank,
      frame[start - 1, run.y].style.background == style.background
    {
      start -= 1
    }
    return frame.size.width - start >= Self.shortestErase ? start : nil
  }

  private mutating func append(_ cell: Cell) {
    if dialect.isUTF8 || cell.text.utf8.allSatisfy({ $0 < 0x80 }) {
      buffer += cell.text.utf8
    } else {
      buffer += repeatElement(0x3f, count: Int(cell.width))
    }
  }

  /// - Parameter onSpaces: nothing but spaces is written with it.
  mutating func setStyle(_ next: Style, force: Bool = false, onSpaces: Bool = false) {
    let next = dialect.reduced(next)
    guard force || next != style else { return }
    if onSpaces, let style, style.background == next.background, !style.isSeenOnSpaces { return }
    if dialect.isANSI {
      let codes = SelectGraphicRendition.codes(
        from: force ? nil : style, to: next, colorCount: dialect.colorCount)
      style = next
      guard !codes.isEmpty else { return }
      buffer += "\u{1b}[".utf8
      buffer += codes.utf8
      buffer.append(0x6d)
    } else if force || next.attributes != style?.attributes {
      buffer += dialect.resetAttributes
      if next.attributes.contains(.bold) { buffer += dialect.bold }
      if next.attributes.contains(.reverse) { buffer += dialect.reverse }
      if next.attributes.contains(.underline) { buffer += dialect.underline }
    }
    style = next
  }
}
