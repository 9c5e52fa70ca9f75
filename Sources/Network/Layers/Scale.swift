import Kernels

/// A learned factor and a learned offset for each channel, or one of them: Caffe's `Scale` and `Bias`,
/// and what is left of a batch-norm that was written as arithmetic.
package struct Scale: Layer {
  package static let kind = "Scale"

  package var hasGamma: Bool
  package var hasBeta: Bool

  package init(hasGamma: Bool = true, hasBeta: Bool = true) {
    self.hasGamma = hasGamma
    self.hasBeta = hasBeta
  }

  package var detail: String {
    hasGamma == hasBeta ? "" : hasGamma ? "without offset" : "offset alone"
  }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    guard hasGamma || hasBeta else {
      throw ShapeError(expected: "a factor or an offset", found: "neither")
    }
    return try only(inputs)
  }

  /// `gamma` and `beta`, where it has them.
  package func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
    ParameterSpecification.scaleAndOffset(
      [inputs[0].channels], hasGamma: hasGamma, hasBeta: hasBeta)
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    ChannelAffineOperation(hasGamma: hasGamma, hasBeta: hasBeta, site)
  }
}
