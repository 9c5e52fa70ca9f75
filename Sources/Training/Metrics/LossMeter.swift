import EngineInterface
import Kernels

/// The loss of batches of logits, and what is counted beside it.
final class LossMeter {
  let loss: ClassificationLoss
  private var losses = FloatBuffer(count: 0)
  private let pool: WorkerPool

  init(_ loss: ClassificationLoss, pool: WorkerPool) {
    self.loss = loss
    self.pool = pool
  }

  /// The metrics of one batch.
  ///
  /// - Parameters:
  ///   - penalty: what the weights add to the loss of every row, as Keras reports it.
  ///   - gradient: where the gradient of the mean loss goes, if it is wanted.
  func evaluate(
    rows: Int, logits: UnsafePointer<Float>, labels: UnsafePointer<Int32>, penalty: Double = 0,
    gradient: UnsafeMutablePointer<Float>?
  ) -> MetricSums {
    if losses.count < rows { losses = FloatBuffer(count: rows) }
    let counts = loss.evaluate(
      rows: rows, logits: logits, labels: labels, losses: losses.pointer, gradient: gradient,
      pool: pool)
    var sum = penalty * Double(rows)
    for row in 0..<rows { sum += Double(losses.pointer[row]) }
    return MetricSums(loss: sum, counts: counts, samples: rows)
  }
}
