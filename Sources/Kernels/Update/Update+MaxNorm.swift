extension Update {
  /// Units of one tile: four vectors side by side, so that a row of a tile is whole cache lines.
  private static let unitsPerTile = 64
  /// Rows added up in one go before they join the sum: keeps the rounding of long columns small.
  private static let rowsPerSum = 256

  /// Scales every unit (column of `[rows, units]`) whose norm is above `limit` down to it:
  /// `w · min(norm, limit) / (1e-7 + norm)`, as Keras' `MaxNorm` (which also touches the units
  /// below by the 1e-7; here they stay exactly as they are).
  ///
  /// - Returns: how many units were clipped.
  package static func maxNorm(
    rows: Int, units: Int, weights: UnsafeMutablePointer<Float>, limit: Float, pool: WorkerPool
  ) -> Int {
    let tiles = (units + unitsPerTile - 1) / unitsPerTile
    return withUnsafeTemporaryAllocation(of: Int.self, capacity: max(tiles, 1)) { clipped in
      // Each tile writes its own element, and its own columns of the weights.
      nonisolated(unsafe) let clipped = clipped
      pool.parallelFor(tiles) { tile, _ in
        let start = tile * unitsPerTile
        clipped[tile] = clip(
          columns: start..<min(start + unitsPerTile, units), rows: rows, units: units,
          weights: weights, limit: limit)
      }
      return clipped[..<tiles].reduce(0, +)
    }
  }

  private static func clip(
    columns: Range<Int>, rows: Int, units: Int, weights: UnsafeMutablePointer<Float>, limit: Float
  ) -> Int {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * unitsPerTile) { memory in
      let sums = memory.baseAddress!
      let part = sums + unitsPerTile
      let count = columns.count
      let first = weights + columns.lowerBound
      sums.update(repeating: 0, count: count)
      for block in stride(from: 0, to: rows, by: rowsPerSum) {
        part.update(repeating: 0, count: count)
        for row in block..<min(block + rowsPerSum, rows) {
          let w = first + row * units
          for c in 0..<count { part[c] += w[c] * w[c] }
        }
        for c in 0..<count { sums[c] += part[c] }
      }
      var clipped = 0
      for c in 0..<count {
        let norm = sums[c].squareRoot()
        let isAbove = norm > limit
        clipped += isAbove ? 1 : 0
        sums[c] = isAbove ? limit / (1e-7 + norm) : 1
      }
      guard clipped > 0 else { return 0 }
      for row in 0..<rows {
        let w = first + row * units
        for c in 0..<count { w[c] *= sums[c] }
      }
      return clipped
    }
  }
}
