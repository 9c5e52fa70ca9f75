/// The weight gradient of a convolution as products: rows of source values, transposed, times the
/// output's gradient.
///
/// The weights are cut into pieces (of kernel rows or of channels, and of outputs). Where there are
/// few pieces, the positions are cut into chunks as well, whose partial sums are added in their
/// order. Neither cut knows how many threads there are.
final class GatherWeightGradient {
  /// Positions between two visits to the sums, as `Product.depthBlock` has it.
  private static let blockPositions = Product.depthBlock
  /// Rows of the weights that a piece should have.
  private static let pieceRows = 384
  /// Panels of outputs that a piece should have.
  private static let piecePanels = 4
  private static let enoughTiles = 64
  private static let mostChunks = 32
  /// Positions that a chunk should have at least.
  private static let chunkPositions = 512
  /// Floats of partial sums.
  private static let partialLimit = 4_000_000

  /// Part of the weights' rows.
  private struct Piece {
    var taps: Range<Int>
    var tapCount: Int
    /// The flat index of its first tap.
    var firstTap: Int
    var channels: Range<Int>
  }

  private let gather: Gather
  private let groups: Int
  private let outputs: Int
  private let pool: WorkerPool
  private let pieces: [Piece]
  private let panelPieces: Int
  private let chunks: Int
  private let copyStride: Int
  private var weightCount: Int { gather.depth * outputs }

  /// - Parameter geometry: whose forward gather and groups this is for.
  init(_ geometry: ConvolutionGeometry, pool: WorkerPool) {
    let gather = Gather.forward(geometry)
    self.gather = gather
    groups = geometry.groups
    outputs = geometry.outputChannels
    self.pool = pool
    pieces = Self.pieces(of: gather)
    let panels = Panels.count(columns: gather.targetGroupChannels)
    panelPieces = (panels + Self.piecePanels - 1) / Self.piecePanels
    let tiles = groups * pieces.count * panelPieces
    chunks = max(
      1,
      min(
        Self.enoughTiles / tiles, Self.mostChunks, gather.positions / Self.chunkPositions,
        Self.partialLimit / (gather.depth * outputs)))
    let width = pieces.map { $0.tapCount * $0.channels.count }.max() ?? 0
    copyStride = (width + lanes - 1) / lanes * lanes + lanes
    let copyCount = gather.readsInPlace ? 0 : Self.blockPositions * copyStride
    pool.reserveScratch(copyCount + Self.blockPositions * Self.piecePanels * Panels.width)
    if chunks > 1 { pool.reserveShared(chunks * gather.depth * outputs) }
  }

  private static func pieces(of gather: Gather) -> [Piece] {
    let channels = gather.sourceGroupChannels
    let rowWidth = gather.tapRows[0].count * channels
    var pieces: [Piece] = []
    if rowWidth <= pieceRows {
      // As many whole kernel rows as fit.
      let together = max(1, pieceRows / rowWidth)
      for start in stride(from: 0, to: gather.tapRows.count, by: together) {
        let taps = start..<min(start + together, gather.tapRows.count)
        let width = gather.tapRows[0].count
        pieces.append(
          Piece(
            taps: taps, tapCount: taps.count * width, firstTap: start * width,
            channels: 0..<channels))
      }
    } else {
      // One kernel row, some of the channels.
      let parts = (rowWidth + pieceRows - 1) / pieceRows
      let width = max(lanes, (channels + parts - 1) / parts / lanes * lanes)
      for (index, row) in gather.tapRows.enumerated() {
        for start in stride(from: 0, to: channels, by: width) {
          pieces.append(
            Piece(
              taps: index..<index + 1, tapCount: row.count, firstTap: index * row.count,
              channels: start..<min(start + width, channels)))
        }
      }
    }
    return pieces
  }

  /// Overwrites `weightGradient`.
  func run(
    source: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    let sums = chunks > 1 ? pool.shared : weightGradient
    // Disjoint: a tile writes its own piece of its chunk's sums.
    nonisolated(unsafe) let target = sums
    pool.parallelFor(chunks * groups * pieces.count * panelPieces) { tile, worker in
      let panelPiece = tile % panelPieces
      let piece = tile / panelPieces % pieces.count
      let group = tile / panelPieces / pieces.count % groups
      let chunk = tile / panelPieces / pieces.count / groups
      runTile(
        pieces[piece], panelPiece: panelPiece, chunk: chunk, scratch: pool.scratch(of: worker),
        source: source + group * gather.sourceGroupChannels,
        outputGradient: outputGradient + group * gather.targetGroupChannels,
        target: target + chunk * weightCount + group * gather.targetGroupChannels)
    }
    if chunks > 1 {
      Reduction.sumParts(
        parts: chunks, count: weightCount, input: sums, output: weightGradient, pool: pool)
    }
  }

  private func runTile(
    _ piece: Piece, panelPiece: Int, chunk: Int, scratch: UnsafeMutablePointer<Float>,
    source: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    target: UnsafeMutablePointer<Float>
  ) {
    let channels = piece.channels.count
    let firstColumn = panelPiece * Self.piecePanels * Panels.width
    let columns = min(Self.piecePanels * Panels.width, gather.targetGroupChannels - firstColumn)
    let panels = 0..<Panels.count(columns: columns)
    let packed = scratch
    let copies = scratch + Self.blockPositions * Self.piecePanels * Panels.width
    let pieceSource = source + piece.channels.lowerBound
    let blocks = (gather.positions + Self.blockPositions - 1) / Self.blockPositions
    let first = blocks * chunk / chunks
    for block in first..<blocks * (chunk + 1) / chunks {
      let start = block * Self.blockPositions
      let positions = start..<min(start + Self.blockPositions, gather.positions)
      Panels.pack(
        panels: panels, rows: 0..<positions.count, depth: positions.count, columns: columns,
        source: outputGradient + start * outputs + firstColumn, stride: outputs, target: packed)
      var product = Product.Operands(
        rows: channels, depth: positions.count, a: copies, aRow: 1, aDepth: copyStride, b: packed,
        packedDepth: positions.count, columns: columns, panels: panels, c: target + firstColumn,
        cRow: outputs, accumulates: block > first)
      if gather.readsInPlace {
        product.a = pieceSource + start * gather.sourceChannels
        product.aDepth = gather.sourceChannels
      } else {
        gather.copyRows(
          positions: positions, taps: piece.taps, source: pieceSource, channels: channels,
          target: copies, rowStride: copyStride)
      }
      // Whole taps lie side by side in the weights; parts of taps do not.
      let isWhole = channels == gather.sourceGroupChannels
      if isWhole { product.rows = piece.tapCount * channels }
      for tap in 0..<(isWhole ? 1 : piece.tapCount) {
        let row = (piece.firstTap + tap) * gather.sourceGroupChannels + piece.channels.lowerBound
        product.c = target + firstColumn + row * outputs
        Product.run(product)
        product.a += channels
      }
    }
  }
}
