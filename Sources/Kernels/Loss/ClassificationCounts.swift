/// What is known of a batch's answers beside its loss.
package struct ClassificationCounts: Equatable, Sendable {
  /// Rows whose first largest logit is the label's.
  package var correct = 0
  /// Rows with fewer than five logits larger than the label's.
  package var topFive = 0

  package init(correct: Int = 0, topFive: Int = 0) {
    self.correct = correct
    self.topFive = topFive
  }

  /// Of one row of logits; a row with NaN in it counts for nothing.
  init(row x: UnsafePointer<Float>, outputs: Int, label: Int) {
    self.init()
    var larger = 0
    var isFirst = true
    for o in 0..<outputs {
      if x[o].isNaN { return }
      if x[o] > x[label] { larger += 1 }
      if o < label && x[o] == x[label] { isFirst = false }
    }
    correct = larger == 0 && isFirst ? 1 : 0
    topFive = larger < 5 ? 1 : 0
  }

  /// Adds up what `body` counts in each row; rows are spread over the pool.
  ///
  /// - Parameter outputs: values in a row, by which the tiles are cut.
  static func sum(
    rows: Int, outputs: Int, pool: WorkerPool,
    _ body: (_ row: Int, _ worker: Int) -> ClassificationCounts
  ) -> ClassificationCounts {
    withUnsafeTemporaryAllocation(of: ClassificationCounts.self, capacity: max(rows, 1)) { memory in
      // Disjoint: each row has its own element.
      nonisolated(unsafe) let counts = memory
      let height = max(1, 8192 / outputs)
      pool.parallelFor((rows + height - 1) / height) { tile, worker in
        for row in tile * height..<min((tile + 1) * height, rows) {
          counts[row] = body(row, worker)
        }
      }
      return counts[..<rows].reduce(ClassificationCounts()) {
        ClassificationCounts(
          correct: $0.correct + $1.correct, topFive: $0.topFive + $1.topFive)
      }
    }
  }
}
