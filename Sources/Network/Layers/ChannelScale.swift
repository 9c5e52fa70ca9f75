import Kernels

/// A learned factor for each channel: ConvNeXt's `LayerScale` (arXiv:2103.17239).
package struct ChannelScale: Layer {
  package static let kind = "LayerScale"

  package init() {}

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try only(inputs)
  }

  package func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
    [
      ParameterSpecification(
        name: "gamma", role: .gamma, shape: [inputs[0].channels], initializer: .ones)
    ]
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    ChannelScaleOperation(site)
  }
}

/// A batch normalisation of fixed mean 0 and variance 1.
private final class ChannelScaleOperation: Operation {
  private let kernel: BatchNormalizationKernel
  private let zeros: FloatBuffer
  private let ones: FloatBuffer

  init(_ site: OperationSite) {
    let channels = site.output.channels
    kernel = BatchNormalizationKernel(
      rows: site.batch * site.output.positions, channels: channels, epsilon: 0, pool: site.pool)
    zeros = FloatBuffer(count: channels)
    ones = FloatBuffer(Array(repeating: 1, count: channels))
  }

  var backwardReads: BackwardReads { .inputs }

  func forward(_ pass: ForwardPass) {
    kernel.forwardInference(
      input: pass.inputs[0], gamma: pass.parameters[0], beta: zeros.pointer,
      movingMean: zeros.pointer, movingVariance: ones.pointer, output: pass.output)
  }

  func backward(_ pass: BackwardPass) {
    kernel.backwardInference(
      input: pass.inputs[0], outputGradient: pass.outputGradient, gamma: pass.parameters[0],
      beta: zeros.pointer, movingMean: zeros.pointer, movingVariance: ones.pointer,
      inputGradient: pass.inputGradients[0], gammaGradient: pass.parameterGradients[0],
      betaGradient: nil)
  }
}
