import Kernels

/// Stochastic gradient descent, with momentum and Nesterov's variant of it.
struct SGD: Optimizer {
  var nesterov: Bool

  let slots = [OptimizerSlot(name: "momentum")]

  func needsSlot(_ index: Int, momentum: Float) -> Bool { momentum != 0 }

  func update(
    _ target: Update.Target, slots: [UnsafeMutablePointer<Float>?], step: Int, momentum: Float,
    pool: WorkerPool
  ) -> Update.Squares {
    Update.sgd(target, velocity: slots[0], momentum: momentum, nesterov: nesterov, pool: pool)
  }
}
