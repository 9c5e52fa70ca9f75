import Kernels

/// A learned factor for each channel: ConvNeXt's `LayerScale` (arXiv:2103.17239).
package struct ChannelScale: Layer {
  package static let kind = "LayerScale"

  package init() {}

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try only(inputs)
  }

  package func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
    [
      ParameterSpecification(
        name: "gamma", role: .gamma, shape: [inputs[0].channels], initializer: .ones)
    ]
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    ChannelAffineOperation(hasGamma: true, hasBeta: false, site)
  }
}
