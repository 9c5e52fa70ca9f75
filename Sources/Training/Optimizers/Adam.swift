import Kernels

/// Adam (Kingma and Ba, arXiv:1412.6980), and AdamW (Loshchilov and Hutter, arXiv:1711.05101). The
/// momentum that a person sets is β₁.
struct Adam: Optimizer {
  var beta2: Float = 0.999
  var epsilon: Float = 1e-7

  let slots = [OptimizerSlot(name: "momentum"), OptimizerSlot(name: "velocity")]

  func update(
    _ target: Update.Target, slots: [UnsafeMutablePointer<Float>?], step: Int, momentum: Float,
    pool: WorkerPool
  ) -> Update.Squares {
    Update.adam(
      target, mean: slots[0]!, variance: slots[1]!, step: step, beta1: momentum, beta2: beta2,
      epsilon: epsilon, pool: pool)
  }
}
