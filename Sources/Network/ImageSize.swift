/// Height and width of images in pixels.
package struct ImageSize: Hashable, Sendable, CustomStringConvertible {
  package let height: Int
  package let width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// The size of images of this shape; `nil` where it is none of images.
  package init?(_ dimensions: [Int]) {
    guard dimensions.count == 3 else { return nil }
    self.init(height: dimensions[0], width: dimensions[1])
  }

  package var description: String { "\(height)×\(width)" }
}
