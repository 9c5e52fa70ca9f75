import Foundation

/// Softmax over the last axis of `[rows, columns]`.
package enum SoftmaxKernel {
  /// Values of a tile.
  private static let tileCount = 8192

  /// Input and output may be the same memory.
  package static func forward(
    rows: Int, columns: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    nonisolated(unsafe) let output = output  // Disjoint: a tile writes its rows.
    forEachRow(rows: rows, columns: columns, pool: pool) { row in
      let target = output + row * columns
      let (_, sum) = exponentials(columns, input + row * columns, target)
      let factor = 1 / sum
      mapVectors(0..<columns, target, target) { $0 * factor }
    }
  }

  /// From the softmax's own output. The gradients may be the same memory.
  package static func backward(
    rows: Int, columns: Int, output: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    nonisolated(unsafe) let target = inputGradient  // Disjoint: a tile writes its rows.
    forEachRow(rows: rows, columns: columns, pool: pool) { row in
      let y = output + row * columns
      let g = outputGradient + row * columns
      var sum = Vector.zero
      var i = 0
      while i < columns {
        let count = min(lanes, columns - i)
        sum.addProduct(y.channels(i, count), g.channels(i, count))
        i += count
      }
      let dot = sum.total
      mapVectors(0..<columns, y, g, target + row * columns) { $0 * ($1 - dot) }
    }
  }

  /// Writes e^(x − largest) of one row, and returns the largest and the sum. NaN anywhere makes the
  /// sum NaN.
  static func exponentials(
    _ columns: Int, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>
  ) -> (largest: Float, sum: Float) {
    var largest = input[0]
    for i in 1..<max(columns, 1) where input[i] > largest { largest = input[i] }
    var sum = Vector.zero
    var i = 0
    while i < columns {
      let count = min(lanes, columns - i)
      let value = (input.channels(i, count) - largest).exponential
      output.storeChannels(value, i, count)
      // Read back, so that lanes beyond the end add 0.
      sum += output.vector(i, count: count)
      i += count
    }
    return (largest, sum.total)
  }

  @inline(__always)
  static func forEachRow(rows: Int, columns: Int, pool: WorkerPool, _ body: (Int) -> Void) {
    let height = max(1, tileCount / max(columns, 1))
    pool.parallelFor((rows + height - 1) / height) { tile, _ in
      for row in tile * height..<min((tile + 1) * height, rows) { body(row) }
    }
  }
}
