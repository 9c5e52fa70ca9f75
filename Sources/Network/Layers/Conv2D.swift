import Kernels

/// Convolution over space, with groups, and the bias and activation that follow it.
package struct Conv2D: Layer {
  package static let kind = "Conv2D"

  package var filters: Int
  package var window: Window
  package var groups: Int
  package var hasBias: Bool
  package var activation: Activation
  package var kernelInitialization: KernelInitialization

  package init(
    filters: Int, window: Window, groups: Int = 1, hasBias: Bool = true,
    activation: Activation = .linear, kernelInitialization: KernelInitialization = .glorotUniform
  ) {
    self.filters = filters
    self.window = window
    self.groups = groups
    self.hasBias = hasBias
    self.activation = activation
    self.kernelInitialization = kernelInitialization
  }

  package var detail: String {
    "\(window.description) \(filters)" + (groups == 1 ? "" : " ÷\(groups)")
      + activation.detailSuffix
  }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs).spatial()
    try Shape.check(filters, in: 1...Shape.dimensionLimit, "a number of filters")
    try Shape.check(groups, in: 1...Shape.dimensionLimit, "a number of groups")
    guard input.channels % groups == 0, filters % groups == 0 else {
      throw ShapeError(
        expected: "channels and filters that \(groups) groups divide",
        found: "\(input.channels) channels, \(filters) filters")
    }
    let placed = try window.placed(height: input.height, width: input.width)
    try Shape(kernelShape(channels: input.channels)).checked()
    return try Shape(
      height: placed.outputHeight, width: placed.outputWidth, channels: filters
    ).checked()
  }

  package func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
    let shape = kernelShape(channels: inputs[0].channels)
    let area = window.height * window.width
    let kernel = ParameterSpecification(
      name: "kernel", role: .kernel, shape: shape,
      initializer: kernelInitialization.initializer(
        fanIn: area * shape[2], fanOut: area * filters),
      unitAxes: [0, 1, 2])
    return hasBias ? [kernel, .bias(filters)] : [kernel]
  }

  private func kernelShape(channels: Int) -> [Int] {
    [window.height, window.width, channels / groups, filters]
  }

  package func makeOperation(
    at site: OperationSite, normalization: BatchNormalization?
  ) -> ConvolutionOperation {
    ConvolutionOperation(
      window: window, groups: groups, filters: filters, hasBias: hasBias,
      normalization: normalization, activation: activation, site: site)
  }
}
