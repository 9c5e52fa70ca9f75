import TerminalUI
import Testing

struct CapabilitiesTests {
  @Test(arguments: [
    (["COLORTERM": "truecolor", "TERM": "xterm-256color"], 256, ColorDepth.trueColor),
    (["COLORTERM": "24bit"], 8, .trueColor), (["TERM": "xterm-direct"], 1 << 24, .trueColor),
    (["TERM": "xterm-256color"], 256, .indexed256), (["TERM": "linux"], 8, .indexed16),
    (["TERM": "vt100"], -1, .none),
    (["NO_COLOR": "1", "COLORTERM": "truecolor"], 256, .none),
    (["NO_COLOR": "", "COLORTERM": "truecolor"], 256, .trueColor),
  ])
  func coloursComeFromTheEnvironment(
    environment: [String: String], terminalColors: Int, depth: ColorDepth
  ) {
    let capabilities = Capabilities(
      environment: environment, terminalColors: terminalColors, isUTF8: true)
    #expect(capabilities.colors == depth)
  }

  @Test func glyphsComeFromTheLocaleAndTheTerminal() {
    func level(_ term: String, _ isUTF8: Bool) -> GlyphLevel {
      Capabilities(environment: ["TERM": term], terminalColors: 8, isUTF8: isUTF8).glyphs
    }
    #expect(level("xterm-256color", true) == .braille)
    #expect(level("linux", true) == .blocks)
    #expect(level("xterm-256color", false) == .ascii)
  }

  @Test func everyGlyphTakesOneColumn() {
    for level in Samples.levels {
      let glyphs = GlyphSet(level)
      for (name, value) in Mirror(reflecting: glyphs).children {
        let texts: [String] =
          switch value {
          case let text as String: [text]
          case let texts as [String]: texts
          case let lines as GlyphSet.Lines:
            [
              lines.horizontal, lines.vertical, lines.topLeft, lines.topRight, lines.bottomLeft,
              lines.bottomRight,
            ]
          default: []
          }
        for text in texts {
          #expect(TextWidth.columns(text) == 1, "\(name ?? "") of \(level)")
          #expect(level != .ascii || text.utf8.allSatisfy { $0 < 0x80 }, "\(name ?? "")")
        }
      }
    }
  }
}
