import Kernels

/// Adadelta (Zeiler, arXiv:1212.5701), with a learning rate as Keras has it.
struct Adadelta: Optimizer {
  var rho: Float = 0.95
  var epsilon: Float = 1e-7

  let slots = [
    OptimizerSlot(name: "accumulated_grad"), OptimizerSlot(name: "accumulated_delta_var"),
  ]

  func update(
    _ target: Update.Target, slots: [UnsafeMutablePointer<Float>?], step: Int, momentum: Float,
    pool: WorkerPool
  ) -> Update.Squares {
    Update.adadelta(
      target, gradientAverage: slots[0]!, updateAverage: slots[1]!, rho: rho, epsilon: epsilon,
      pool: pool)
  }
}
