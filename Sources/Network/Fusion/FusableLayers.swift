import Kernels

extension BatchNormalization: FusableLayer {
  package func fused(with next: any Layer, at site: FusionSite) -> (any Layer)? {
    // A frozen one that passes the gradient on keeps nothing for it, and would then have to.
    guard activation == .linear, let next = next as? ActivationLayer,
      site.mode == .training || !site.needsGradient
    else { return nil }
    var copy = self
    copy.activation = next.activation
    return copy
  }
}

extension Add: FusableLayer {
  package func fused(with next: any Layer, at site: FusionSite) -> (any Layer)? {
    // The sum is kept nowhere: the activation's gradient must do with the output.
    guard activation == .linear, let next = next as? ActivationLayer,
      next.activation.gradientSource != .input || !site.needsGradient
    else { return nil }
    var copy = self
    copy.activation = next.activation
    return copy
  }
}

extension Dense: FusableLayer {
  package func fused(with next: any Layer, at site: FusionSite) -> (any Layer)? {
    guard activation == .linear, !appliesSoftmax, let next = next as? ActivationLayer else {
      return nil
    }
    var copy = self
    copy.activation = next.activation
    return copy
  }
}
