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
    Reference.softmaxCrossEntropy(
      self, rows: rows, logits: logits, labels: labels, losses: losses, gradient: gradient)
  }
}
