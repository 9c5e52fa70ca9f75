import Kernels

/// Zeros around an image.
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
    let input = try only(inputs).spatial()
    try amounts.check()
    return try Shape(
      height: input.height + amounts.top + amounts.bottom,
      width: input.width + amounts.left + amounts.right, channels: input.channels
    ).checked()
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    ZeroPaddingOperation(amounts, site)
  }
}

private final class ZeroPaddingOperation: Operation {
  private let padding: Padding
  private let site: OperationSite
  private var height: Int { site.inputs[0].dimensions[0] }
  private var width: Int { site.inputs[0].dimensions[1] }

  init(_ padding: Padding, _ site: OperationSite) {
    self.padding = padding
    self.site = site
  }

  var backwardReads: BackwardReads { [] }

  func forward(_ pass: ForwardPass) {
    ZeroPadding.forward(
      batch: site.batch, height: height, width: width, channels: site.output.channels,
      padding: padding, input: pass.inputs[0], output: pass.output, pool: site.pool)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    ZeroPadding.backward(
      batch: site.batch, height: height, width: width, channels: site.output.channels,
      padding: padding, outputGradient: pass.outputGradient, inputGradient: gradient,
      pool: site.pool)
  }
}
