import Testing

@testable import Files

struct PrintableTests {
  /// Everything that a terminal would obey, or that would show another text than there is.
  @Test(
    arguments: [
      "\u{0}", "\u{7}", "\u{8}", "\t", "\n", "\r", "\u{1b}", "\u{7f}", "\u{80}", "\u{85}", "\u{9b}",
      "\u{9d}", "\u{9f}", "\u{ad}", "\u{61c}", "\u{200b}", "\u{200e}", "\u{200f}", "\u{2028}",
      "\u{2029}", "\u{202a}", "\u{202e}", "\u{2060}", "\u{2066}", "\u{2069}", "\u{feff}",
      "\u{fff9}", "\u{e0041}", "\u{e000}",
    ] as [Unicode.Scalar])
  func whatIsNotSafeBecomesAQuestionMark(scalar: Unicode.Scalar) {
    #expect(!Printable.isSafe(scalar))
    #expect(printable("a\(scalar)b", limit: nil) == "a?b")
  }

  @Test(arguments: [
    "conv1/kernel:0", "grüße", "漢字", "e\u{301}", "→ ❄ ⣿", "😀", "العربية", "עברית", "ÿ\u{a0}",
  ])
  func whatPeopleWriteStays(text: String) {
    #expect(printable(text) == text)
  }

  @Test func aLongTextIsCut() {
    #expect(printable(String(repeating: "x", count: 301)).unicodeScalars.count == 301)
    #expect(printable(String(repeating: "x", count: 400), limit: 5) == "xxxxx…")
    #expect(printable(String(repeating: "x", count: 400), limit: nil).count == 400)
  }
}
