import Network

/// What enters a network as a file describes it: an image, with its channels where the file has them, or a row
/// of features.
struct FileInput {
  let shape: Shape
  let feature: Feature

  /// - Throws: `UnexpectedContent` for a shape that cannot be.
  init(features: Int) throws {
    shape = Shape(features: features)
    feature = Feature(node: -1, dimensions: [features], order: [0])
    try check()
  }

  /// - Throws: as above.
  init(height: Int, width: Int, channels: Int, _ layout: ImageLayout) throws {
    shape = Shape(height: height, width: width, channels: channels)
    feature = Feature(node: -1, dimensions: shape.dimensions, order: layout.order)
    try check()
  }

  /// - Parameters:
  ///   - dimensions: with the batch, those that are left open as `nil`; two of features, four of an image.
  ///   - channels: where the file leaves them open.
  ///   - size: where it leaves height and width open.
  ///   - text: what messages call the input.
  /// - Throws: `UnexpectedContent` for what stays open, and as above.
  init(
    _ dimensions: [Int?], _ layout: ImageLayout, channels: Int? = nil, size: ImageSize?,
    calledAs text: String
  ) throws {
    if dimensions.count == 2 {
      guard let features = dimensions[1] else {
        throw UnexpectedContent(expected: "an input of fixed size", found: text)
      }
      try self.init(features: features)
      return
    }
    let sides = layout.axes.map { dimensions[1 + $0] }
    guard let channels = sides[2] ?? channels, let height = sides[0] ?? size?.height,
      let width = sides[1] ?? size?.width
    else {
      throw UnexpectedContent(
        expected: sides[2] ?? channels == nil
          ? "an input with a number of channels"
          : "an image size (--image-size) for a model that leaves it open", found: text)
    }
    try self.init(height: height, width: width, channels: channels, layout)
  }

  private func check() throws {
    do throws(ShapeError) {
      try shape.checkedAsOutput()
    } catch {
      throw UnexpectedContent(expected: "\(error.expected) as input", found: error.found)
    }
  }
}
