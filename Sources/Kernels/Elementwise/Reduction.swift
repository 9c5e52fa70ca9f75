/// Sums over whole arrays, in an order that does not depend on the number of threads.
package enum Reduction {
  /// Sums of the columns of `[rows, columns]`: the gradient of a bias. Overwrites `output`.
  package static func sumRows(
    rows: Int, columns: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    let tiles = RowTiles(rows: rows, channels: columns)
    pool.reserveShared(tiles.count * columns)
    pool.reserveScratch(tiles.pattern.period)
    let partial = pool.shared
    nonisolated(unsafe) let shared = partial  // Disjoint: each tile has its own row.
    pool.parallelFor(tiles.count) { tile, worker in
      let sums = pool.scratch(of: worker)
      sums.update(repeating: 0, count: tiles.pattern.period)
      @inline(__always)
      func step(_ i: Int, _ p: Int, _ count: Int) {
        if count == lanes {
          sums.store(sums.vector(p) + input.vector(i), p)
        } else {
          sums.store(sums.vector(p) + input.vector(i, count: count), p)
        }
      }
      tiles.pattern.forEach(tiles.values(of: tile), step)
      tiles.pattern.fold(sums, into: shared + tile * columns)
    }
    sumParts(parts: tiles.count, count: columns, input: partial, output: output, pool: pool)
  }

  /// Sums of the columns of `[parts, count]`, in the order of the parts.
  static func sumParts(
    parts: Int, count: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    // Narrow tiles: each reads `parts` rows.
    let width = 1024
    nonisolated(unsafe) let output = output  // Disjoint: a tile writes its own columns.
    pool.parallelFor((count + width - 1) / width) { tile, _ in
      let start = tile * width
      let size = min(width, count - start)
      (output + start).update(from: input + start, count: size)
      for part in 1..<max(parts, 1) {
        let row = input + part * count
        mapVectors(start..<start + size, row, output, output) { $0 + $1 }
      }
    }
  }

  /// Σ x²
  package static func sumOfSquares(count: Int, values: UnsafePointer<Float>, pool: WorkerPool)
    -> Double
  {
    sum(count, pool) { range in
      var sum = Vector.zero
      forEachVector(range, values) { sum.addProduct($0, $0) }
      return Double(sum.total)
    }
  }

  /// Σ |x|
  package static func sumOfMagnitudes(count: Int, values: UnsafePointer<Float>, pool: WorkerPool)
    -> Double
  {
    sum(count, pool) { range in
      var sum = Vector.zero
      forEachVector(range, values) { sum += $0.replacing(with: -$0, where: $0 .< Vector.zero) }
      return Double(sum.total)
    }
  }

  /// What `part` says of each tile, added in their order.
  @inline(__always)
  private static func sum(_ count: Int, _ pool: WorkerPool, _ part: (Range<Int>) -> Double)
    -> Double
  {
    let tiles = (count + ElementTiles.count - 1) / ElementTiles.count
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(tiles, 1)) { partial in
      nonisolated(unsafe) let partial = partial  // Disjoint: each tile has its own element.
      ElementTiles.forEach(count, pool) { range in
        partial[range.lowerBound / ElementTiles.count] = part(range)
      }
      return partial[..<tiles].reduce(0, +)
    }
  }

  /// Whether no value is infinite or NaN.
  package static func isFinite(count: Int, values: UnsafePointer<Float>, pool: WorkerPool) -> Bool {
    let tiles = (count + ElementTiles.count - 1) / ElementTiles.count
    return withUnsafeTemporaryAllocation(of: Bool.self, capacity: max(tiles, 1)) { partial in
      nonisolated(unsafe) let partial = partial  // Disjoint: each tile has its own element.
      ElementTiles.forEach(count, pool) { range in
        // x − x is 0 for every finite x, and NaN for the others.
        var sum = Vector.zero
        forEachVector(range, values) { sum += $0 - $0 }
        partial[range.lowerBound / ElementTiles.count] = sum.total == 0
      }
      return partial[..<tiles].allSatisfy { $0 }
    }
  }

  @inline(__always)
  private static func forEachVector(
    _ range: Range<Int>, _ values: UnsafePointer<Float>, _ body: (Vector) -> Void
  ) {
    var i = range.lowerBound
    while i &+ lanes <= range.upperBound {
      body(values.vector(i))
      i &+= lanes
    }
    if i < range.upperBound { body(values.vector(i, count: range.upperBound &- i)) }
  }
}
