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

  /// What is known of a batch after `evaluate`.
  package struct Counts: Equatable, Sendable {
    /// Rows whose first largest logit is the label's.
    package var correct = 0
    /// Rows with fewer than five logits larger than the label's.
    package var topFive = 0

    package init(correct: Int = 0, topFive: Int = 0) {
      self.correct = correct
      self.topFive = topFive
    }
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
  ) -> Counts {
    withUnsafeTemporaryAllocation(of: Counts.self, capacity: max(rows, 1)) { memory in
      pool.reserveScratch(outputs)
      // Disjoint: each row has its own element, loss and gradient.
      nonisolated(unsafe) let counts = memory
      nonisolated(unsafe) let (losses, gradient) = (losses, gradient)
      let height = max(1, 8192 / outputs)
      pool.parallelFor((rows + height - 1) / height) { tile, worker in
        for row in tile * height..<min((tile + 1) * height, rows) {
          let x = logits + row * outputs
          let label = Int(labels[row])
          counts[row] = Self.count(x, outputs: outputs, label: label)
          let target = gradient.map { $0 + row * outputs } ?? pool.scratch(of: worker)
          losses[row] = evaluate(x, label: label, gradient: target, scale: 1 / Float(rows))
        }
      }
      var total = Counts()
      for row in 0..<rows {
        total.correct += counts[row].correct
        total.topFive += counts[row].topFive
      }
      return total
    }
  }

  private static func count(_ x: UnsafePointer<Float>, outputs: Int, label: Int) -> Counts {
    var larger = 0
    var isFirst = true
    for o in 0..<outputs {
      if x[o].isNaN { return Counts() }
      if x[o] > x[label] { larger += 1 }
      if o < label && x[o] == x[label] { isFirst = false }
    }
    return Counts(correct: larger == 0 && isFirst ? 1 : 0, topFive: larger < 5 ? 1 : 0)
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
