import Kernels

/// Normalisation of groups of an image's channels by their own mean and variance (Wu and He,
/// arXiv:1803.08494). One group for each channel is instance normalisation; a single one is layer
/// normalisation over the whole image with factors for its channels.
package struct GroupNormalization: Layer {
  package static let kind = "GroupNormalization"

  /// `nil`: one for each channel.
  package var groups: Int?
  /// Added to the variance. Keras' default; Torch's is 1e-5.
  package var epsilon: Float
  package var hasGamma: Bool
  package var hasBeta: Bool

  package init(
    groups: Int?, epsilon: Float = 1e-3, hasGamma: Bool = true, hasBeta: Bool = true
  ) {
    self.groups = groups
    self.epsilon = epsilon
    self.hasGamma = hasGamma
    self.hasBeta = hasBeta
  }

  package var detail: String { groups.map { "÷\($0)" } ?? "by channel" }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs)
    if let groups {
      try Shape.check(groups, in: 1...Shape.dimensionLimit, "a number of groups")
      guard input.channels % groups == 0 else {
        throw ShapeError(
          expected: "channels that \(groups) groups divide", found: "\(input.channels)")
      }
    }
    return input
  }

  /// `gamma` and `beta`, where it has them.
  package func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
    ParameterSpecification.scaleAndOffset(
      [inputs[0].channels], hasGamma: hasGamma, hasBeta: hasBeta)
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    GroupNormalizationOperation(self, site)
  }
}

private final class GroupNormalizationOperation: Operation {
  private let layer: GroupNormalization
  private let kernel: GroupNormalizationKernel

  init(_ layer: GroupNormalization, _ site: OperationSite) {
    self.layer = layer
    kernel = GroupNormalizationKernel(
      batch: site.batch, positions: site.output.positions, channels: site.output.channels,
      groups: layer.groups ?? site.output.channels, epsilon: layer.epsilon, pool: site.pool)
  }

  var backwardReads: BackwardReads { .inputs }
  var savedCount: Int { kernel.savedCount }

  func forward(_ pass: ForwardPass) {
    kernel.forward(
      input: pass.inputs[0], gamma: gamma(pass.parameters),
      beta: layer.hasBeta ? UnsafePointer(pass.parameters[layer.hasGamma ? 1 : 0]) : nil,
      output: pass.output, saved: pass.saved)
  }

  func backward(_ pass: BackwardPass) {
    kernel.backward(
      input: pass.inputs[0], outputGradient: pass.outputGradient, gamma: gamma(pass.parameters),
      saved: pass.saved!, inputGradient: pass.inputGradients[0],
      gammaGradient: layer.hasGamma ? pass.parameterGradients[0] : nil,
      betaGradient: layer.hasBeta ? pass.parameterGradients[layer.hasGamma ? 1 : 0] : nil)
  }

  private func gamma(_ parameters: [UnsafeMutablePointer<Float>]) -> UnsafePointer<Float>? {
    layer.hasGamma ? UnsafePointer(parameters[0]) : nil
  }
}
