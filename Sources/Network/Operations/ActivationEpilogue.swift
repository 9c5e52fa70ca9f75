import Kernels

/// The activation at the end of a convolution, a dense layer or a sum: applied while the values are
/// still in cache, and gone through first on the way back.
struct ActivationEpilogue {
  private let activation: Activation
  private let count: Int
  private let pool: WorkerPool

  init(_ activation: Activation, _ site: OperationSite) {
    self.activation = activation
    count = site.outputCount
    pool = site.pool
  }

  /// Where the gradient needs what went into the activation, that is saved.
  var savedCount: Int { activation.gradientSource == .input ? count : 0 }
  var backwardReads: BackwardReads { activation.gradientSource == .output ? .output : [] }

  /// Runs `product(activation, output)`, which applies the activation that it is given.
  func forward(
    _ pass: ForwardPass, product: (Activation, UnsafeMutablePointer<Float>) -> Void
  ) {
    guard activation.gradientSource == .input, let saved = pass.saved else {
      return product(activation, pass.output)
    }
    product(.linear, saved)
    activation.forward(count: count, input: saved, output: pass.output, pool: pool)
  }

  /// Turns the output's gradient, in place, into the gradient of what went into the activation.
  func backward(_ pass: BackwardPass) {
    let source: UnsafePointer<Float>
    switch activation.gradientSource {
    case .nothing: return
    case .output: source = pass.output
    case .input: source = UnsafePointer(pass.saved!)
    }
    activation.backward(
      count: count, source: source, outputGradient: pass.outputGradient,
      inputGradient: pass.outputGradient, pool: pool)
  }
}
