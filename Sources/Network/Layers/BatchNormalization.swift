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
  /// What follows it in the same pass.
  package var activation: Activation

  package init(
    epsilon: Float = 1e-3, momentum: Float = 0.99, hasGamma: Bool = true, hasBeta: Bool = true,
    activation: Activation = .linear
  ) {
    self.epsilon = epsilon
    self.momentum = momentum
    self.hasGamma = hasGamma
    self.hasBeta = hasBeta
    self.activation = activation
  }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try only(inputs)
  }

  /// `gamma` and `beta` where it has them, then `moving_mean` and `moving_variance`.
  package func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
    let shape = [inputs[0].channels]
    return ParameterSpecification.scaleAndOffset(shape, hasGamma: hasGamma, hasBeta: hasBeta) + [
      ParameterSpecification(
        name: "moving_mean", role: .movingMean, shape: shape, initializer: .zeros),
      ParameterSpecification(
        name: "moving_variance", role: .movingVariance, shape: shape, initializer: .ones),
    ]
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    BatchNormalizationOperation(self, site)
  }

  func makeKernel(at site: OperationSite) -> BatchNormalizationKernel {
    BatchNormalizationKernel(
      rows: site.batch * site.output.positions, channels: site.output.channels, epsilon: epsilon,
      pool: site.pool)
  }

  /// The parameters of this layer, of which `parameters` begins with the first.
  func values(in parameters: ArraySlice<UnsafeMutablePointer<Float>>) -> Values {
    var rest = parameters
    let gamma = hasGamma ? rest.removeFirst() : nil
    let beta = hasBeta ? rest.removeFirst() : nil
    return Values(
      gamma: gamma.map { UnsafePointer($0) }, beta: beta.map { UnsafePointer($0) },
      movingMean: rest.removeFirst(), movingVariance: rest.removeFirst())
  }

  /// Where the gradients of gamma and beta go, of which `gradients` begins with the first.
  func gradients(
    in gradients: ArraySlice<UnsafeMutablePointer<Float>?>
  ) -> (gamma: UnsafeMutablePointer<Float>?, beta: UnsafeMutablePointer<Float>?) {
    var rest = gradients
    let gamma = hasGamma ? rest.removeFirst() : nil
    return (gamma, hasBeta ? rest.removeFirst() : nil)
  }

  struct Values {
    let gamma: UnsafePointer<Float>?
    let beta: UnsafePointer<Float>?
    let movingMean: UnsafeMutablePointer<Float>
    let movingVariance: UnsafeMutablePointer<Float>

    func inferenceAffine(_ kernel: BatchNormalizationKernel) -> ChannelAffine {
      kernel.inferenceAffine(
        gamma: gamma, beta: beta, movingMean: movingMean, movingVariance: movingVariance)
    }
  }
}

private final class BatchNormalizationOperation: Operation {
  private let kernel: BatchNormalizationKernel
  private let layer: BatchNormalization
  private let mode: OperationSite.Mode

  init(_ layer: BatchNormalization, _ site: OperationSite) {
    kernel = layer.makeKernel(at: site)
    self.layer = layer
    mode = site.mode
  }

  var savedCount: Int { mode == .training ? kernel.savedCount : 0 }
  var backwardReads: BackwardReads {
    mode == .training || layer.activation != .linear ? .inputs : []
  }
  var canRunInPlace: Bool { mode == .inference }

  func forward(_ pass: ForwardPass) {
    let values = layer.values(in: pass.parameters[...])
    switch mode {
    case .training:
      kernel.forwardTraining(
        input: pass.inputs[0], gamma: values.gamma, beta: values.beta,
        movingMean: values.movingMean, movingVariance: values.movingVariance,
        momentum: layer.momentum, activation: layer.activation, output: pass.output,
        saved: pass.saved!)
    case .inference:
      kernel.forwardInference(
        input: pass.inputs[0], gamma: values.gamma, beta: values.beta,
        movingMean: values.movingMean, movingVariance: values.movingVariance,
        activation: layer.activation, output: pass.output)
    }
  }

  func backward(_ pass: BackwardPass) {
    let values = layer.values(in: pass.parameters[...])
    switch mode {
    case .training:
      let gradients = layer.gradients(in: pass.parameterGradients[...])
      kernel.backwardTraining(
        input: pass.inputs[0], outputGradient: pass.outputGradient, gamma: values.gamma,
        beta: values.beta, activation: layer.activation, saved: pass.saved!,
        inputGradient: pass.inputGradients[0],
        gammaGradient: gradients.gamma, betaGradient: gradients.beta)
    case .inference:
      // Without an activation it is a factor for each channel: the input's values do not matter and
      // need not be kept, so the gradient stands in for them.
      kernel.backwardInference(
        input: layer.activation == .linear ? UnsafePointer(pass.outputGradient) : pass.inputs[0],
        outputGradient: pass.outputGradient, gamma: values.gamma, beta: values.beta,
        movingMean: values.movingMean, movingVariance: values.movingVariance,
        activation: layer.activation, inputGradient: pass.inputGradients[0], gammaGradient: nil,
        betaGradient: nil)
    }
  }
}
