import Kernels

/// A convolution and the batch-norm and activation after it, all of which train. The batch's
/// statistics are gathered as the convolution's outputs are written: normalising is then the only
/// other pass over them.
final class NormalizedConvolutionOperation: Operation {
  private let convolution: ConvolutionOperation
  private let layer: BatchNormalization
  private let kernel: BatchNormalizationKernel
  /// Floats of `saved` before the batch-norm's own: the convolution's outputs.
  private let outputCount: Int

  /// - Parameters:
  ///   - convolution: without an activation of its own.
  ///   - normalization: with the activation that follows it.
  init(
    _ convolution: ConvolutionOperation, _ normalization: BatchNormalization, _ site: OperationSite
  ) {
    self.convolution = convolution
    layer = normalization
    kernel = normalization.makeKernel(at: site)
    outputCount = (site.outputCount + 15) / 16 * 16
    convolution.reserveStatistics()
  }

  var multiplyAdds: Double { convolution.multiplyAdds }
  var savedCount: Int { outputCount + kernel.savedCount }
  var backwardReads: BackwardReads { .inputs }

  func forward(_ pass: ForwardPass) {
    let saved = pass.saved!
    let statistics = convolution.forwardGathering(pass, output: saved)
    let values = layer.values(in: pass.parameters.dropFirst(convolution.parameterCount))
    kernel.forwardTraining(
      input: saved, statistics: statistics, gamma: values.gamma, beta: values.beta,
      movingMean: values.movingMean, movingVariance: values.movingVariance,
      momentum: layer.momentum, activation: layer.activation, output: pass.output,
      saved: saved + outputCount)
  }

  func backward(_ pass: BackwardPass) {
    let saved = pass.saved!
    let first = convolution.parameterCount
    let values = layer.values(in: pass.parameters.dropFirst(first))
    let gradients = layer.gradients(in: pass.parameterGradients.dropFirst(first))
    kernel.backwardTraining(
      input: saved, outputGradient: pass.outputGradient, gamma: values.gamma, beta: values.beta,
      activation: layer.activation, saved: saved + outputCount,
      inputGradient: pass.outputGradient,
      gammaGradient: gradients.gamma, betaGradient: gradients.beta)
    convolution.backward(pass)
  }
}
