import TerminalUI
import Testing

struct FrameTests {
  @Test func drawingOutsideDoesNothing() {
    var frame = Frame(size: Size(width: 4, height: 2))
    frame.text("hello", x: -2, y: 0)
    frame.text("hello", x: 2, y: 1)
    frame.text("hello", x: 0, y: 7)
    frame.put("x", width: 1, x: 0, y: -1, style: Style())
    #expect(frame.text == "llo\n  he")
  }

  @Test func clipHoldsForAllDrawing() {
    var frame = Frame(size: Size(width: 8, height: 3))
    frame.clipped(to: Rect(x: 2, y: 1, width: 3, height: 1)) { frame in
      frame.fill(frame.bounds, "#")
      frame.clipped(to: frame.bounds) { $0.text("abcdefgh", x: 0, y: 1) }
    }
    #expect(frame.text == "\n  cde\n")
  }

  @Test func controlCharactersNeverReachACell() {
    var frame = Frame(size: Size(width: 20, height: 1))
    frame.text("a\u{1b}[31mb\tc\u{7}\r\n\u{9b}d\u{202e}e\u{200b}f", x: 0, y: 0)
    #expect(frame.text == "a[31mbcdef")
  }

  @Test func wideCharactersTakeTwoColumns() {
    var frame = Frame(size: Size(width: 6, height: 1))
    let end = frame.text("漢字x", x: 0, y: 0)
    #expect(end == 5)
    #expect(frame[0, 0].width == 2)
    #expect(frame[1, 0].width == 0)
    #expect(frame.text == "漢字x")
  }

  @Test func halfOfAWideCharacterBecomesASpace() {
    var frame = Frame(size: Size(width: 5, height: 1))
    frame.text("漢字", x: 0, y: 0)
    frame.put("a", width: 1, x: 1, y: 0, style: Style())
    #expect(frame.text == " a字")
    frame.put("b", width: 1, x: 2, y: 0, style: Style())
    #expect(frame.text == " ab")
    frame.text("漢", x: 4, y: 0)
    #expect(frame[4, 0].text == " ")
  }

  @Test func combiningMarksJoinTheirCell() {
    var frame = Frame(size: Size(width: 4, height: 1))
    frame.text("e\u{301}a\u{308}z", x: 0, y: 0)
    #expect(frame[0, 0].text.unicodeScalars.count == 2)
    #expect(frame[2, 0].text == "z")
    frame.text("漢\u{301}", x: 0, y: 0)
    #expect(frame[0, 0].text.unicodeScalars.count == 2)
  }

  @Test func marksWithoutEndAreCut() {
    var frame = Frame(size: Size(width: 4, height: 1))
    frame.text("e" + String(repeating: "\u{301}", count: 300), x: 0, y: 0)
    #expect(frame[0, 0].text.unicodeScalars.count == 5)
  }

  @Test func textKeepsTheBackgroundBelow() {
    var frame = Frame(size: Size(width: 3, height: 1))
    frame.fill(frame.bounds, style: Style(.terminal, on: .rgb(9, 9, 9)))
    frame.text("a", x: 0, y: 0, style: Style(.rgb(1, 1, 1)))
    #expect(frame[0, 0].style == Style(.rgb(1, 1, 1), on: .rgb(9, 9, 9)))
  }

  @Test func reverseSelectionStaysUnderText() {
    var frame = Frame(size: Size(width: 3, height: 1))
    frame.fill(frame.bounds, style: Style().reverse)
    frame.text("a", x: 0, y: 0, style: Style().bold)
    #expect(frame[0, 0].style.attributes == [.bold, .reverse])
  }

  @Test func longLinesEndInAnEllipsis() {
    var frame = Frame(size: Size(width: 8, height: 3))
    frame.text("features.15", in: frame.bounds.row(0))
    frame.text([Span("ab"), Span("cdefghijk")], in: frame.bounds.row(1))
    frame.text([Span("12345678"), Span("9")], in: frame.bounds.row(2))
    #expect(frame.text == "feature…\nabcdefg…\n1234567…")
  }

  @Test func alignmentPlacesText() {
    var frame = Frame(size: Size(width: 6, height: 2))
    frame.text("ab", in: frame.bounds.row(0), align: .right)
    frame.text("ab", in: frame.bounds.row(1), align: .center)
    #expect(frame.text == "    ab\n  ab")
  }

  @Test func boxesCarryWordsInTheirBorders() {
    let frame = Samples.frame(34, 4) {
      $0.frame.box(
        $0.rect,
        Box(border: Style(), title: "Layers", status: "152 frozen", footer: "658 of 2 234"),
        glyphs: .braille)
    }
    #expect(
      frame.text == """
        ╭─ Layers ────────── 152 frozen ─╮
        │                                │
        │                                │
        ╰─ 658 of 2 234 ─────────────────╯
        """)
  }

  @Test func narrowBoxesLoseTheStatusFirst() {
    let frame = Samples.frame(16, 2) {
      $0.frame.box(
        $0.rect, Box(border: Style(), title: "Layers of", status: "152 frozen"), glyphs: .ascii)
    }
    #expect(frame.text == "+- Layers of --+\n+--------------+")
  }

  @Test(arguments: Samples.sizes)
  func boxesOfAnySizeStayInside(size: Size) {
    var inner = Rect(x: 0, y: 0, width: 0, height: 0)
    let isInside = Samples.staysInside(size) {
      inner = $0.frame.box(
        $0.rect, Box(border: Style(), title: "T", status: "S", footer: "F", footerStatus: "X"),
        glyphs: .braille)
    }
    #expect(isInside)
    #expect(inner.size == Size(width: size.width - 2, height: size.height - 2))
  }

  @Test func styleMapNamesStyles() {
    var frame = Frame(size: Size(width: 3, height: 1))
    frame.text("a", x: 1, y: 0, style: Style(.rgb(255, 0, 16)).bold)
    #expect(frame.textWithStyles == " a\n\n.a.\n\na: #ff0010 on default bold")
  }
}
