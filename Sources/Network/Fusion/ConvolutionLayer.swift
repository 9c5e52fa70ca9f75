import Kernels

/// A layer that runs as a `ConvolutionOperation`.
package protocol ConvolutionLayer: FusableLayer {
  /// What follows the convolution and its bias.
  var activation: Activation { get set }

  /// - Parameter normalization: a batch-norm with fixed statistics between bias and activation.
  func makeOperation(
    at site: OperationSite, normalization: BatchNormalization?
  ) -> ConvolutionOperation
}

extension ConvolutionLayer {
  package func makeOperation(at site: OperationSite) -> any Operation {
    makeOperation(at: site, normalization: nil)
  }

  package func fused(with next: any Layer, at site: FusionSite) -> (any Layer)? {
    guard activation == .linear else { return nil }
    switch next {
    case let next as ActivationLayer:
      var copy = self
      copy.activation = next.activation
      return copy
    case let next as BatchNormalization
    where site.mode == .training && site.nextMode == .training
      || site.nextMode == .inference && !site.needsGradient:
      return NormalizedConvolution(self, next)
    default: return nil
    }
  }
}

extension Conv2D: ConvolutionLayer {}
extension DepthwiseConv2D: ConvolutionLayer {}

/// A convolution with the batch-norm after it and the activation after that. Either both train, and
/// the batch's statistics are gathered as the convolution's outputs are written; or the statistics are
/// fixed (frozen layers, validation and prediction), and no gradient passes.
struct NormalizedConvolution<Convolution: ConvolutionLayer>: FusableLayer {
  static var kind: String { "\(Convolution.kind)+BatchNormalization" }

  private var convolution: Convolution
  private let normalization: BatchNormalization

  init(_ convolution: Convolution, _ normalization: BatchNormalization) {
    self.convolution = convolution
    self.convolution.activation = normalization.activation
    self.normalization = normalization
  }

  func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try convolution.outputShape(for: inputs)
  }

  func makeOperation(at site: OperationSite) -> any Operation {
    guard site.mode == .training else {
      return convolution.makeOperation(at: site, normalization: normalization)
    }
    var (plain, following) = (convolution, normalization)
    following.activation = plain.activation
    plain.activation = .linear
    return NormalizedConvolutionOperation(
      plain.makeOperation(at: site, normalization: nil), following, site)
  }

  func fused(with next: any Layer, at site: FusionSite) -> (any Layer)? {
    guard convolution.activation == .linear, let next = next as? ActivationLayer else { return nil }
    var copy = self
    copy.convolution.activation = next.activation
    return copy
  }
}
