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
  private var style: Style?
  private var buffer: [UInt8] = []

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
    buffer.removeAll(keepingCapacity: true)
    if shown == nil { setStyle(.blank, force: true) }
    var cursor: (x: Int, y: Int)?
    for run in diff.runs {
      move(from: cursor, toX: run.x, y: run.y)
      cursor = write(run, of: frame)
    }
    shown = frame
    guard buffer.count > Self.tearingSize, dialect.isANSI else { return buffer }
    // Synchronised output: a large change appears at once. Unknown to a terminal, it is ignored.
    return Array("\u{1b}[?2026h".utf8) + buffer + Array("\u{1b}[?2026l".utf8)
  }

  private static let tearingSize = 1024
  private static let shortestErase = 6

  private mutating func move(from cursor: (x: Int, y: Int)?, toX x: Int, y: Int) {
    if let cursor, cursor == (x, y) { return }
    if dialect.isANSI, let cursor, cursor.y == y, cursor.x < x {
      buffer += "\u{1b}[\(x - cursor.x)C".utf8
    } else {
      buffer += dialect.cursor(x, y)
    }
  }

  /// Writes a run and returns where the cursor then is; `nil` where that is not certain.
  private mutating func write(_ run: FrameDiff.Run, of frame: Frame) -> (x: Int, y: Int)? {
    let end = run.x + run.count
    let eraseFrom = erasable(run, frame)
    var x = run.x
    while x < end {
      if x == eraseFrom {
        setStyle(frame[x, run.y].style)
        buffer += "\u{1b}[K".utf8
        return (x, run.y)
      }
      let isLast = x == frame.size.width - 1 && run.y == frame.size.height - 1
      if isLast, dialect.scrollsAtLastCell { return nil }
      let cell = frame[x, run.y]
      setStyle(cell.style)
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
    guard style.attributes.intersection([.reverse, .underline]).isEmpty,
      dialect.erasesWithBackground || style.background.reduced(to: dialect.colors) == .terminal
    else { return nil }
    var start = frame.size.width
    while start > run.x, frame[start - 1, run.y].text == " ",
      frame[start - 1, run.y].style.background == style.background,
      frame[start - 1, run.y].style.attributes.intersection([.reverse, .underline]).isEmpty
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

  private mutating func setStyle(_ next: Style, force: Bool = false) {
    let next = Style(
      next.foreground.reduced(to: dialect.colors), on: next.background.reduced(to: dialect.colors),
      next.attributes)
    guard force || next != style else { return }
    if dialect.isANSI {
      let codes = SelectGraphicRendition.codes(
        from: force ? nil : style, to: next, colorCount: dialect.colorCount)
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
