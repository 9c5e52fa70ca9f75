import EngineInterface
import Kernels

/// A rule that moves one parameter by its gradient: Keras 3's formulas and defaults.
protocol Optimizer: Sendable {
  /// What it remembers of each parameter, as checkpoints name it, with the value it starts from.
  var slots: [OptimizerSlot] { get }

  /// Whether slot `index` is there from a parameter's first step on; otherwise it comes when it is
  /// first needed, and then stays.
  func needsSlot(_ index: Int, momentum: Float) -> Bool

  /// - Parameters:
  ///   - slots: as many as `slots`; `nil` for one that has not been needed yet.
  ///   - step: the parameter's own count, 1 for its first step.
  func update(
    _ target: Update.Target, slots: [UnsafeMutablePointer<Float>?], step: Int, momentum: Float,
    pool: WorkerPool
  ) -> Update.Squares
}

struct OptimizerSlot: Sendable, Equatable {
  var name: String
  var initialValue: Float = 0
}

extension Optimizer {
  func needsSlot(_ index: Int, momentum: Float) -> Bool { true }
}

extension OptimizerKind {
  func makeOptimizer(nesterov: Bool) -> any Optimizer {
    switch self {
    case .sgd: SGD(nesterov: nesterov)
    case .rmsprop: RMSprop()
    case .adagrad: Adagrad()
    case .adadelta: Adadelta()
    // The same formula: AdamW is Adam with a weight decay by default, which is decoupled in both.
    case .adam, .adamw: Adam()
    }
  }
}
