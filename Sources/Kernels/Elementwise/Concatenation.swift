/// Concatenation on the last axis, and its inverse.
package enum Concatenation {
  /// Values of a tile.
  private static let tileCount = 16_384

  /// `[rows, channels[i]]` each, to `[rows, Σ channels]`.
  package static func join(
    rows: Int, inputs: [UnsafePointer<Float>], channels: [Int],
    output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    precondition(inputs.count == channels.count)
    let total = channels.reduce(0, +)
    nonisolated(unsafe) let output = output  // Disjoint: a tile writes its rows.
    forEachTile(rows: rows, total: total, pool: pool) { range in
      var offset = 0
      for index in 0..<inputs.count {
        let width = channels[index]
        for row in range {
          copyRun(inputs[index] + row * width, output + row * total + offset, width)
        }
        offset += width
      }
    }
  }

  /// The gradient of `join`: parts that are `nil` are not wanted.
  package static func split(
    rows: Int, input: UnsafePointer<Float>, channels: [Int],
    outputs: [UnsafeMutablePointer<Float>?], pool: WorkerPool
  ) {
    precondition(outputs.count == channels.count)
    let total = channels.reduce(0, +)
    nonisolated(unsafe) let outputs = outputs  // Disjoint: a tile writes its rows of each.
    forEachTile(rows: rows, total: total, pool: pool) { range in
      var offset = 0
      for index in 0..<outputs.count {
        let width = channels[index]
        if let output = outputs[index] {
          for row in range {
            copyRun(input + row * total + offset, output + row * width, width)
          }
        }
        offset += width
      }
    }
  }

  @inline(__always)
  private static func forEachTile(
    rows: Int, total: Int, pool: WorkerPool, _ body: (Range<Int>) -> Void
  ) {
    let height = max(1, tileCount / max(total, 1))
    pool.parallelFor((rows + height - 1) / height) { tile, _ in
      body(tile * height..<min((tile + 1) * height, rows))
    }
  }
}
