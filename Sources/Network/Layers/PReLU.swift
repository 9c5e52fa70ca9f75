import Kernels

/// x where positive, else alpha · x, with alphas that are learned (He et al., arXiv:1502.01852).
package struct PReLU: Layer {
  package static let kind = "PReLU"

  package enum Sharing: Hashable, Sendable {
    /// One alpha for each value of an image.
    case none
    /// One for each channel.
    case positions
    /// One for all: Caffe's `channel_shared`, Torch's default.
    case all
  }

  package var sharing: Sharing

  package init(sharing: Sharing) {
    self.sharing = sharing
  }

  /// - Parameter isShared: whether the alphas are one for each channel, and not one for each value.
  package init(isShared: Bool) {
    sharing = isShared ? .positions : .none
  }

  package var detail: String {
    switch sharing {
    case .none: ""
    case .positions: "by channel"
    case .all: "one slope"
    }
  }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try only(inputs)
  }

  /// Those of channels keep axes of length 1, as Keras does; one for all is `[1]`.
  package func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
    let ones = [Int](repeating: 1, count: inputs[0].rank - 1)
    let shape: [Int]
    switch sharing {
    case .none: shape = inputs[0].dimensions
    case .positions: shape = ones + [inputs[0].channels]
    case .all: shape = [1]
    }
    return [
      ParameterSpecification(name: "alpha", role: .alpha, shape: shape, initializer: .zeros)
    ]
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    PReLUOperation(self, site)
  }
}

private final class PReLUOperation: Operation {
  private let kernel: ParametricReLU
  /// The one alpha for each channel, or its gradient from each; `nil` where it is not one for all.
  private let spread: FloatBuffer?
  private let pool: WorkerPool

  init(_ layer: PReLU, _ site: OperationSite) {
    kernel = ParametricReLU(
      batch: site.batch, positions: site.output.positions, channels: site.output.channels,
      isShared: layer.sharing != .none)
    spread = layer.sharing == .all ? FloatBuffer(count: site.output.channels) : nil
    pool = site.pool
  }

  var backwardReads: BackwardReads { .inputs }

  func forward(_ pass: ForwardPass) {
    kernel.forward(
      input: pass.inputs[0], alpha: alpha(pass.parameters[0]), output: pass.output, pool: pool)
  }

  func backward(_ pass: BackwardPass) {
    if let gradient = pass.parameterGradients[0] {
      kernel.alphaGradient(
        input: pass.inputs[0], outputGradient: pass.outputGradient,
        alphaGradient: spread?.pointer ?? gradient, pool: pool)
      if let spread { gradient[0] = Float(spread.values.reduce(0.0) { $0 + Double($1) }) }
    }
    if let gradient = pass.inputGradients[0] {
      kernel.inputGradient(
        input: pass.inputs[0], alpha: alpha(pass.parameters[0]),
        outputGradient: pass.outputGradient, inputGradient: gradient, pool: pool)
    }
  }

  private func alpha(_ parameter: UnsafeMutablePointer<Float>) -> UnsafePointer<Float> {
    guard let spread else { return UnsafePointer(parameter) }
    spread.pointer.update(repeating: parameter[0], count: spread.count)
    return UnsafePointer(spread.pointer)
  }
}
