import TerminalUI

/// A click on a layer or block.
struct Click: Sendable, Equatable {
  /// Two clicks within so many seconds are a double one.
  private static let doubleSeconds = 0.5

  var id: LayerRow.ID
  /// Seconds since 1970.
  var time: Double

  func isDoubled(by next: Click) -> Bool {
    next.id == id && (0...Self.doubleSeconds).contains(next.time - time)
  }
}

extension Frame {
  /// The word at a place, without what is between words; empty where there is none.
  func word(x: Int, y: Int) -> String {
    guard bounds.contains(x: x, y: y) else { return "" }
    func isPart(_ x: Int) -> Bool {
      (0..<size.width).contains(x) && self[x, y].text.first?.isLetter == true
    }
    guard isPart(x) else { return "" }
    var (first, last) = (x, x)
    while isPart(first - 1) { first -= 1 }
    while isPart(last + 1) { last += 1 }
    return (first...last).map { self[$0, y].text }.joined()
  }
}
