import Foundation

/// Softmax cross-entropy on logits `[rows, outputs]` with integer labels.
///
/// `outputs` may exceed `classes`: the surplus outputs take part in the softmax, but are never a
/// target, and label smoothing gives them nothing.
package struct SoftmaxCrossEntropy: Hashable, Sendable {
  package let outputs: Int
  package let classes: Int
  /// s in target = (1 − s) · one-hot + s / classes; 0 to 1.
  package let labelSmoothing: Float

  package init(outputs: Int, classes: Int? = nil, labelSmoothing: Float = 0) {
    self.outputs = outputs
    self.classes = classes ?? outputs
    self.labelSmoothing = labelSmoothing
    precondition(self.classes > 0 && self.classes <= outputs, "\(self.classes) of \(outputs)")
  }

  /// Computes each row's loss and, where wanted, the gradient of the batch's mean loss.
  ///
  /// - Parameters:
  ///   - labels: one a row, in `0..<classes`.
  ///   - losses: one a row.
  ///   - gradient: `[rows, outputs]`, `(softmax − target) / rows`; may be the logits' memory.
  package func evaluate(
    rows: Int, logits: UnsafePointer<Float>, labels: UnsafePointer<Int32>,
    losses: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>?, pool: WorkerPool
  ) -> ClassificationCounts {
    pool.reserveScratch(outputs)
    return ClassificationCounts.sum(rows: rows, outputs: outputs, pool: pool) { row, worker in
      let x = logits + row * outputs
      let label = Int(labels[row])
      // Before the gradient, which may take the logits' place.
      let counts = ClassificationCounts(row: x, outputs: outputs, label: label)
      let target = gradient.map { $0 + row * outputs } ?? pool.scratch(of: worker)
      losses[row] = evaluate(x, label: label, gradient: target, scale: 1 / Float(rows))
      return counts
    }
  }

  /// One row's loss; leaves its gradient, times `scale`, in memory that may be the logits'.
  private func evaluate(
    _ x: UnsafePointer<Float>, label: Int, gradient: UnsafeMutablePointer<Float>, scale: Float
  ) -> Float {
    let share = labelSmoothing / Float(classes)
    let labelLogit = x[label]
    var mean = 0.0
    if labelSmoothing > 0 {
      for o in 0..<classes { mean += Double(x[o]) }
      mean /= Double(classes)
    }
    let (largest, sum) = SoftmaxKernel.exponentials(outputs, x, gradient)
    let logSum = Double(largest) + log(Double(sum))
    let target = Double(1 - labelSmoothing) * Double(labelLogit) + Double(labelSmoothing) * mean
    let factor = scale / sum
    let smoothed = -share * scale
    mapVectors(0..<classes, gradient, gradient) { $0 * factor + smoothed }
    mapVectors(classes..<outputs, gradient, gradient) { $0 * factor }
    gradient[label] -= (1 - labelSmoothing) * scale
    return Float(logSum - target)
  }
}
