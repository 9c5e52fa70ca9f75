import TerminalUI
import Testing

struct LayoutTests {
  @Test func partsFollowEachOtherAndFillTheRectangle() {
    let rect = Rect(x: 3, y: 2, width: 50, height: 10)
    let parts = rect.split(.horizontal, [.fixed(10), .share(1), .share(3), .fixed(4)])
    #expect(parts.map(\.width) == [10, 9, 27, 4])
    #expect(parts.map(\.x) == [3, 13, 22, 49])
    #expect(parts.allSatisfy { $0.y == 2 && $0.height == 10 })
  }

  @Test func sharesKeepTheirMinimum() {
    let parts = Rect(x: 0, y: 0, width: 5, height: 20)
      .split(.vertical, [.share(1, minimum: 8), .share(4)])
    #expect(parts.map(\.height) == [8, 12])
  }

  @Test(arguments: 0...12)
  func partsNeverLeaveTheRectangle(width: Int) {
    let rect = Rect(x: 1, y: 1, width: width, height: 2)
    let parts = rect.split(
      .horizontal, [.fixed(4), .share(2, minimum: 3), .fixed(5), .share(1), .fixed(-2)])
    #expect(parts.reduce(0) { $0 + $1.width } <= width)
    #expect(parts.allSatisfy { $0.maxX <= rect.maxX && $0.x >= rect.x })
    for (left, right) in zip(parts, parts.dropFirst()) { #expect(left.maxX == right.x) }
  }

  @Test func intersectionOfDistantRectanglesIsEmpty() {
    let a = Rect(x: 0, y: 0, width: 4, height: 4)
    #expect(a.intersection(Rect(x: 9, y: 9, width: 2, height: 2)).isEmpty)
    #expect(
      a.intersection(Rect(x: 2, y: 3, width: 9, height: 9))
        == Rect(x: 2, y: 3, width: 2, height: 1))
  }

  @Test func centeredIsCutToFit() {
    let rect = Rect(x: 10, y: 10, width: 20, height: 4)
    #expect(rect.centered(width: 6, height: 2) == Rect(x: 17, y: 11, width: 6, height: 2))
    #expect(rect.centered(width: 60, height: 9) == rect)
  }
}
