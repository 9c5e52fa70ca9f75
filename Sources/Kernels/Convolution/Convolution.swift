/// A convolution prepared for one geometry: forward and both gradients.
///
/// Each pass runs the first entry of `ConvolutionImplementation.allCases` that applies, a rule
/// that reads the geometry and nothing else, so bits do not change from run to run.
///
/// A depthwise convolution is made the same way, with `groups == inputChannels`. The gradient of
/// the bias is `Reduction.sumRows` of the output's gradient.
package final class Convolution {
  package let geometry: ConvolutionGeometry
  /// Whether one product may span several images. Without, an image's output is the same bits
  /// alone as in any batch.
  package let crossesImages: Bool
  /// What runs each pass.
  package let implementations: [ConvolutionPass: ConvolutionImplementation]

  private let forwardKernel: any ConvolutionKernel
  private let inputGradientKernel: any ConvolutionKernel
  private let weightGradientKernel: any ConvolutionKernel

  /// - Parameter implementation: runs every pass with this one; by default the rule chooses.
  package init(
    _ geometry: ConvolutionGeometry, crossesImages: Bool = true, pool: WorkerPool,
    implementation: ConvolutionImplementation? = nil
  ) {
    self.geometry = geometry
    self.crossesImages = crossesImages
    var chosen: [ConvolutionPass: ConvolutionImplementation] = [:]
    var kernels: [ConvolutionImplementation: any ConvolutionKernel] = [:]
    for pass in ConvolutionPass.allCases {
      let choice =
        implementation ?? ConvolutionImplementation.fastest(for: geometry, pass: pass)
      precondition(choice.applies(to: geometry, pass: pass), "\(choice) cannot run \(geometry)")
      chosen[pass] = choice
      if kernels[choice] == nil {
        kernels[choice] = choice.makeKernel(geometry, crossesImages: crossesImages, pool: pool)
      }
    }
    implementations = chosen
    forwardKernel = kernels[chosen[.forward]!]!
    inputGradientKernel = kernels[chosen[.inputGradient]!]!
    weightGradientKernel = kernels[chosen[.weightGradient]!]!
  }

  /// Prepares weights that will not change, such as a frozen layer's, for `forward` or
  /// `inputGradient` once and for all: from now on what is handed to that pass is not read.
  package func keep(weights: UnsafePointer<Float>, for pass: ConvolutionPass) {
    switch pass {
    case .forward: forwardKernel.keep(weights: weights, for: pass)
    case .inputGradient: inputGradientKernel.keep(weights: weights, for: pass)
    case .weightGradient: preconditionFailure("the weight gradient reads no weights")
    }
  }

  /// `output = activation(input ∗ weights + bias)`. Output must not overlap input.
  package func forward(
    input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil,
    activation: Activation = .linear, output: UnsafeMutablePointer<Float>
  ) {
    forwardKernel.forward(
      input: input, weights: weights, bias: bias, activation: activation, output: output)
  }

  /// Overwrites `inputGradient`, which must not overlap `outputGradient`.
  package func inputGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    inputGradientKernel.inputGradient(
      outputGradient: outputGradient, weights: weights, inputGradient: inputGradient)
  }

  /// Overwrites `weightGradient`.
  package func weightGradient(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    weightGradientKernel.weightGradient(
      input: input, outputGradient: outputGradient, weightGradient: weightGradient)
  }
}
