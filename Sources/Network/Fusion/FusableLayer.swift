import Kernels

/// A layer that can do the work of the one after it as well, while its values are still in the
/// cache: one pass over memory less.
package protocol FusableLayer: Layer {
  /// This layer and `next`, the only one that reads it, as one layer whose parameters are this
  /// one's and then those of `next`; `nil` where they had better stay two. The numbers are the same
  /// to the bit going forward, but for the statistics of a batch: those are added up in other parts.
  func fused(with next: any Layer, at site: FusionSite) -> (any Layer)?
}

/// What two layers would be run for as one.
package struct FusionSite: Sendable {
  /// Of the first of them.
  package let mode: OperationSite.Mode
  /// Of the second.
  package let nextMode: OperationSite.Mode
  /// Whether the gradient passes them.
  package let needsGradient: Bool

  package init(
    mode: OperationSite.Mode, nextMode: OperationSite.Mode, needsGradient: Bool
  ) {
    self.mode = mode
    self.nextMode = nextMode
    self.needsGradient = needsGradient
  }
}
