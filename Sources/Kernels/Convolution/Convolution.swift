/// A convolution prepared for one geometry: forward and both gradients.
///
/// The first entry of `ConvolutionImplementation.allCases` that can runs it: a rule that reads the
/// geometry and nothing else, so bits do not change from run to run.
///
/// A depthwise convolution is made the same way, with `groups == inputChannels`. The gradient of
/// the bias is `Reduction.sumRows` of the output's gradient.
package final class Convolution {
  package let geometry: ConvolutionGeometry
  /// Whether one product may span several images. Without, an image's output is the same bits
  /// alone as in any batch.
  package let crossesImages: Bool
  /// What runs it.
  package let implementation: ConvolutionImplementation
  private let kernel: any ConvolutionKernel

  /// - Parameter implementation: by default the rule chooses.
  package init(
    _ geometry: ConvolutionGeometry, crossesImages: Bool = true, pool: WorkerPool,
    implementation: ConvolutionImplementation? = nil
  ) {
    let implementation = implementation ?? ConvolutionImplementation.fastest(for: geometry)
    precondition(implementation.canRun(geometry), "\(implementation) cannot run \(geometry)")
    self.geometry = geometry
    self.crossesImages = crossesImages
    self.implementation = implementation
    kernel = implementation.makeKernel(geometry, crossesImages: crossesImages, pool: pool)
  }

  /// Prepares weights that will not change, such as a frozen layer's, for `forward` or
  /// `inputGradient` once and for all: from now on what is handed to that pass is not read.
  package func keep(weights: UnsafePointer<Float>, for pass: ConvolutionPass) {
    precondition(pass != .weightGradient, "the weight gradient reads no weights")
    kernel.keep(weights: weights, for: pass)
  }

  /// `output = activation(affine(input ∗ weights + bias))`. Output must not overlap input.
  package func forward(
    input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil,
    affine: ChannelAffine? = nil, activation: Activation = .linear,
    output: UnsafeMutablePointer<Float>
  ) {
    kernel.forward(
      input: input, weights: weights, bias: bias, affine: affine, activation: activation,
      output: output)
  }

  /// Overwrites `inputGradient`, which must not overlap `outputGradient`.
  package func inputGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    kernel.inputGradient(
      outputGradient: outputGradient, weights: weights, inputGradient: inputGradient)
  }

  /// Overwrites `weightGradient`.
  package func weightGradient(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    kernel.weightGradient(
      input: input, outputGradient: outputGradient, weightGradient: weightGradient)
  }
}
