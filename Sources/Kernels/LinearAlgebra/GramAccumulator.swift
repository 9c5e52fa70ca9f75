/// Sums up the products of all pairs of columns, Xᵀ × X, over rows of X that come a block at a time.
///
/// Within a block every sum is one chain of float32 in the order of the rows; blocks are added up in
/// float64, in the order in which they come. So the bits depend on the blocks, and on no number of
/// threads.
package final class GramAccumulator {
  /// Rows of a block that serve well: sums stay exact enough, and adding them up takes no time.
  package static let standardBlock = 512
  /// Rows of the result that one worker computes at a time.
  private static let rowsPerTile = 96

  package let columns: Int
  /// `[columns, columns]`, of which only the lower triangle is filled.
  package let sums: Matrix
  private let block: Int
  private let pool: WorkerPool

  /// - Parameter block: the most rows that come at once.
  package init(columns: Int, block: Int = standardBlock, pool: WorkerPool) {
    precondition(columns > 0 && block > 0, "\(columns) columns, \(block) rows")
    self.columns = columns
    self.block = block
    self.pool = pool
    sums = Matrix(rows: columns, columns: columns)
    pool.reserveScratch(Self.rowsPerTile * columns)
    pool.reserveShared(Panels.packedCount(depth: block, columns: columns))
  }

  /// Bytes that it takes, the workers' memory included.
  package static func bytes(columns: Int, block: Int = standardBlock, threads: Int) -> Int {
    let floats =
      rowsPerTile * columns * threads + Panels.packedCount(depth: block, columns: columns)
    return columns * columns * MemoryLayout<Double>.stride + floats * MemoryLayout<Float>.stride
  }

  /// - Parameter values: `[rows, columns]`
  package func add(rows: Int, _ values: UnsafePointer<Float>) {
    precondition(0...block ~= rows, "\(rows) rows of \(block)")
    guard rows > 0 else { return }
    let columns = columns
    nonisolated(unsafe) let shared = pool.shared  // Disjoint: a tile fills its own panel.
    pool.parallelFor(Panels.count(columns: columns)) { panel, _ in
      Panels.pack(
        panels: panel..<panel + 1, rows: 0..<rows, depth: rows, columns: columns, source: values,
        stride: columns, target: shared)
    }
    let tiles = (columns + Self.rowsPerTile - 1) / Self.rowsPerTile
    nonisolated(unsafe) let target = sums.pointer  // Disjoint: a tile writes its own rows.
    pool.parallelFor(tiles) { index, worker in
      // The longest rows first: the last tiles to be done are short ones.
      let start = (tiles - 1 - index) * Self.rowsPerTile
      let height = min(Self.rowsPerTile, columns - start)
      let scratch = pool.scratch(of: worker)
      Product.run(
        Product.Operands(
          rows: height, depth: rows, a: values + start, aRow: 1, aDepth: columns, b: shared,
          packedDepth: rows, columns: columns, panels: 0..<Panels.count(columns: start + height),
          c: scratch, cRow: columns))
      for row in 0..<height {
        let sum = target + (start + row) * columns
        let part = scratch + row * columns
        for column in 0...(start + row) { sum[column] += Double(part[column]) }
      }
    }
  }
}
