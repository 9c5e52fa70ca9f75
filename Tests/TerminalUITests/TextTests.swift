import TerminalUI
import Testing

struct TextTests {
  @Test(arguments: [
    ("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("ｆｕｌｌ", 8), ("⠿⡇", 2), ("❄●▸", 3), ("한국", 4),
    ("\u{1100}\u{1161}\u{11a8}", 2), ("😀", 2), ("👨‍👩‍👧", 6), ("\u{1b}[2J", 3), ("", 0), ("‖∇‖", 3),
    ("a\u{fe0f}", 1),
  ])
  func widthsAreThoseOfTerminals(text: String, columns: Int) {
    #expect(TextWidth.columns(text) == columns)
  }

  @Test func truncationCountsColumns() {
    #expect(TextWidth.truncated("漢字漢字", columns: 5) == "漢字…")
    #expect(TextWidth.truncated("漢字漢字", columns: 4) == "漢…")
    #expect(TextWidth.truncated("abc", columns: 3) == "abc")
    #expect(TextWidth.truncated("abc", columns: 0) == "")
    #expect(TextWidth.truncatedAtStart("/data/runs/one", columns: 8) == "…uns/one")
  }

  @Test func wrappingBreaksAtSpaces() {
    #expect(TextWrap.lines("the quick brown fox", columns: 9) == ["the quick", "brown fox"])
    #expect(TextWrap.lines("a\n\nb", columns: 9) == ["a", "", "b"])
    #expect(TextWrap.lines("abcdefgh ij", columns: 3) == ["abc", "def", "gh", "ij"])
    #expect(TextWrap.lines("anything", columns: 0) == [])
  }

  @Test(arguments: 1...30)
  func wrappedLinesFit(columns: Int) {
    let text = "a word, 漢字漢字漢字 and averyveryverylongwordwithoutspaces\u{301} at the end"
    for line in TextWrap.lines(text, columns: columns) where columns > 1 {
      #expect(TextWidth.columns(line) <= columns)
    }
  }
}
