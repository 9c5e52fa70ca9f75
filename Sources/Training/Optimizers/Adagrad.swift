import Kernels

/// Adagrad (Duchi et al., JMLR 12, 2011).
struct Adagrad: Optimizer {
  var epsilon: Float = 1e-7

  let slots = [OptimizerSlot(name: "accumulator", initialValue: 0.1)]

  func update(
    _ target: Update.Target, slots: [UnsafeMutablePointer<Float>?], step: Int, momentum: Float,
    pool: WorkerPool
  ) -> Update.Squares {
    Update.adagrad(target, accumulator: slots[0]!, epsilon: epsilon, pool: pool)
  }
}
