import Kernels

/// Normalisation of each image, or of each position of it, by its own mean and variance (Ba et al.,
/// arXiv:1607.06450).
package struct LayerNormalization: Layer {
  package static let kind = "LayerNormalization"

  /// Added to the variance.
  package var epsilon: Float
  /// How many of the last axes mean and variance are taken over: 1 is the channels of a position.
  package var axes: Int
  package var hasGamma: Bool
  package var hasBeta: Bool

  package init(
    epsilon: Float = 1e-3, axes: Int = 1, hasGamma: Bool = true, hasBeta: Bool = true
  ) {
    self.epsilon = epsilon
    self.axes = axes
    self.hasGamma = hasGamma
    self.hasBeta = hasBeta
  }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs)
    try Shape.check(axes, in: 1...max(input.rank, 1), "a number of axes")
    return input
  }

  package func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
    ParameterSpecification.scaleAndOffset(
      Array(inputs[0].dimensions.suffix(axes)), hasGamma: hasGamma, hasBeta: hasBeta)
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    LayerNormalizationOperation(self, site)
  }
}

private final class LayerNormalizationOperation: Operation {
  private let layer: LayerNormalization
  private let kernel: LayerNormalizationKernel

  init(_ layer: LayerNormalization, _ site: OperationSite) {
    self.layer = layer
    let width = Shape(Array(site.output.dimensions.suffix(layer.axes))).count
    kernel = LayerNormalizationKernel(
      rows: site.outputCount / width, width: width, epsilon: layer.epsilon, pool: site.pool)
  }

  var backwardReads: BackwardReads { .inputs }

  func forward(_ pass: ForwardPass) {
    kernel.forward(
      input: pass.inputs[0], gamma: gamma(pass.parameters),
      beta: layer.hasBeta ? UnsafePointer(pass.parameters[layer.hasGamma ? 1 : 0]) : nil,
      output: pass.output)
  }

  func backward(_ pass: BackwardPass) {
    kernel.backward(
      input: pass.inputs[0], outputGradient: pass.outputGradient, gamma: gamma(pass.parameters),
      inputGradient: pass.inputGradients[0],
      gammaGradient: layer.hasGamma ? pass.parameterGradients[0] : nil,
      betaGradient: layer.hasBeta ? pass.parameterGradients[layer.hasGamma ? 1 : 0] : nil)
  }

  private func gamma(_ parameters: [UnsafeMutablePointer<Float>]) -> UnsafePointer<Float>? {
    layer.hasGamma ? UnsafePointer(parameters[0]) : nil
  }
}
