/// One step of an optimiser on one parameter: Keras 3's formulas.
///
/// State arrays are as long as the parameter. `rate` is the learning rate in force. Weight decay
/// is decoupled and comes first: `w −= w · weightDecay · rate`, as Keras' optimisers do it.
package enum Update {
  /// What all optimisers share.
  package struct Target {
    package let count: Int
    package let weights: UnsafeMutablePointer<Float>
    package let gradient: UnsafePointer<Float>
    package let rate: Float
    package let weightDecay: Float

    package init(
      count: Int, weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
      rate: Float, weightDecay: Float = 0
    ) {
      self.count = count
      self.weights = weights
      self.gradient = gradient
      self.rate = rate
      self.weightDecay = weightDecay
    }
  }

  /// `v = momentum · v − rate · g`; `w += v`, with Nesterov `w += momentum · v − rate · g`.
  /// Without velocity: `w −= rate · g`.
  package static func sgd(
    _ target: Target, velocity: UnsafeMutablePointer<Float>?, momentum: Float, nesterov: Bool,
    pool: WorkerPool
  ) {
    Reference.sgd(target, velocity: velocity, momentum: momentum, nesterov: nesterov)
  }

  /// `a = rho · a + (1 − rho) · g²`; step `rate · g / √(a + ε)`, through `momentum` where not 0.
  package static func rmsprop(
    _ target: Target, average: UnsafeMutablePointer<Float>,
    velocity: UnsafeMutablePointer<Float>?, rho: Float, momentum: Float, epsilon: Float,
    pool: WorkerPool
  ) {
    Reference.rmsprop(
      target, average: average, velocity: velocity, rho: rho, momentum: momentum,
      epsilon: epsilon)
  }

  /// `a += g²`; `w −= rate · g / √(a + ε)`. Keras starts `a` at 0.1.
  package static func adagrad(
    _ target: Target, accumulator: UnsafeMutablePointer<Float>, epsilon: Float, pool: WorkerPool
  ) {
    Reference.adagrad(target, accumulator: accumulator, epsilon: epsilon)
  }

  /// `a = rho · a + (1 − rho) · g²`; `d = −√(u + ε) · g / √(a + ε)`;
  /// `u = rho · u + (1 − rho) · d²`; `w += rate · d`.
  package static func adadelta(
    _ target: Target, gradientAverage: UnsafeMutablePointer<Float>,
    updateAverage: UnsafeMutablePointer<Float>, rho: Float, epsilon: Float, pool: WorkerPool
  ) {
    Reference.adadelta(
      target, gradientAverage: gradientAverage, updateAverage: updateAverage, rho: rho,
      epsilon: epsilon)
  }

  /// Adam; AdamW is the same with a weight decay.
  ///
  /// `m += (g − m)(1 − β₁)`; `v += (g² − v)(1 − β₂)`; `w −= m · α / (√v + ε)` with
  /// `α = rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ)`.
  ///
  /// - Parameter step: t, 1 for the parameter's first step.
  package static func adam(
    _ target: Target, mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>,
    step: Int, beta1: Float, beta2: Float, epsilon: Float, pool: WorkerPool
  ) {
    Reference.adam(
      target, mean: mean, variance: variance, step: step, beta1: beta1, beta2: beta2,
      epsilon: epsilon)
  }

  /// Scales every unit (column of `[rows, units]`) whose norm is above `limit` down to it:
  /// `w · min(norm, limit) / (1e-7 + norm)`, as Keras' `MaxNorm` (which also touches the units
  /// below by the 1e-7; here they stay exactly as they are).
  ///
  /// - Returns: how many units were clipped.
  package static func maxNorm(
    rows: Int, units: Int, weights: UnsafeMutablePointer<Float>, limit: Float, pool: WorkerPool
  ) -> Int {
    Reference.maxNorm(rows: rows, units: units, weights: weights, limit: limit)
  }
}
