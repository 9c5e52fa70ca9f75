import Kernels

/// How a window moves over an image: the geometry that convolutions and pooling share.
package struct Window: Hashable, Sendable {
  package var height: Int
  package var width: Int
  package var strideHeight: Int
  package var strideWidth: Int
  package var dilationHeight: Int
  package var dilationWidth: Int
  package var padding: PaddingRule
  package var rounding: Rounding

  /// What happens to a last window that does not fit in whole.
  package enum Rounding: String, Hashable, Sendable {
    /// It is left out (Keras, TensorFlow).
    case down
    /// It is kept as long as it starts inside the image or the padding before it (Caffe, and
    /// Torch's `ceil_mode`). What it covers beyond the padding counts for nothing.
    case up
  }

  package init(
    height: Int, width: Int, strideHeight: Int = 1, strideWidth: Int = 1,
    dilationHeight: Int = 1, dilationWidth: Int = 1, padding: PaddingRule = .valid,
    rounding: Rounding = .down
  ) {
    self.height = height
    self.width = width
    self.strideHeight = strideHeight
    self.strideWidth = strideWidth
    self.dilationHeight = dilationHeight
    self.dilationWidth = dilationWidth
    self.padding = padding
    self.rounding = rounding
  }

  /// A square window with the same stride and dilation both ways.
  package init(
    _ size: Int, stride: Int = 1, dilation: Int = 1, padding: PaddingRule = .valid,
    rounding: Rounding = .down
  ) {
    self.init(
      height: size, width: size, strideHeight: stride, strideWidth: stride,
      dilationHeight: dilation, dilationWidth: dilation, padding: padding, rounding: rounding)
  }

  /// The longest kernel, stride or dilation, and the widest padding.
  package static let sizeLimit = 1 << 12

  /// `3×3`, `7×7/2` with a stride, `3×3·2` with a dilation.
  package var description: String {
    var text = "\(height)×\(width)"
    if strideHeight != 1 || strideWidth != 1 {
      text += strideHeight == strideWidth ? "/\(strideHeight)" : "/\(strideHeight)×\(strideWidth)"
    }
    if dilationHeight != 1 || dilationWidth != 1 {
      text +=
        dilationHeight == dilationWidth
        ? "·\(dilationHeight)" : "·\(dilationHeight)×\(dilationWidth)"
    }
    return text
  }
}

/// How many zeros (for max pooling: nothing) go around an image before a window moves over it.
package enum PaddingRule: Hashable, Sendable {
  /// TensorFlow's rule: ⌈size / stride⌉ outputs; the odd one of the zeros goes at the end.
  case same
  case explicit(Padding)

  package static let valid = PaddingRule.explicit(.none)

  /// The same number of zeros at each edge.
  package static func all(_ size: Int) -> PaddingRule { .explicit(.uniform(size)) }
}

extension Padding {
  /// - Throws: `ShapeError` for a negative or a senselessly large amount.
  func check() throws(ShapeError) {
    for amount in [top, bottom, left, right] {
      try Shape.check(amount, in: 0...Window.sizeLimit, "a padding")
    }
  }
}

/// A window at one place of a graph, with its padding as amounts.
package struct PlacedWindow: Hashable, Sendable {
  package let outputHeight: Int
  package let outputWidth: Int
  /// Zeros that belong to the layer.
  package let padding: Padding
  /// Further rows and columns that a last window covers when sizes are rounded up; they count for
  /// nothing, not even in an average that counts padding.
  package let overhangBottom: Int
  package let overhangRight: Int
}

extension Window {
  /// Output size and padding over an image of `height` × `width`.
  /// - Throws: `ShapeError` for sizes out of range, or an image smaller than the window.
  package func placed(height: Int, width: Int) throws(ShapeError) -> PlacedWindow {
    for size in [self.height, self.width] {
      try Shape.check(size, in: 1...Self.sizeLimit, "a kernel size")
    }
    for stride in [strideHeight, strideWidth] {
      try Shape.check(stride, in: 1...Self.sizeLimit, "a stride")
    }
    for dilation in [dilationHeight, dilationWidth] {
      try Shape.check(dilation, in: 1...Self.sizeLimit, "a dilation")
    }
    var edges: Padding?
    if case .explicit(let amounts) = padding {
      try amounts.check()
      edges = amounts
    }
    let rows = try Self.place(
      size: height, kernel: self.height, stride: strideHeight, dilation: dilationHeight,
      padding: edges.map { ($0.top, $0.bottom) }, rounding: rounding)
    let columns = try Self.place(
      size: width, kernel: self.width, stride: strideWidth, dilation: dilationWidth,
      padding: edges.map { ($0.left, $0.right) }, rounding: rounding)
    return PlacedWindow(
      outputHeight: rows.count, outputWidth: columns.count,
      padding: Padding(
        top: rows.before, bottom: rows.after, left: columns.before, right: columns.after),
      overhangBottom: rows.overhang, overhangRight: columns.overhang)
  }

  /// One axis: number of windows, zeros before and after, and how far the last window overhangs.
  /// `padding` is `nil` for TensorFlow's SAME.
  private static func place(
    size: Int, kernel: Int, stride: Int, dilation: Int, padding: (before: Int, after: Int)?,
    rounding: Rounding
  ) throws(ShapeError) -> (count: Int, before: Int, after: Int, overhang: Int) {
    let reach = (kernel - 1) * dilation + 1
    guard let padding else {
      let same = Padding.same(size: size, kernel: kernel, stride: stride, dilation: dilation)
      return ((size + stride - 1) / stride, same.before, same.after, 0)
    }
    let slack = size + padding.before + padding.after - reach
    guard slack >= 0 else {
      throw ShapeError(
        expected: "an image of at least \(reach - padding.before - padding.after) pixels",
        found: "\(size)")
    }
    var count = slack / stride + 1
    if rounding == .up, slack % stride != 0, count * stride < size + padding.before { count += 1 }
    return (count, padding.before, padding.after, max(0, (count - 1) * stride - slack))
  }
}
