import Kernels

/// x where positive, else alpha · x, with alphas that are learned (He et al., arXiv:1502.01852).
package struct PReLU: Layer {
  package static let kind = "PReLU"

  /// Whether the alphas are one for each channel, and not one for each value of an image.
  package var isShared: Bool

  package init(isShared: Bool) {
    self.isShared = isShared
  }

  package var detail: String { isShared ? "by channel" : "" }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try only(inputs)
  }

  /// Shared ones keep axes of length 1, as Keras does.
  package func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
    let ones = [Int](repeating: 1, count: inputs[0].rank - 1)
    return [
      ParameterSpecification(
        name: "alpha", role: .alpha,
        shape: isShared ? ones + [inputs[0].channels] : inputs[0].dimensions, initializer: .zeros)
    ]
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    PReLUOperation(self, site)
  }
}

private final class PReLUOperation: Operation {
  private let kernel: ParametricReLU
  private let pool: WorkerPool

  init(_ layer: PReLU, _ site: OperationSite) {
    kernel = ParametricReLU(
      batch: site.batch, positions: site.output.positions, channels: site.output.channels,
      isShared: layer.isShared)
    pool = site.pool
  }

  var backwardReads: BackwardReads { .inputs }

  func forward(_ pass: ForwardPass) {
    kernel.forward(
      input: pass.inputs[0], alpha: pass.parameters[0], output: pass.output, pool: pool)
  }

  func backward(_ pass: BackwardPass) {
    if let gradient = pass.parameterGradients[0] {
      kernel.alphaGradient(
        input: pass.inputs[0], outputGradient: pass.outputGradient, alphaGradient: gradient,
        pool: pool)
    }
    if let gradient = pass.inputGradients[0] {
      kernel.inputGradient(
        input: pass.inputs[0], alpha: pass.parameters[0], outputGradient: pass.outputGradient,
        inputGradient: gradient, pool: pool)
    }
  }
}
