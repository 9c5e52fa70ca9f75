import Kernels

/// Convolution of each channel by itself, into `multiplier` channels: channel c gives the output
/// channels c · multiplier ….
package struct DepthwiseConv2D: Layer {
  package static let kind = "DepthwiseConv2D"

  package var window: Window
  package var multiplier: Int
  package var hasBias: Bool
  package var activation: Activation
  package var kernelInitialization: KernelInitialization

  package init(
    window: Window, multiplier: Int = 1, hasBias: Bool = true, activation: Activation = .linear,
    kernelInitialization: KernelInitialization = .glorotUniform
  ) {
    self.window = window
    self.multiplier = multiplier
    self.hasBias = hasBias
    self.activation = activation
    self.kernelInitialization = kernelInitialization
  }

  package var detail: String {
    window.description + (multiplier == 1 ? "" : " ×\(multiplier)") + activation.detailSuffix
  }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs).spatial()
    try Shape.check(multiplier, in: 1...Shape.dimensionLimit, "a depth multiplier")
    let placed = try window.placed(height: input.height, width: input.width)
    try Shape([window.height, window.width, input.channels, multiplier]).checked()
    return try Shape(
      height: placed.outputHeight, width: placed.outputWidth,
      channels: input.channels * multiplier
    ).checked()
  }

  package func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
    let channels = inputs[0].channels
    let area = window.height * window.width
    // Keras takes the fans from the kernel's shape, and so counts all channels in `fanIn`
    // although one output sees one channel. He's rule is applied to what an output does see.
    let initializer: Initializer =
      switch kernelInitialization {
      case .glorotUniform: .glorotUniform(fanIn: area * channels, fanOut: area * multiplier)
      case .heNormal: .heNormal(fanIn: area)
      }
    let kernel = ParameterSpecification(
      name: "kernel", role: .kernel, shape: [window.height, window.width, channels, multiplier],
      initializer: initializer, unitAxes: [0, 1])
    return hasBias ? [kernel, .bias(channels * multiplier)] : [kernel]
  }

  package func makeOperation(
    at site: OperationSite, normalization: BatchNormalization?
  ) -> ConvolutionOperation {
    let channels = site.inputs[0].channels
    return ConvolutionOperation(
      window: window, groups: channels, filters: channels * multiplier, hasBias: hasBias,
      normalization: normalization, activation: activation, site: site)
  }
}
