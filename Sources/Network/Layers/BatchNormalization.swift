import Kernels

/// Batch normalisation over the last axis (Ioffe and Szegedy, arXiv:1502.03167).
package struct BatchNormalization: Layer {
  package static let kind = "BatchNormalization"

  /// Added to the variance.
  package var epsilon: Float
  /// Weight of the old running statistics in an update, as in Keras (Torch names its complement).
  package var momentum: Float
  package var hasGamma: Bool
  package var hasBeta: Bool

  package init(
    epsilon: Float = 1e-3, momentum: Float = 0.99, hasGamma: Bool = true, hasBeta: Bool = true
  ) {
    self.epsilon = epsilon
    self.momentum = momentum
    self.hasGamma = hasGamma
    self.hasBeta = hasBeta
  }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try only(inputs)
  }

  /// `gamma` and `beta` where it has them, then `moving_mean` and `moving_variance`.
  package func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
    let shape = [inputs[0].channels]
    var specifications: [ParameterSpecification] = []
    if hasGamma {
      specifications.append(
        ParameterSpecification(name: "gamma", role: .gamma, shape: shape, initializer: .ones))
    }
    if hasBeta {
      specifications.append(
        ParameterSpecification(name: "beta", role: .beta, shape: shape, initializer: .zeros))
    }
    specifications.append(
      ParameterSpecification(
        name: "moving_mean", role: .movingMean, shape: shape, initializer: .zeros))
    specifications.append(
      ParameterSpecification(
        name: "moving_variance", role: .movingVariance, shape: shape, initializer: .ones))
    return specifications
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    BatchNormalizationOperation(self, site)
  }
}

private final class BatchNormalizationOperation: Operation {
  private let kernel: BatchNormalizationKernel
  private let layer: BatchNormalization
  private let mode: OperationSite.Mode
  private let statistics: Int

  init(_ layer: BatchNormalization, _ site: OperationSite) {
    kernel = BatchNormalizationKernel(
      rows: site.batch * site.output.positions, channels: site.output.channels,
      epsilon: layer.epsilon, pool: site.pool)
    self.layer = layer
    mode = site.mode
    statistics = (layer.hasGamma ? 1 : 0) + (layer.hasBeta ? 1 : 0)
  }

  var savedCount: Int { mode == .training ? kernel.savedCount : 0 }
  var backwardReads: BackwardReads { mode == .training ? .inputs : [] }
  var canRunInPlace: Bool { mode == .inference }

  func forward(_ pass: ForwardPass) {
    switch mode {
    case .training:
      kernel.forwardTraining(
        input: pass.inputs[0], gamma: gamma(of: pass.parameters), beta: beta(of: pass.parameters),
        movingMean: pass.parameters[statistics], movingVariance: pass.parameters[statistics + 1],
        momentum: layer.momentum, output: pass.output, saved: pass.saved!)
    case .inference:
      kernel.forwardInference(
        input: pass.inputs[0], gamma: gamma(of: pass.parameters), beta: beta(of: pass.parameters),
        movingMean: pass.parameters[statistics], movingVariance: pass.parameters[statistics + 1],
        output: pass.output)
    }
  }

  func backward(_ pass: BackwardPass) {
    switch mode {
    case .training:
      kernel.backwardTraining(
        input: pass.inputs[0], outputGradient: pass.outputGradient,
        gamma: gamma(of: pass.parameters), beta: beta(of: pass.parameters), saved: pass.saved!,
        inputGradient: pass.inputGradients[0],
        gammaGradient: layer.hasGamma ? pass.parameterGradients[0] : nil,
        betaGradient: layer.hasBeta ? pass.parameterGradients[layer.hasGamma ? 1 : 0] : nil)
    case .inference:
      // A factor for each channel: the input's values do not matter and need not be kept, so the
      // gradient stands in for them.
      kernel.backwardInference(
        input: pass.outputGradient, outputGradient: pass.outputGradient,
        gamma: gamma(of: pass.parameters), beta: beta(of: pass.parameters),
        movingMean: pass.parameters[statistics], movingVariance: pass.parameters[statistics + 1],
        inputGradient: pass.inputGradients[0], gammaGradient: nil, betaGradient: nil)
    }
  }

  private func gamma(of parameters: [UnsafeMutablePointer<Float>]) -> UnsafePointer<Float>? {
    layer.hasGamma ? UnsafePointer(parameters[0]) : nil
  }

  private func beta(of parameters: [UnsafeMutablePointer<Float>]) -> UnsafePointer<Float>? {
    layer.hasBeta ? UnsafePointer(parameters[layer.hasGamma ? 1 : 0]) : nil
  }
}
