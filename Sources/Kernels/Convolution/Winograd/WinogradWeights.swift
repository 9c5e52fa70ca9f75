/// Transformed weights of a 3×3 convolution, in pieces of one panel of columns and one chunk of the
/// depth. A piece is 36 right-hand sides `[depth, columns]`, `stride` floats apart.
struct WinogradWeights {
  /// Channels that the products sum over.
  let depth: Int
  /// Channels that they give.
  let columns: Int
  /// Whether these are for the gradient of the input: turned by 180°, and the channels' roles
  /// exchanged.
  let isTurned: Bool

  var chunks: Int { WinogradChunks.count(depth) }
  var panels: Int { Panels.count(columns: columns) }

  /// Floats from one product's part of a piece to the next's. The line more keeps the 36 apart in
  /// the cache.
  var stride: Int {
    WinogradChunks.width(depth) * min(Panels.width, Panels.paddedColumns(columns)) + lanes
  }

  /// Floats of a piece.
  var pieceCount: Int { 36 * stride }

  /// Floats of all pieces, panel after panel.
  var count: Int { panels * chunks * pieceCount }

  /// Columns of a panel as they lie in memory.
  func panelWidth(_ panel: Int) -> Int {
    Panels.paddedColumns(Panels.columns(of: panel, of: columns))
  }

  /// Transforms all pieces.
  func transform(
    _ weights: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    // Disjoint: each tile of work fills its own piece.
    nonisolated(unsafe) let target = target
    pool.parallelFor(panels * chunks) { piece, worker in
      transform(
        weights, panel: piece / chunks, chunk: piece % chunks, to: target + piece * pieceCount,
        scratch: pool.scratch(of: worker))
    }
  }

  /// Floats of memory that the transform of a piece needs.
  static let scratchCount = WinogradTransform.tableCount + 9 * lanes * lanes

  /// Transforms one piece of `[3, 3, inputs, outputs]`.
  func transform(
    _ weights: UnsafePointer<Float>, panel: Int, chunk: Int,
    to target: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let patch = scratch + WinogradTransform.tableCount
    let depths = WinogradChunks.range(chunk, of: depth)
    let used = Panels.columns(of: panel, of: columns)
    let width = Panels.paddedColumns(used)
    for column in Swift.stride(from: 0, to: width, by: lanes) {
      let wide = min(lanes, used - column)
      for start in Swift.stride(from: 0, to: depths.count, by: lanes) {
        let deep = min(lanes, depths.count - start)
        let source = source(
          weights, column: panel * Panels.width + column, wide: wide,
          depth: depths.lowerBound + start, deep: deep, patch: patch)
        let block = target + start * width + column
        for d in 0..<deep {
          WinogradTransform.weightsTile(
            source.pointer + d &* source.depth, tap: source.tap, to: block + d &* width,
            stride: stride, table: scratch)
        }
      }
    }
  }

  /// Sixteen columns of up to sixteen depths: where they are, or a copy in the right order.
  private func source(
    _ weights: UnsafePointer<Float>, column: Int, wide: Int, depth: Int, deep: Int,
    patch: UnsafeMutablePointer<Float>
  ) -> (pointer: UnsafePointer<Float>, depth: Int, tap: Int) {
    if !isTurned, wide == lanes {
      return (weights + depth * columns + column, columns, self.depth * columns)
    }
    let inPatch = lanes * lanes
    for tap in 0..<9 {
      let to = patch + tap * inPatch
      if isTurned {
        let from = weights + ((8 - tap) * columns + column) * self.depth + depth
        if wide == lanes, deep == lanes {
          VectorBlock(from, stride: self.depth).transposed.store(to, stride: lanes)
        } else {
          to.update(repeating: 0, count: inPatch)
          for c in 0..<wide {
            for d in 0..<deep { to[d * lanes + c] = from[c * self.depth + d] }
          }
        }
      } else {
        let from = weights + (tap * self.depth + depth) * columns + column
        for d in 0..<deep { to.store(from.vector(d * columns, count: wide), d * lanes) }
      }
    }
    return (UnsafePointer(patch), lanes, inPatch)
  }
}

/// How the channels that products sum over are cut: 64 at a time, so that the transformed weights
/// of a chunk and a panel stay in the second-level cache.
enum WinogradChunks {
  /// Most channels of a chunk.
  static let limit = 64

  static func count(_ channels: Int) -> Int { (channels + limit - 1) / limit }

  /// Floats that a chunk takes a tile: whole vectors.
  static func width(_ channels: Int) -> Int {
    min(limit, (channels + lanes - 1) / lanes * lanes)
  }

  static func range(_ chunk: Int, of channels: Int) -> Range<Int> {
    chunk * limit..<min(channels, chunk * limit + limit)
  }
}
