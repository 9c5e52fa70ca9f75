import Kernels

/// A layer at work at one place of a plan: it owns geometry, the chosen kernels and whatever they
/// prepare, and is thrown away with the plan. Buffers are handed in; an operation allocates
/// nothing while it runs.
package protocol Operation: AnyObject {
  /// What `backward` reads besides the output's gradient, for whichever gradients the site's mode
  /// can be asked for. The arena keeps nothing else alive.
  var backwardReads: BackwardReads { get }

  /// Floats that `forward` leaves for `backward` (statistics, arg-max indices), for the batch.
  var savedCount: Int { get }

  /// Whether the output may stand in the first input's memory, unless `backward` reads the inputs,
  /// and that input's gradient in the output's.
  var canRunInPlace: Bool { get }

  /// Multiply-adds of `forward` by the definition, whatever an implementation saves of them; each
  /// gradient takes as many. 0 where memory is what takes time.
  var multiplyAdds: Double { get }

  func forward(_ pass: ForwardPass)
  func backward(_ pass: BackwardPass)
}

extension Operation {
  package var multiplyAdds: Double { 0 }
  package var savedCount: Int { 0 }
  package var canRunInPlace: Bool { false }
}

package struct BackwardReads: OptionSet, Sendable {
  package let rawValue: Int
  package init(rawValue: Int) { self.rawValue = rawValue }
  package static let inputs = BackwardReads(rawValue: 1)
  package static let output = BackwardReads(rawValue: 2)
}

/// What an operation is made for.
package struct OperationSite {
  package let batch: Int
  package let inputs: [Shape]
  package let output: Shape
  /// `inference` for validation, and in training for every frozen layer: a frozen batch-norm uses
  /// its running statistics and leaves them alone.
  package let mode: Mode
  package let pool: WorkerPool

  package enum Mode: Sendable { case training, inference }

  /// Values of the output, for the whole batch.
  package var outputCount: Int { batch * output.count }
  /// Values of input `index`, for the whole batch.
  package func inputCount(_ index: Int = 0) -> Int { batch * inputs[index].count }

  package init(
    batch: Int, inputs: [Shape], output: Shape, mode: Mode, pool: WorkerPool
  ) {
    self.batch = batch
    self.inputs = inputs
    self.output = output
    self.mode = mode
    self.pool = pool
  }
}

/// One forward call. In inference mode an image's output is the same bits alone as in any batch: a
/// feature cache depends on it. All data is `[batch, shape…]`, channels last, contiguous; the batch is the
/// site's (an epoch's last, smaller batch gets a plan of its own).
package struct ForwardPass {
  package let inputs: [UnsafePointer<Float>]
  package let output: UnsafeMutablePointer<Float>
  /// In the order of `Layer.parameters(for:)`. Only batch-norm in training mode writes here.
  package let parameters: [UnsafeMutablePointer<Float>]
  /// `savedCount` floats, the same as in the backward call; `nil` where none will follow.
  package let saved: UnsafeMutablePointer<Float>?
  /// Keyed by (seed, purpose, step, layer); the operation draws by element.
  package let random: RandomStream

  package init(
    inputs: [UnsafePointer<Float>], output: UnsafeMutablePointer<Float>,
    parameters: [UnsafeMutablePointer<Float>], saved: UnsafeMutablePointer<Float>?,
    random: RandomStream
  ) {
    self.inputs = inputs
    self.output = output
    self.parameters = parameters
    self.saved = saved
    self.random = random
  }
}

/// One backward call.
package struct BackwardPass {
  /// Valid only where `backwardReads` asks for them.
  package let inputs: [UnsafePointer<Float>]
  package let output: UnsafePointer<Float>
  /// May be overwritten: nobody reads it after this call.
  package let outputGradient: UnsafeMutablePointer<Float>
  /// Where each input's gradient goes: overwritten, never added to (the plan sums at forks).
  /// `nil` where no one needs it.
  package let inputGradients: [UnsafeMutablePointer<Float>?]
  package let parameters: [UnsafeMutablePointer<Float>]
  /// Overwritten. All `nil` for a frozen layer; always `nil` for running statistics.
  package let parameterGradients: [UnsafeMutablePointer<Float>?]
  package let saved: UnsafeMutablePointer<Float>?
  /// The same stream as in the forward call: masks are drawn again, not kept.
  package let random: RandomStream

  package init(
    inputs: [UnsafePointer<Float>], output: UnsafePointer<Float>,
    outputGradient: UnsafeMutablePointer<Float>, inputGradients: [UnsafeMutablePointer<Float>?],
    parameters: [UnsafeMutablePointer<Float>],
    parameterGradients: [UnsafeMutablePointer<Float>?], saved: UnsafeMutablePointer<Float>?,
    random: RandomStream
  ) {
    self.inputs = inputs
    self.output = output
    self.outputGradient = outputGradient
    self.inputGradients = inputGradients
    self.parameters = parameters
    self.parameterGradients = parameterGradients
    self.saved = saved
    self.random = random
  }
}
