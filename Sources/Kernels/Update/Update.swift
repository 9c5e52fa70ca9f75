import Foundation

/// One step of an optimiser on one parameter: Keras 3's formulas.
///
/// State arrays are as long as the parameter. `rate` is the learning rate in force. Weight decay
/// is decoupled and comes first: `w −= w · weightDecay · rate`, as Keras' optimisers do it. Every
/// update is one pass over memory, and returns the norms that it met on the way.
package enum Update {
  /// What all optimisers share.
  package struct Target {
    package let count: Int
    package let weights: UnsafeMutablePointer<Float>
    package let gradient: UnsafePointer<Float>
    /// What the gradient is multiplied by before use: below 1 where its norm was clipped.
    package let gradientScale: Float
    package let rate: Float
    package let weightDecay: Float

    package init(
      count: Int, weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
      gradientScale: Float = 1, rate: Float, weightDecay: Float = 0
    ) {
      self.count = count
      self.weights = weights
      self.gradient = gradient
      self.gradientScale = gradientScale
      self.rate = rate
      self.weightDecay = weightDecay
    }
  }

  /// `v = momentum · v − rate · g`; `w += v`, with Nesterov `w += momentum · v − rate · g`.
  /// Without velocity: `w −= rate · g`.
  @discardableResult
  package static func sgd(
    _ target: Target, velocity: UnsafeMutablePointer<Float>?, momentum: Float, nesterov: Bool,
    pool: WorkerPool
  ) -> Squares {
    let rule = SGDRule(
      rate: target.rate, momentum: velocity == nil ? 0 : momentum,
      nesterov: velocity != nil && nesterov)
    return apply(rule, to: target, first: velocity, pool: pool)
  }

  /// `a = rho · a + (1 − rho) · g²`; step `rate · g / √(a + ε)`, through `momentum` where there is a
  /// velocity.
  @discardableResult
  package static func rmsprop(
    _ target: Target, average: UnsafeMutablePointer<Float>,
    velocity: UnsafeMutablePointer<Float>?, rho: Float, momentum: Float, epsilon: Float,
    pool: WorkerPool
  ) -> Squares {
    let rule = RMSpropRule(
      rate: target.rate, rho: rho, momentum: velocity == nil ? 0 : momentum, epsilon: epsilon)
    return apply(rule, to: target, first: average, second: velocity, pool: pool)
  }

  /// `a += g²`; `w −= rate · g / √(a + ε)`. Keras starts `a` at 0.1.
  @discardableResult
  package static func adagrad(
    _ target: Target, accumulator: UnsafeMutablePointer<Float>, epsilon: Float, pool: WorkerPool
  ) -> Squares {
    let rule = AdagradRule(rate: target.rate, epsilon: epsilon)
    return apply(rule, to: target, first: accumulator, pool: pool)
  }

  /// `a = rho · a + (1 − rho) · g²`; `d = −√(u + ε) · g / √(a + ε)`;
  /// `u = rho · u + (1 − rho) · d²`; `w += rate · d`.
  @discardableResult
  package static func adadelta(
    _ target: Target, gradientAverage: UnsafeMutablePointer<Float>,
    updateAverage: UnsafeMutablePointer<Float>, rho: Float, epsilon: Float, pool: WorkerPool
  ) -> Squares {
    let rule = AdadeltaRule(rate: target.rate, rho: rho, epsilon: epsilon)
    return apply(rule, to: target, first: gradientAverage, second: updateAverage, pool: pool)
  }

  /// Adam; AdamW is the same with a weight decay.
  ///
  /// `m += (g − m)(1 − β₁)`; `v += (g² − v)(1 − β₂)`; `w −= m · α / (√v + ε)` with
  /// `α = rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ)`.
  ///
  /// - Parameter step: t, 1 for the parameter's first step.
  @discardableResult
  package static func adam(
    _ target: Target, mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>,
    step: Int, beta1: Float, beta2: Float, epsilon: Float, pool: WorkerPool
  ) -> Squares {
    let correction1 = 1 - pow(Double(beta1), Double(step))
    let correction2 = 1 - pow(Double(beta2), Double(step))
    let rule = AdamRule(
      alpha: Float(Double(target.rate) * correction2.squareRoot() / correction1), beta1: beta1,
      beta2: beta2, epsilon: epsilon)
    return apply(rule, to: target, first: mean, second: variance, pool: pool)
  }
}
