import Kernels

/// RMSprop (Hinton, "Neural networks for machine learning", lecture 6, 2012), not centred.
struct RMSprop: Optimizer {
  var rho: Float = 0.9
  var epsilon: Float = 1e-7

  let slots = [OptimizerSlot(name: "velocity"), OptimizerSlot(name: "momentum")]

  func needsSlot(_ index: Int, momentum: Float) -> Bool { index == 0 || momentum != 0 }

  func update(
    _ target: Update.Target, slots: [UnsafeMutablePointer<Float>?], step: Int, momentum: Float,
    pool: WorkerPool
  ) -> Update.Squares {
    Update.rmsprop(
      target, average: slots[0]!, velocity: slots[1], rho: rho, momentum: momentum,
      epsilon: epsilon, pool: pool)
  }
}
