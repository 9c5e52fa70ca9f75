/// What training minimises over a batch of logits and labels.
package enum ClassificationLoss: Hashable, Sendable {
  /// One class out of all: the outputs compete.
  case softmax(SoftmaxCrossEntropy)
  /// A yes or no at each output.
  case binary(BinaryCrossEntropy)

  /// Labels are below it.
  package var classes: Int {
    switch self {
    case .softmax(let loss): loss.classes
    case .binary(let loss): loss.classes
    }
  }

  /// Values in a row of logits.
  package var outputs: Int {
    switch self {
    case .softmax(let loss): loss.outputs
    case .binary(let loss): loss.outputs
    }
  }

  /// The class that one row of logits says: the first of the largest, and at one sigmoid the side of one
  /// half; `nil` where something is no number.
  package func answer(_ row: UnsafePointer<Float>) -> Int? {
    if outputs == 1, isBinary { return row[0].isNaN ? nil : row[0] > 0 ? 1 : 0 }
    var best = 0
    for output in 0..<outputs {
      if row[output].isNaN { return nil }
      if row[output] > row[best] { best = output }
    }
    return best
  }

  package var isBinary: Bool { if case .binary = self { true } else { false } }

  /// Computes each row's loss and, where wanted, the gradient of the batch's mean loss.
  ///
  /// - Parameters:
  ///   - logits: `[rows, outputs]`
  ///   - labels: one a row, the number of its class.
  ///   - losses: one a row.
  ///   - gradient: `[rows, outputs]`; may be the logits' memory.
  package func evaluate(
    rows: Int, logits: UnsafePointer<Float>, labels: UnsafePointer<Int32>,
    losses: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>?, pool: WorkerPool
  ) -> ClassificationCounts {
    switch self {
    case .softmax(let loss):
      loss.evaluate(
        rows: rows, logits: logits, labels: labels, losses: losses, gradient: gradient, pool: pool)
    case .binary(let loss):
      loss.evaluate(
        rows: rows, logits: logits, labels: labels, losses: losses, gradient: gradient, pool: pool)
    }
  }
}
