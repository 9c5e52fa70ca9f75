import Kernels

/// x · scale + offset, with one pair for all channels or one for each: the preparation of pixels
/// that some models carry inside (Keras' `Rescaling` and `Normalization`).
package struct Rescaling: Layer {
  package static let kind = "Rescaling"

  /// One value, or one for each channel.
  package var scale: [Float]
  package var offset: [Float]

  package init(scale: [Float], offset: [Float]) {
    self.scale = scale
    self.offset = offset
  }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs)
    for count in [scale.count, offset.count] where count != 1 && count != input.channels {
      throw ShapeError(expected: "1 or \(input.channels) factors and offsets", found: "\(count)")
    }
    return input
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    RescalingOperation(self, site)
  }
}

/// A batch normalisation in inference mode, of mean 0 and variance 1.
private final class RescalingOperation: Operation {
  private let kernel: BatchNormalizationKernel
  private let scale: FloatBuffer
  private let offset: FloatBuffer
  private let mean: FloatBuffer
  private let variance: FloatBuffer

  init(_ layer: Rescaling, _ site: OperationSite) {
    let channels = site.output.channels
    func spread(_ values: [Float]) -> FloatBuffer {
      FloatBuffer(values.count == 1 ? Array(repeating: values[0], count: channels) : values)
    }
    kernel = BatchNormalizationKernel(
      rows: site.batch * site.output.positions, channels: channels, epsilon: 0, pool: site.pool)
    scale = spread(layer.scale)
    offset = spread(layer.offset)
    mean = spread([0])
    variance = spread([1])
  }

  var backwardReads: BackwardReads { [] }
  var canRunInPlace: Bool { true }

  func forward(_ pass: ForwardPass) {
    kernel.forwardInference(
      input: pass.inputs[0], gamma: scale.pointer, beta: offset.pointer, movingMean: mean.pointer,
      movingVariance: variance.pointer, output: pass.output)
  }

  func backward(_ pass: BackwardPass) {
    // A factor for each channel: the gradient stands in for the input, whose values do not matter.
    kernel.backwardInference(
      input: pass.outputGradient, outputGradient: pass.outputGradient, gamma: scale.pointer,
      beta: offset.pointer, movingMean: mean.pointer, movingVariance: variance.pointer,
      inputGradient: pass.inputGradients[0], gammaGradient: nil, betaGradient: nil)
  }
}
