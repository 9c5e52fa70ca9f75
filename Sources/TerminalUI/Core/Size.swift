/// A size in cells. Never negative.
package struct Size: Hashable, Sendable {
  package let width: Int
  package let height: Int

  package init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
  }

  package var isEmpty: Bool { width == 0 || height == 0 }
  /// The rectangle at the origin that has this size.
  package var bounds: Rect { Rect(x: 0, y: 0, width: width, height: height) }
}
