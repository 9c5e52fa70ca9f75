import Kernels

/// A factor and an offset for each channel that are learned, as a batch normalisation of fixed mean 0
/// and variance 1.
final class ChannelAffineOperation: Operation {
  private let kernel: BatchNormalizationKernel
  private let zeros: FloatBuffer
  private let ones: FloatBuffer
  private let hasGamma: Bool
  private let hasBeta: Bool

  init(hasGamma: Bool, hasBeta: Bool, _ site: OperationSite) {
    let channels = site.output.channels
    kernel = BatchNormalizationKernel(
      rows: site.batch * site.output.positions, channels: channels, epsilon: 0, pool: site.pool)
    zeros = FloatBuffer(count: channels)
    ones = FloatBuffer(Array(repeating: 1, count: channels))
    self.hasGamma = hasGamma
    self.hasBeta = hasBeta
  }

  var backwardReads: BackwardReads { .inputs }

  func forward(_ pass: ForwardPass) {
    let (gamma, beta) = values(pass.parameters)
    kernel.forwardInference(
      input: pass.inputs[0], gamma: gamma, beta: beta, movingMean: zeros.pointer,
      movingVariance: ones.pointer, output: pass.output)
  }

  func backward(_ pass: BackwardPass) {
    let (gamma, beta) = values(pass.parameters)
    kernel.backwardInference(
      input: pass.inputs[0], outputGradient: pass.outputGradient, gamma: gamma, beta: beta,
      movingMean: zeros.pointer, movingVariance: ones.pointer,
      inputGradient: pass.inputGradients[0],
      gammaGradient: hasGamma ? pass.parameterGradients[0] : nil,
      betaGradient: hasBeta ? pass.parameterGradients[hasGamma ? 1 : 0] : nil)
  }

  private func values(_ parameters: [UnsafeMutablePointer<Float>])
    -> (gamma: UnsafePointer<Float>, beta: UnsafePointer<Float>)
  {
    (
      hasGamma ? UnsafePointer(parameters[0]) : UnsafePointer(ones.pointer),
      hasBeta ? UnsafePointer(parameters[hasGamma ? 1 : 0]) : UnsafePointer(zeros.pointer)
    )
  }
}
