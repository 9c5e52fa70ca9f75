import TerminalUI
import Testing

struct CanvasTests {
  private let part = Rect(x: 2, y: 1, width: 3, height: 1)

  @Test func aPartIsDrawnOnAndGivenBack() {
    var canvas = Samples.canvas(8, 3)
    let answer = canvas.within(part) {
      $0.frame.text("abc", in: $0.rect)
      return $0.rect
    }
    #expect(answer == part)
    #expect(canvas.rect == Rect(x: 0, y: 0, width: 8, height: 3))
    #expect(canvas.frame.text == "\n  abc\n")
  }

  @Test func whatIsOutsideOfAClippedPartIsLeftAlone() {
    var canvas = Samples.canvas(8, 3)
    canvas.clipped(to: part) { canvas in
      canvas.frame.fill(canvas.frame.bounds, "#")
      // A part of a part is no larger than it.
      canvas.clipped(to: canvas.frame.bounds) { _ = $0.frame.text("abcdefgh", x: 0, y: 1) }
    }
    #expect(canvas.frame.text == "\n  cde\n")
    canvas.frame.text("x", x: 0, y: 0)
    #expect(canvas.frame.text == "x\n  cde\n")
  }
}
