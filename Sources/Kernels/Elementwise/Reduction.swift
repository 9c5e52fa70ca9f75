/// Sums over whole arrays, in an order that does not depend on the number of threads.
package enum Reduction {
  /// Sums of the columns of `[rows, columns]`: the gradient of a bias. Overwrites `output`.
  package static func sumRows(
    rows: Int, columns: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    Reference.sumRows(rows: rows, columns: columns, input: input, output: output)
  }

  /// Σ x²
  package static func sumOfSquares(count: Int, values: UnsafePointer<Float>, pool: WorkerPool)
    -> Double
  {
    (0..<count).reduce(0.0) { $0 + Double(values[$1]) * Double(values[$1]) }
  }

  /// Whether no value is infinite or NaN.
  package static func isFinite(count: Int, values: UnsafePointer<Float>, pool: WorkerPool) -> Bool {
    (0..<count).allSatisfy { values[$0].isFinite }
  }
}
