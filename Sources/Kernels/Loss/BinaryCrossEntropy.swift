import Foundation

/// Binary cross-entropy on logits `[rows, outputs]` with integer labels: a sigmoid at each output,
/// and a target of its own. A row's loss is the mean over its outputs, as Keras'
/// `BinaryCrossentropy(from_logits=True)` has it.
///
/// One output tells two classes apart: its target is the label, 0 or 1, and it counts as right where
/// the sigmoid is on the label's side of one half. Of several outputs the label's has target 1 and
/// every other 0; the largest is the answer. Outputs beyond the classes have target 0, which label
/// smoothing leaves alone.
package struct BinaryCrossEntropy: Hashable, Sendable {
  package let outputs: Int
  package let classes: Int
  /// s in target = (1 − s) · target + s / 2; 0 to 1.
  package let labelSmoothing: Float

  package init(outputs: Int, classes: Int? = nil, labelSmoothing: Float = 0) {
    self.outputs = outputs
    self.classes = classes ?? Self.capacity(outputs: outputs)
    self.labelSmoothing = labelSmoothing
    precondition(
      self.classes > 0 && self.classes <= Self.capacity(outputs: outputs),
      "\(self.classes) of \(outputs)")
  }

  /// How many classes so many outputs can tell apart.
  package static func capacity(outputs: Int) -> Int { outputs == 1 ? 2 : outputs }

  /// Computes each row's loss and, where wanted, the gradient of the batch's mean loss.
  ///
  /// - Parameters:
  ///   - labels: one a row, in `0..<classes`.
  ///   - losses: one a row.
  ///   - gradient: `[rows, outputs]`, `(sigmoid − target) / (outputs · rows)`; may be the logits'
  ///     memory.
  package func evaluate(
    rows: Int, logits: UnsafePointer<Float>, labels: UnsafePointer<Int32>,
    losses: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>?, pool: WorkerPool
  ) -> ClassificationCounts {
    ClassificationCounts.sum(rows: rows, outputs: outputs, pool: pool) { row, _ in
      let x = logits + row * outputs
      let label = Int(labels[row])
      let counts = count(x, label: label)
      losses[row] = evaluate(
        x, label: label, gradient: gradient.map { $0 + row * outputs },
        scale: 1 / (Double(outputs) * Double(rows)))
      return counts
    }
  }

  private func count(_ x: UnsafePointer<Float>, label: Int) -> ClassificationCounts {
    guard outputs == 1 else {
      return ClassificationCounts(row: x, outputs: outputs, label: label)
    }
    if x[0].isNaN { return ClassificationCounts() }
    return ClassificationCounts(correct: (x[0] > 0) == (label == 1) ? 1 : 0, topFive: 1)
  }

  /// What output `o` should be, 0…1.
  func target(of o: Int, label: Int) -> Double {
    let isHit = outputs == 1 ? label == 1 : o == label
    let isOfAClass = outputs == 1 || o < classes
    let smoothing = isOfAClass ? Double(labelSmoothing) : 0
    return (isHit ? 1 - smoothing : 0) + smoothing / 2
  }

  /// One row's loss, `max(x, 0) − x · target + log(1 + e^−|x|)` on average; no exponential overflows.
  private func evaluate(
    _ x: UnsafePointer<Float>, label: Int, gradient: UnsafeMutablePointer<Float>?, scale: Double
  ) -> Float {
    var sum = 0.0
    for o in 0..<outputs {
      let logit = Double(x[o])
      let target = target(of: o, label: label)
      let small = exp(-abs(logit))
      sum += max(logit, 0) - logit * target + log1p(small)
      let sigmoid = logit >= 0 ? 1 / (1 + small) : small / (1 + small)
      gradient?[o] = Float((sigmoid - target) * scale)
    }
    return Float(sum / Double(outputs))
  }
}
