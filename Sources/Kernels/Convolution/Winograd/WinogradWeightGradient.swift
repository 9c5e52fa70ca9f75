/// The weight gradient of a 3×3 convolution of stride 1 by the transpose of Winograd's
/// F(4×4, 3×3): transformed inputs times transformed gradients of outputs, summed over all tiles,
/// and the 36 sums of each pair of channels transformed to nine weights.
///
/// Up to 64 channels on both sides, runs of blocks keep sums of their own, which are added in their
/// order: all of a block stays in the second-level cache. With more channels the sums would not.
/// Then all blocks (or, where they take too much memory, a round of them) are transformed first,
/// and a tile of work is a chunk of inputs and a panel of outputs, whose sums run over all tiles.
final class WinogradWeightGradient {
  private static let tilesPerBlock = 48
  private static let tilesPerSharedBlock = 96
  /// Floats of transformed data of a round.
  private static let roundLimit = 16_000_000
  private static let mostParts = 64
  /// Floats of the parts' sums.
  private static let partLimit = 2_500_000
  /// Pieces that are enough to keep several cores busy; fewer are cut by rows of products.
  private static let enoughPieces = 16

  private let tiles: WinogradTiles
  /// How the sums lie: as transformed weights do.
  private let sums: WinogradWeights
  private let pool: WorkerPool
  private let sharesTiles: Bool
  private let blocks: Int
  private let blocksPerRound: Int
  private let parts: Int
  /// Into how many groups the 36 products of a piece are cut.
  private let groups: Int
  private let width: Int
  private let panelWidth: Int
  private let sourceStride: Int
  private let gradientStride: Int

  init(_ tiling: WinogradTiling, pool: WorkerPool) {
    tiles = WinogradTiles(tiling: tiling)
    self.pool = pool
    sums = WinogradWeights(
      depth: tiling.input.channels, columns: tiling.output.channels, isTurned: false)
    sharesTiles = max(tiling.input.channels, tiling.output.channels) > WinogradChunks.limit
    let limit = sharesTiles ? Self.tilesPerSharedBlock : Self.tilesPerBlock
    blocks = (tiling.tiles + limit - 1) / limit
    let tilesPerBlock = (tiling.tiles + blocks - 1) / blocks
    width = WinogradChunks.width(sums.depth)
    panelWidth = sums.panelWidth(0)
    sourceStride = tilesPerBlock * width + lanes
    gradientStride = tilesPerBlock * panelWidth + lanes
    let blockCount = 36 * (sums.chunks * sourceStride + sums.panels * gradientStride)
    if sharesTiles {
      blocksPerRound = min(blocks, max(1, Self.roundLimit / blockCount))
      parts = 1
      groups = sums.chunks * sums.panels < Self.enoughPieces ? 6 : 1
    } else {
      blocksPerRound = blocks
      parts = max(1, min(blocks, Self.mostParts, Self.partLimit / sums.count))
      groups = 1
    }
    pool.reserveScratch(
      WinogradTiles.scratchCount + max(sums.pieceCount, sharesTiles ? 0 : blockCount))
    pool.reserveShared((sharesTiles ? blocksPerRound * blockCount : 0) + parts * sums.count)
  }

  /// Overwrites `weightGradient`.
  func run(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    let job = Job(input: input, gradient: outputGradient, result: weightGradient)
    if sharesTiles { runSharing(job) } else { runInParts(job) }
  }

  private struct Job {
    var input: UnsafePointer<Float>
    var gradient: UnsafePointer<Float>
    var result: UnsafeMutablePointer<Float>
  }

  private func range(_ block: Int) -> Range<Int> {
    let count = tiles.tiling.tiles
    return block * count / blocks..<(block + 1) * count / blocks
  }

  private func runInParts(_ job: Job) {
    let panels = sums.panels
    // Disjoint: a part has sums of its own.
    nonisolated(unsafe) let partSums = pool.shared
    pool.parallelFor(parts) { part, worker in
      let scratch = pool.scratch(of: worker)
      let source = scratch + WinogradTiles.scratchCount
      let gradients = source + 36 * sourceStride
      let first = part * blocks / parts
      for block in first..<(part + 1) * blocks / parts {
        let range = range(block)
        transformInputs(range, 0, job.input, to: source, scratch)
        for panel in 0..<panels {
          transformGradients(range, panel, job.gradient, to: gradients, scratch)
          multiply(
            tiles: range.count, source: source, gradients: gradients, chunk: 0, panel: panel,
            products: 0..<36, accumulates: block > first,
            to: partSums + (part * panels + panel) * sums.pieceCount)
        }
      }
    }
    Reduction.sumParts(
      parts: parts, count: sums.count, input: partSums, output: partSums, pool: pool)
    finishAll(UnsafePointer(partSums), job.result)
  }

  private func runSharing(_ job: Job) {
    let chunks = sums.chunks
    let panels = sums.panels
    let blockSource = chunks * 36 * sourceStride
    let blockGradients = panels * 36 * gradientStride
    // Disjoint: each block has a place for each chunk and panel, and each piece its own sums.
    nonisolated(unsafe) let source = pool.shared
    nonisolated(unsafe) let gradients = source + blocksPerRound * blockSource
    nonisolated(unsafe) let pieceSums = gradients + blocksPerRound * blockGradients
    nonisolated(unsafe) let job = job
    let staysLocal = blocksPerRound == blocks && groups == 1
    for first in stride(from: 0, to: blocks, by: blocksPerRound) {
      let count = min(blocksPerRound, blocks - first)
      pool.parallelFor(count * (chunks + panels)) { item, worker in
        let (block, part) = item.quotientAndRemainder(dividingBy: chunks + panels)
        let scratch = pool.scratch(of: worker)
        if part < chunks {
          transformInputs(
            range(first + block), part, job.input,
            to: source + (block * chunks + part) * 36 * sourceStride, scratch)
        } else {
          let panel = part - chunks
          transformGradients(
            range(first + block), panel, job.gradient,
            to: gradients + (block * panels + panel) * 36 * gradientStride, scratch)
        }
      }
      pool.parallelFor(chunks * panels * groups) { item, worker in
        let (piece, group) = item.quotientAndRemainder(dividingBy: groups)
        let (chunk, panel) = piece.quotientAndRemainder(dividingBy: panels)
        let target =
          staysLocal
          ? pool.scratch(of: worker) + WinogradTiles.scratchCount
          : pieceSums + (panel * chunks + chunk) * sums.pieceCount
        for block in 0..<count {
          multiply(
            tiles: range(first + block).count,
            source: source + (block * chunks + chunk) * 36 * sourceStride,
            gradients: gradients + (block * panels + panel) * 36 * gradientStride, chunk: chunk,
            panel: panel, products: group * 36 / groups..<(group + 1) * 36 / groups,
            accumulates: first + block > 0, to: target)
        }
        if staysLocal {
          finish(target, panel, chunk, job.result, pool.scratch(of: worker))
        }
      }
    }
    if !staysLocal { finishAll(UnsafePointer(pieceSums), job.result) }
  }

  private func transformInputs(
    _ range: Range<Int>, _ chunk: Int, _ input: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
  ) {
    tiles.transformInputs(
      range, channels: WinogradChunks.range(chunk, of: sums.depth), of: input, to: target,
      width: width, stride: sourceStride, scratch: scratch)
  }

  private func transformGradients(
    _ range: Range<Int>, _ panel: Int, _ gradient: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
  ) {
    let first = panel * Panels.width
    tiles.transformOutputGradients(
      range, channels: first..<first + Panels.columns(of: panel, of: sums.columns), of: gradient,
      to: target, width: sums.panelWidth(panel), stride: gradientStride, scratch: scratch)
  }

  private func multiply(
    tiles: Int, source: UnsafePointer<Float>, gradients: UnsafePointer<Float>, chunk: Int,
    panel: Int, products: Range<Int>, accumulates: Bool, to target: UnsafeMutablePointer<Float>
  ) {
    let columns = sums.panelWidth(panel)
    let rows = WinogradChunks.range(chunk, of: sums.depth).count
    for product in products {
      Product.run(
        Product.Operands(
          rows: rows, depth: tiles, a: source + product * sourceStride, aRow: 1, aDepth: width,
          b: gradients + product * gradientStride, packedDepth: tiles, columns: columns,
          panels: 0..<1, c: target + product * sums.stride, cRow: columns,
          accumulates: accumulates))
    }
  }

  private func finishAll(
    _ pieces: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>
  ) {
    // Disjoint: a piece writes its own channels.
    nonisolated(unsafe) let pieces = pieces
    nonisolated(unsafe) let result = result
    pool.parallelFor(sums.panels * sums.chunks) { piece, worker in
      finish(
        pieces + piece * sums.pieceCount, piece / sums.chunks, piece % sums.chunks, result,
        pool.scratch(of: worker))
    }
  }

  /// Weights' gradients of one piece from its sums.
  private func finish(
    _ piece: UnsafePointer<Float>, _ panel: Int, _ chunk: Int,
    _ result: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
  ) {
    let used = Panels.columns(of: panel, of: sums.columns)
    let panelWidth = sums.panelWidth(panel)
    let tap = sums.depth &* sums.columns
    var source = piece
    for row in WinogradChunks.range(chunk, of: sums.depth) {
      let target = result + (row * sums.columns + panel * Panels.width)
      for column in stride(from: 0, to: panelWidth, by: lanes) {
        let wide = min(lanes, used - column)
        WinogradTransform.weightGradientTile(source + column, stride: sums.stride, table: scratch) {
          if wide == lanes {
            target.store($1, $0 &* tap &+ column)
          } else {
            target.store($1, $0 &* tap &+ column, count: wide)
          }
        }
      }
      source += panelWidth
    }
  }
}
