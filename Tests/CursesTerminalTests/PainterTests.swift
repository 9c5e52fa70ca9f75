import TerminalUI
import Testing

@testable import CursesTerminal

struct PainterTests {
  static func dialect(
    _ colors: ColorDepth = .trueColor, erases: Bool = true, scrolls: Bool = false,
    isUTF8: Bool = true
  ) -> Painter.Dialect {
    Painter.Dialect(
      colors: colors, colorCount: 256, isANSI: true, erasesWithBackground: erases,
      scrollsAtLastCell: scrolls, isUTF8: isUTF8,
      cursor: { Array("\u{1b}[\($1 + 1);\($0 + 1)H".utf8) })
  }

  struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  static func frame(_ numbers: inout Numbers, _ size: Size) -> Frame {
    var frame = Frame(size: size, style: Style(.rgb(9, 9, 9), on: .rgb(20, 22, 27)))
    let colors: [Color] = [.rgb(255, 0, 0), .rgb(3, 200, 90), .terminal, .indexed(5), .inherit]
    for _ in 0..<Int.random(in: 0...14, using: &numbers) {
      let style = Style(
        colors.randomElement(using: &numbers) ?? .terminal,
        on: colors.randomElement(using: &numbers) ?? .terminal,
        Style.Attributes(rawValue: UInt8.random(in: 0...31, using: &numbers)))
      let text = ["漢字", "loss", "e\u{301}", "        ", "⣿⡇", "x"].randomElement(using: &numbers)
      frame.text(
        text ?? "", x: Int.random(in: 0..<max(1, size.width), using: &numbers),
        y: Int.random(in: 0..<max(1, size.height), using: &numbers), style: style)
    }
    return frame
  }

  /// Whatever came before, the terminal shows the frame that was painted last.
  @Test(arguments: 1...60, [true, false])
  func theScreenShowsTheFrame(seed: UInt64, erases: Bool) {
    var numbers = Numbers(state: seed &* 977)
    for depth in ColorDepth.allCases {
      // Some so large that distances have two and three digits.
      let size = seed % 20 == 0 ? Size(width: 120, height: 36) : Size(width: 31, height: 7)
      var painter = Painter(dialect: Self.dialect(depth, erases: erases))
      var screen = ScreenModel(size: size, erasesWithBackground: erases)
      for _ in 0..<6 {
        let frame = Self.frame(&numbers, size)
        screen.take(painter.paint(frame))
        #expect(screen.cells.map(\.seen) == frame.shown(at: depth))
      }
      #expect(screen.unknown.isEmpty)
      #expect(!screen.modes.contains("2026"))
    }
  }

  @Test func nothingNewCostsNothing() {
    var numbers = Numbers(state: 5)
    let frame = Self.frame(&numbers, Size(width: 80, height: 24))
    var painter = Painter(dialect: Self.dialect())
    #expect(!painter.paint(frame).isEmpty)
    #expect(painter.paint(frame).isEmpty)
    painter.invalidate()
    #expect(!painter.paint(frame).isEmpty)
  }

  @Test func blankRowsAreErasedAndNotWritten() {
    var painter = Painter(dialect: Self.dialect())
    let frame = Frame(
      size: Size(width: 120, height: 36), style: Style(.rgb(9, 9, 9), on: .rgb(20, 22, 27)))
    #expect(painter.paint(frame).count < 36 * 12 + 60)
  }

  /// Twenty numbers that change in place are what a training screen costs between two looks.
  @Test func fewBytesForFewChanges() {
    var frame = Frame(size: Size(width: 120, height: 36), style: Theme.standard.ground)
    var painter = Painter(dialect: Self.dialect())
    _ = painter.paint(frame)
    for row in 0..<20 {
      frame.text("0.123", x: 40, y: row, style: Style(Theme.standard[.train]))
    }
    let first = painter.paint(frame).count
    for row in 0..<20 {
      frame.text("0.129", x: 40, y: row, style: Style(Theme.standard[.train]))
    }
    let second = painter.paint(frame).count
    #expect(first < 20 * (8 + 5) + 40)
    #expect(second < 20 * (8 + 1) + 40)
  }

  /// Two curves that grow side by side: a change of colour for each, not for each cell.
  @Test func cellsOfOneColourAreWrittenTogether() {
    var frame = Frame(size: Size(width: 120, height: 36), style: Theme.standard.ground)
    var painter = Painter(dialect: Self.dialect())
    _ = painter.paint(frame)
    for row in 0..<20 {
      let color = Theme.standard[row % 2 == 0 ? .train : .val]
      frame.text("⣿", x: 100, y: row, style: Style(color))
    }
    let bytes = painter.paint(frame)
    #expect(bytes.count { $0 == UInt8(ascii: "m") } == 2)
    // A step of two rows back to the same column, and the cell.
    #expect(bytes.count < 2 * 28 + 20 * (1 + 4 + 3))
  }

  @Test func whatCannotBeSeenIsNotSent() {
    var frame = Frame(size: Size(width: 80, height: 24), style: Theme.standard.ground)
    var painter = Painter(dialect: Self.dialect())
    _ = painter.paint(frame)
    frame.fill(Rect(x: 3, y: 3, width: 9, height: 2), style: Theme.standard.strong)
    #expect(painter.paint(frame).isEmpty)
    frame.text("ab  cd", x: 10, y: 10, style: Theme.standard.strong)
    // One run in one colour, although the spaces between have another.
    #expect(painter.paint(frame).count { $0 == UInt8(ascii: "m") } == 1)
  }

  @Test func theLastCellIsLeftAloneWhereItWouldScroll() {
    var frame = Frame(size: Size(width: 3, height: 2))
    frame.fill(frame.bounds, "#")
    var painter = Painter(dialect: Self.dialect(scrolls: true))
    var screen = ScreenModel(size: frame.size)
    screen.take(painter.paint(frame))
    #expect(screen.text == "###\n##")
  }

  /// A sequence without parameters takes every colour back.
  @Test(arguments: 1...20) func noSequenceIsEmptyWithEightColours(seed: UInt64) {
    var numbers = Numbers(state: seed &* 131)
    var dialect = Self.dialect(.indexed16)
    dialect.colorCount = 8
    var painter = Painter(dialect: dialect)
    for _ in 0..<6 {
      var frame = Self.frame(&numbers, Size(width: 31, height: 7))
      for index in 8..<16 {
        let style = Style(.indexed(UInt8(index)))
        frame.text("a", x: index, y: index % 7, style: style)
        frame.text("b", x: index + 1, y: index % 7, style: style.bold)
        frame.text("c", x: index + 2, y: index % 7, style: style.dim)
      }
      #expect(!String(decoding: painter.paint(frame), as: UTF8.self).contains("\u{1b}[m"))
    }
  }

  @Test func otherEncodingsGetQuestionMarks() {
    var frame = Frame(size: Size(width: 8, height: 1))
    frame.text("a→漢b", x: 0, y: 0)
    var painter = Painter(dialect: Self.dialect(isUTF8: false))
    let bytes = painter.paint(frame)
    #expect(bytes.allSatisfy { $0 < 0x80 })
    var screen = ScreenModel(size: frame.size)
    screen.take(bytes)
    #expect(screen.text == "a???b")
  }

  @Test func terminalsOfOtherKindsGetTheirOwnAttributes() {
    var dialect = Self.dialect(.none)
    dialect.isANSI = false
    dialect.bold = Array("<b>".utf8)
    dialect.resetAttributes = Array("<n>".utf8)
    dialect.cursor = { Array("<\($0),\($1)>".utf8) }
    var painter = Painter(dialect: dialect)
    var frame = Frame(size: Size(width: 4, height: 1))
    frame.text("ab", x: 1, y: 0, style: Style(.rgb(1, 2, 3)).bold)
    #expect(String(decoding: painter.paint(frame), as: UTF8.self) == "<n><0,0> <n><b>ab ")
  }
}
