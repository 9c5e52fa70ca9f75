/// x where positive, else alpha · x, with alphas that are learned (He et al., arXiv:1502.01852).
/// An image is `[positions, channels]`; its alphas are one for each value, or one for each channel.
package struct ParametricReLU: Sendable {
  package let batch: Int
  package let positions: Int
  package let channels: Int
  /// Whether all positions have the same alphas: `[channels]`, else `[positions, channels]`.
  package let isShared: Bool

  package init(batch: Int, positions: Int, channels: Int, isShared: Bool) {
    self.batch = batch
    self.positions = positions
    self.channels = channels
    self.isShared = isShared
  }

  /// Runs of values that one run of alphas belongs to.
  private var width: Int { isShared ? channels : positions * channels }
  private var rows: Int { isShared ? batch * positions : batch }

  /// Output may be the input's memory.
  package func forward(
    input: UnsafePointer<Float>, alpha: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    forEachBand(pool) { row, columns in
      let base = row * width
      for c in stride(from: columns.lowerBound, to: columns.upperBound, by: lanes) {
        let count = min(lanes, columns.upperBound - c)
        let x = input.channels(base + c, count)
        let y = (x * alpha.channels(c, count)).replacing(with: x, where: x .> Vector.zero)
        output.storeChannels(y, base + c, count)
      }
    }
  }

  /// `inputGradient = outputGradient · (1 or alpha)`; both may be the same memory.
  package func inputGradient(
    input: UnsafePointer<Float>, alpha: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    forEachBand(pool) { row, columns in
      let base = row * width
      for c in stride(from: columns.lowerBound, to: columns.upperBound, by: lanes) {
        let count = min(lanes, columns.upperBound - c)
        let g = outputGradient.channels(base + c, count)
        let isPositive = input.channels(base + c, count) .> Vector.zero
        let result = (g * alpha.channels(c, count)).replacing(with: g, where: isPositive)
        inputGradient.storeChannels(result, base + c, count)
      }
    }
  }

  /// `alphaGradient = Σ outputGradient · x` over all values not above 0; overwrites it.
  package func alphaGradient(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    alphaGradient: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    // Sums of a band of rows each, then the bands' in their order.
    let band = max(1, 32_768 / width)
    let bands = (rows + band - 1) / band
    let columns = 1024
    let parts = (width + columns - 1) / columns
    pool.reserveShared(bands * width)
    let partial = pool.shared
    nonisolated(unsafe) let shared = partial  // Disjoint: a tile writes its columns of its band.
    pool.parallelFor(bands * parts) { tile, _ in
      let rows = tile / parts * band..<min((tile / parts + 1) * band, rows)
      let start = tile % parts * columns
      for c in stride(from: start, to: min(start + columns, width), by: lanes) {
        let count = min(lanes, width - c)
        var sum = Vector.zero
        for row in rows {
          let x = input.channels(row * width + c, count).atMost(.zero)
          sum.addProduct(outputGradient.channels(row * width + c, count), x)
        }
        shared.storeChannels(sum, tile / parts * width + c, count)
      }
    }
    Reduction.sumParts(
      parts: bands, count: width, input: partial, output: alphaGradient, pool: pool)
  }

  /// Calls `body(row, columns)` for pieces that cover everything, in parallel.
  private func forEachBand(_ pool: WorkerPool, _ body: (Int, Range<Int>) -> Void) {
    let columns = 16_384
    let band = max(1, columns / width)
    let parts = (width + columns - 1) / columns
    let bands = (rows + band - 1) / band
    pool.parallelFor(bands * parts) { tile, _ in
      let start = tile % parts * columns
      for row in tile / parts * band..<min((tile / parts + 1) * band, rows) {
        body(row, start..<min(start + columns, width))
      }
    }
  }
}
