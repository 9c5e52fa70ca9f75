import TerminalUI
import Testing

@testable import CursesTerminal

struct SelectGraphicRenditionTests {
  @Test(arguments: [
    (Style.blank, Style(.rgb(1, 2, 3), on: .terminal), "38;2;1;2;3"),
    (Style.blank, Style(.terminal, on: .indexed(200)), "48;5;200"),
    (Style.blank, Style(.indexed(9), on: .indexed(3)), "91;43"),
    (Style(.indexed(9), on: .terminal), Style(.terminal, on: .terminal), "39"),
    (Style.blank.bold, Style.blank.dim, "22;2"),
    (Style.blank.bold.underline, Style.blank.bold, "24"),
    (Style.blank.reverse, Style.blank.italic, "27;3"),
    (Style.blank, Style.blank, ""),
  ])
  func onlyWhatChangesIsSaid(from: Style, to: Style, codes: String) {
    #expect(SelectGraphicRendition.codes(from: from, to: to, colorCount: 256) == codes)
  }

  @Test func anUnknownStyleIsReset() {
    #expect(SelectGraphicRendition.codes(from: nil, to: .blank, colorCount: 256) == "0")
    #expect(SelectGraphicRendition.codes(from: nil, to: .blank.bold, colorCount: 256) == "0;1")
  }

  @Test func brighterColoursAreBoldWhereThereAreEight() {
    let bright = Style(.indexed(12), on: .terminal)
    #expect(SelectGraphicRendition.codes(from: .blank, to: bright, colorCount: 8) == "1;34")
    #expect(SelectGraphicRendition.codes(from: bright, to: .blank, colorCount: 8) == "22;39")
    // Already bold.
    #expect(SelectGraphicRendition.codes(from: bright, to: bright.bold, colorCount: 8) == "")
  }

  @Test func greyIsReadableWhereThereAreEight() {
    let grey = Style(.indexed(8), on: .terminal)
    #expect(SelectGraphicRendition.codes(from: .blank, to: grey, colorCount: 8) == "2;37")
    #expect(SelectGraphicRendition.codes(from: .blank, to: grey, colorCount: 16) == "90")
    let ground = Style(.terminal, on: .indexed(8))
    #expect(SelectGraphicRendition.codes(from: .blank, to: ground, colorCount: 8) == "40")
  }
}
