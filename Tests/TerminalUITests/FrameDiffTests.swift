import Testing

@testable import TerminalUI

struct FrameDiffTests {
  @Test func equalFramesNeedNothing() {
    let frame = Samples.frame(20, 4) { $0.frame.text("hello", x: 3, y: 2) }
    #expect(FrameDiff(from: frame, to: frame).isEmpty)
  }

  @Test func unknownScreensAreWrittenWhole() {
    let frame = Samples.frame(20, 4) { _ in }
    #expect(FrameDiff(from: nil, to: frame).columns == 80)
    let other = Samples.frame(19, 4) { _ in }
    #expect(FrameDiff(from: other, to: frame).columns == 80)
  }

  @Test func neighbouringChangesShareARun() {
    let before = Samples.frame(20, 1) { _ in }
    let after = Samples.frame(20, 1) {
      $0.frame.text("a", x: 2, y: 0)
      $0.frame.text("b", x: 5, y: 0)
      $0.frame.text("c", x: 15, y: 0)
    }
    #expect(
      FrameDiff(from: before, to: after).runs == [
        FrameDiff.Run(x: 2, y: 0, count: 4), FrameDiff.Run(x: 15, y: 0, count: 1),
      ])
  }

  /// Copying the runs' cells turns any frame into any other, and no run cuts a wide character.
  @Test(arguments: 1...40)
  func runsHoldEveryChange(seed: UInt64) {
    var numbers = SampleNumbers(seed: seed)
    func frame() -> Frame {
      var frame = Frame(size: Size(width: 23, height: 5))
      for _ in 0..<Int.random(in: 0...12, using: &numbers) {
        let text = ["漢", "a", "xyz", "字字", " "].randomElement(using: &numbers) ?? ""
        frame.text(
          text, x: Int.random(in: -1...23, using: &numbers),
          y: Int.random(in: 0...4, using: &numbers),
          style: Style(.rgb(UInt8.random(in: 0...1, using: &numbers), 0, 0)))
      }
      return frame
    }
    let before = frame()
    let after = frame()
    var cells = before.cells
    for run in FrameDiff(from: before, to: after).runs {
      #expect(after[run.x, run.y].width != 0)
      let last = after[run.x + run.count - 1, run.y]
      #expect(last.width != 2)
      for x in run.x..<run.x + run.count { cells[run.y * 23 + x] = after[x, run.y] }
    }
    // A space's colour of text is not seen.
    #expect(zip(cells, after.cells).allSatisfy { $0.looksLike($1) })
  }
}
