import Kernels

/// What surrounds an image before a window moves over it: a number, or the image itself. Negative
/// amounts cut rows and columns off.
package struct Padding2D: Layer {
  package static let kind = "Padding2D"

  package var amounts: Padding
  package var content: EdgeContent

  package init(_ amounts: Padding, content: EdgeContent) {
    self.amounts = amounts
    self.content = content
  }

  package var detail: String {
    "\(amounts.top) \(amounts.bottom) · \(amounts.left) \(amounts.right) \(content.name)"
  }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs).spatial()
    let output = try amounts.padded(inputs[0])
    if case .constant = content { return output }
    for length in output.dimensions.dropLast() {
      // Tables of places are made for each row and column.
      try Shape.check(length, in: 1...Resizing.sizeLimit, "a padded height or width")
    }
    try content.check(amounts.top, amounts.bottom, around: input.height)
    try content.check(amounts.left, amounts.right, around: input.width)
    return output
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    if case .constant(let value) = content { return ZeroPaddingOperation(amounts, value, site) }
    let input = site.inputs[0].dimensions
    return ResamplingOperation(
      Resampling(
        rows: axis(input[0], amounts.top, amounts.bottom),
        columns: axis(input[1], amounts.left, amounts.right), channels: input[2]), site)
  }

  private func axis(_ size: Int, _ before: Int, _ after: Int) -> Resampling.Axis {
    let places = (-before..<size + after).map { content.source(of: $0, within: size)! }
    return Resampling.Axis(
      sourceCount: size, starts: places, weights: places.map { _ in [1] })
  }
}

/// What stands beyond the edges of an image.
package enum EdgeContent: Hashable, Sendable {
  case constant(Float)
  /// The image mirrored, its outermost row not repeated: … c b | a b c.
  case reflect
  /// The image mirrored with its outermost row: … b a | a b c.
  case symmetric
  /// The outermost row again and again: Torch's `replicate`, ONNX's `edge`.
  case replicate
  /// The image from its other side on: ONNX's `wrap`.
  case circular

  var name: String {
    switch self {
    case .constant(let value): value == 0 ? "zeros" : "\(value)"
    case .reflect: "reflect"
    case .symmetric: "symmetric"
    case .replicate: "replicate"
    case .circular: "circular"
    }
  }

  /// The position that stands at `place`, which may lie beyond `0..<size` by as much as `check` allows;
  /// `nil` for a constant there.
  func source(of place: Int, within size: Int) -> Int? {
    if (0..<size).contains(place) { return place }
    switch self {
    case .constant: return nil
    case .reflect: return place < 0 ? -place : 2 * (size - 1) - place
    case .symmetric: return place < 0 ? -place - 1 : 2 * size - 1 - place
    case .replicate: return place < 0 ? 0 : size - 1
    case .circular: return place < 0 ? place + size : place - size
    }
  }

  /// - Throws: `ShapeError` where the image is too small for what should be around it.
  func check(_ before: Int, _ after: Int, around size: Int) throws(ShapeError) {
    let most: Int
    switch self {
    case .constant, .replicate: return
    case .reflect: most = size - 1
    case .symmetric, .circular: most = size
    }
    guard max(before, after) <= most else {
      throw ShapeError(
        expected: "at most \(most) rows or columns of \(name) padding around \(size)",
        found: "\(max(before, after))")
    }
  }
}
