/// A 3×3 convolution of stride 1 by Winograd's F(4×4, 3×3): forward, or the gradient of the input.
///
/// Up to 128 channels deep, a tile of work is a block of image tiles: its inputs are transformed,
/// multiplied by weights that were transformed before, one panel of outputs at a time, and each
/// panel's sums transformed back, all in the second-level cache. Deeper inputs would not stay
/// there: they are transformed for a round of blocks first, and a tile of work is then a block and
/// a panel, which transforms the weights it needs a chunk at a time: to do that again for each
/// block costs less than to write and read what is four times the weights.
///
/// Every output is its own chain of multiply-adds, so its bits are the same in any batch and for
/// any division of the work.
final class WinogradProduct {
  /// Image tiles of a block; together with a panel's weights they fill the second-level cache.
  private static let tilesPerBlock = 60
  private static let tilesPerSharedBlock = 96
  private static let deepestLocal = 128
  /// Floats of transformed inputs of a round.
  private static let roundLimit = 4_000_000

  private let tiles: WinogradTiles
  private let weights: WinogradWeights
  private let pool: WorkerPool
  private let sharesInputs: Bool
  private let blocks: Int
  private let blocksPerRound: Int
  /// Floats that a chunk takes a tile.
  private let width: Int
  private let sourceStride: Int
  private let sumStride: Int

  init(_ tiling: WinogradTiling, weightsAreTurned: Bool, pool: WorkerPool) {
    tiles = WinogradTiles(tiling: tiling)
    self.pool = pool
    let depth = tiling.input.channels
    weights = WinogradWeights(
      depth: depth, columns: tiling.output.channels, isTurned: weightsAreTurned)
    sharesInputs = depth > Self.deepestLocal
    let limit = sharesInputs ? Self.tilesPerSharedBlock : Self.tilesPerBlock
    blocks = (tiling.tiles + limit - 1) / limit
    let tilesPerBlock = (tiling.tiles + blocks - 1) / blocks
    width = WinogradChunks.width(depth)
    sourceStride = tilesPerBlock * width + lanes
    sumStride = tilesPerBlock * min(Panels.width, Panels.paddedColumns(weights.columns)) + lanes
    let sourceCount = weights.chunks * 36 * sourceStride
    blocksPerRound = sharesInputs ? max(1, Self.roundLimit / sourceCount) : blocks
    pool.reserveScratch(
      max(WinogradTiles.scratchCount, WinogradWeights.scratchCount) + 36 * sumStride
        + (sharesInputs ? weights.pieceCount : sourceCount))
    pool.reserveShared(
      sharesInputs ? min(blocks, blocksPerRound) * sourceCount : weights.count)
  }

  func run(
    input: UnsafePointer<Float>, weights source: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, affine: ChannelAffine?, activation: Activation,
    statistics: ChannelStatistics? = nil, output: UnsafeMutablePointer<Float>
  ) {
    let job = Job(
      input: input, weights: source, bias: bias, affine: affine,
      bounds: activation.bounds, statistics: statistics, output: output)
    if sharesInputs { runSharing(job) } else { runLocally(job) }
    if activation != .linear, activation.bounds == nil {
      let image = tiles.tiling.output
      let count = tiles.tiling.batch * image.height * image.width * image.channels
      activation.forward(count: count, input: output, output: output, pool: pool)
    }
  }

  private struct Job {
    var input: UnsafePointer<Float>
    var weights: UnsafePointer<Float>
    var bias: UnsafePointer<Float>?
    var affine: ChannelAffine?
    var bounds: Microkernel.Bounds?
    var statistics: ChannelStatistics?
    var output: UnsafeMutablePointer<Float>
  }

  /// A worker's memory.
  private struct Memory {
    let transform: UnsafeMutablePointer<Float>
    let sums: UnsafeMutablePointer<Float>
    /// Transformed inputs, or weights.
    let operand: UnsafeMutablePointer<Float>
  }

  private func memory(of worker: Int) -> Memory {
    let start = pool.scratch(of: worker)
    let sums = start + max(WinogradTiles.scratchCount, WinogradWeights.scratchCount)
    return Memory(transform: start, sums: sums, operand: sums + 36 * sumStride)
  }

  private func range(_ block: Int) -> Range<Int> {
    let count = tiles.tiling.tiles
    return block * count / blocks..<(block + 1) * count / blocks
  }

  /// Output positions of each part of the statistics that `run` gathers: the parts are the blocks.
  var statisticsRows: [Int] {
    (0..<blocks).map { block in
      range(block).reduce(0) { $0 + tiles.tiling.positions(of: $1).count }
    }
  }

  private func runLocally(_ job: Job) {
    let transformed = UnsafePointer(pool.shared)
    weights.transform(job.weights, to: pool.shared, pool: pool)
    // Disjoint: a block writes its own outputs.
    nonisolated(unsafe) let job = job
    pool.parallelFor(blocks) { block, worker in
      let memory = memory(of: worker)
      let range = range(block)
      for chunk in 0..<weights.chunks {
        transformInputs(range, chunk, job.input, to: memory.operand, memory)
      }
      for panel in 0..<weights.panels {
        for chunk in 0..<weights.chunks {
          multiply(
            tiles: range.count, source: memory.operand + chunk * 36 * sourceStride,
            weights: transformed + (panel * weights.chunks + chunk) * weights.pieceCount,
            panel: panel, chunk: chunk, sums: memory.sums)
        }
        finish(block, panel, job, memory)
      }
    }
  }

  private func runSharing(_ job: Job) {
    let chunks = weights.chunks
    // Disjoint: a block and a chunk, or a block and a panel, have their own place.
    nonisolated(unsafe) let job = job
    nonisolated(unsafe) let shared = pool.shared
    for first in stride(from: 0, to: blocks, by: blocksPerRound) {
      let count = min(blocksPerRound, blocks - first)
      pool.parallelFor(count * chunks) { item, worker in
        let (block, chunk) = item.quotientAndRemainder(dividingBy: chunks)
        transformInputs(
          range(first + block), chunk, job.input, to: shared + block * chunks * 36 * sourceStride,
          memory(of: worker))
      }
      pool.parallelFor(count * weights.panels) { item, worker in
        let (panel, block) = item.quotientAndRemainder(dividingBy: count)
        let memory = memory(of: worker)
        let range = range(first + block)
        for chunk in 0..<chunks {
          weights.transform(
            job.weights, panel: panel, chunk: chunk, to: memory.operand,
            scratch: memory.transform)
          multiply(
            tiles: range.count, source: shared + (block * chunks + chunk) * 36 * sourceStride,
            weights: memory.operand, panel: panel, chunk: chunk,
            sums: memory.sums)
        }
        finish(first + block, panel, job, memory)
      }
    }
  }

  private func transformInputs(
    _ range: Range<Int>, _ chunk: Int, _ input: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>, _ memory: Memory
  ) {
    tiles.transformInputs(
      range, channels: WinogradChunks.range(chunk, of: weights.depth), of: input,
      to: target + chunk * 36 * sourceStride, width: width, stride: sourceStride,
      scratch: memory.transform)
  }

  /// The 36 products of one chunk and one panel.
  private func multiply(
    tiles: Int, source: UnsafePointer<Float>, weights piece: UnsafePointer<Float>, panel: Int,
    chunk: Int, sums: UnsafeMutablePointer<Float>
  ) {
    let depth = WinogradChunks.range(chunk, of: weights.depth).count
    let columns = weights.panelWidth(panel)
    for product in 0..<36 {
      Product.run(
        Product.Operands(
          rows: tiles, depth: depth, a: source + product * sourceStride, aRow: width,
          b: piece + product * weights.stride, packedDepth: depth, columns: columns,
          panels: 0..<1, c: sums + product * sumStride, cRow: columns, accumulates: chunk > 0))
    }
  }

  private func finish(_ block: Int, _ panel: Int, _ job: Job, _ memory: Memory) {
    let range = range(block)
    let first = panel * Panels.width
    let channels = first..<first + Panels.columns(of: panel, of: weights.columns)
    tiles.transformOutputs(
      range, channels: channels, sums: memory.sums, width: weights.panelWidth(panel),
      stride: sumStride, bias: job.bias, affine: job.affine, bounds: job.bounds,
      to: job.output, scratch: memory.transform)
    if let statistics = job.statistics {
      tiles.gather(statistics, part: block, of: range, channels: channels, from: job.output)
    }
  }
}
