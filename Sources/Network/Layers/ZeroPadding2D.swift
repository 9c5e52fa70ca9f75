import Kernels

/// Zeros around an image. Negative amounts cut rows and columns off.
package struct ZeroPadding2D: Layer {
  package static let kind = "ZeroPadding2D"

  package var amounts: Padding

  package init(_ amounts: Padding) {
    self.amounts = amounts
  }

  package var detail: String {
    "\(amounts.top) \(amounts.bottom) · \(amounts.left) \(amounts.right)"
  }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try amounts.padded(only(inputs))
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    ZeroPaddingOperation(amounts, 0, site)
  }
}

extension Padding {
  /// The shape of `input` with these amounts around it, or cut off.
  /// - Throws: `ShapeError` where nothing is left, or an amount is out of range.
  func padded(_ input: Shape) throws(ShapeError) -> Shape {
    let (height, width, channels) = try input.spatial()
    for amount in [top, bottom, left, right] {
      try Shape.check(amount, in: -Window.sizeLimit...Window.sizeLimit, "a padding")
    }
    let smallest = min(height + min(top, 0) + min(bottom, 0), width + min(left, 0) + min(right, 0))
    guard smallest > 0 else {
      throw ShapeError(expected: "an image larger than what is cut off", found: "\(input)")
    }
    return try Shape(
      height: height + top + bottom, width: width + left + right, channels: channels
    ).checked()
  }
}

/// What padding by one value runs as.
final class ZeroPaddingOperation: Operation {
  private let padding: Padding
  private let value: Float
  private let site: OperationSite
  private var height: Int { site.inputs[0].dimensions[0] }
  private var width: Int { site.inputs[0].dimensions[1] }

  init(_ padding: Padding, _ value: Float, _ site: OperationSite) {
    self.padding = padding
    self.value = value
    self.site = site
  }

  var backwardReads: BackwardReads { [] }

  func forward(_ pass: ForwardPass) {
    ZeroPadding.forward(
      batch: site.batch, height: height, width: width, channels: site.output.channels,
      padding: padding, value: value, input: pass.inputs[0], output: pass.output, pool: site.pool)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    ZeroPadding.backward(
      batch: site.batch, height: height, width: width, channels: site.output.channels,
      padding: padding, outputGradient: pass.outputGradient, inputGradient: gradient,
      pool: site.pool)
  }
}
