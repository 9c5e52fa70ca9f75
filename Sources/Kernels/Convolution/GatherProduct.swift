/// Runs one `Gather` as products: rows of source values times weights in panels.
///
/// The work is cut into tiles of target positions and, where those are few, groups of columns. A
/// tile's rows are copied to the worker's scratch a part of the depth at a time (im2col), so that
/// they stay in the second-level cache; a 1×1 gather is multiplied where it lies.
final class GatherProduct {
  /// Positions of a tile: a multiple of the microkernel's rows for every panel width.
  private static let tilePositions = 96
  /// Floats of copied rows that a tile may hold at a time.
  private static let copyLimit = 160_000
  /// Tiles that are enough to keep many cores busy.
  private static let enoughTiles = 64

  let gather: Gather
  private let groups: Int
  private let pool: WorkerPool
  /// Parts of the depth: ranges of tap rows whose copies fit.
  private let parts: [Range<Int>]
  private let partDepth: Int
  private let positionsPerTile: Int
  private let panelsPerTile: Int
  private let positionTiles: Int
  private let panelTiles: Int

  /// Floats of packed weights.
  var packedCount: Int {
    groups * Panels.packedCount(depth: gather.depth, columns: gather.targetGroupChannels)
  }

  init(_ gather: Gather, groups: Int, pool: WorkerPool) {
    self.gather = gather
    self.groups = groups
    self.pool = pool
    var positions = Self.tilePositions
    if gather.readsInPlace {
      parts = [0..<1]
      partDepth = gather.depth
    } else {
      let widest = (gather.tapRows.map(\.count).max() ?? 0) * gather.sourceGroupChannels
      while positions > 12 && positions * widest > Self.copyLimit { positions /= 2 }
      let limit = max(widest, Self.copyLimit / positions)
      (parts, partDepth) = Self.split(gather, limit: limit)
    }
    positionsPerTile = positions
    positionTiles = (gather.positions + positions - 1) / positions
    let panels = Panels.count(columns: gather.targetGroupChannels)
    // Two panels at least, unless nothing is copied: narrower tiles would copy more than compute.
    let fewest = gather.readsInPlace ? 1 : 2
    let wanted = max(1, Self.enoughTiles / max(1, positionTiles * groups))
    panelsPerTile = max(fewest, (panels + wanted - 1) / wanted)
    panelTiles = (panels + panelsPerTile - 1) / panelsPerTile
    let copyCount = gather.readsInPlace ? 0 : positions * Self.rowStride(partDepth)
    let resultCount = gather.coversTarget ? 0 : positions * gather.targetGroupChannels
    pool.reserveScratch(copyCount + resultCount)
  }

  /// Rows are half a cache set apart from a power of two, which would put all of them in one set.
  private static func rowStride(_ depth: Int) -> Int {
    (depth + lanes - 1) / lanes * lanes + lanes
  }

  private static func split(_ gather: Gather, limit: Int) -> ([Range<Int>], Int) {
    var parts: [Range<Int>] = []
    var start = 0
    var depth = 0
    var deepest = 0
    for (index, row) in gather.tapRows.enumerated() {
      let more = row.count * gather.sourceGroupChannels
      if index > start && depth + more > limit {
        parts.append(start..<index)
        start = index
        depth = 0
      }
      depth += more
      deepest = max(deepest, depth)
    }
    if start < gather.tapRows.count { parts.append(start..<gather.tapRows.count) }
    return (parts, deepest)
  }

  /// Copies weights `[kernel positions, inputs of a group, outputs]` into panels.
  ///
  /// - Parameter transposed: for the input gradient, whose sums run over the outputs.
  func pack(
    weights: UnsafePointer<Float>, outputs: Int, transposed: Bool,
    into target: UnsafeMutablePointer<Float>
  ) {
    let columns = gather.targetGroupChannels
    let channels = gather.sourceGroupChannels
    let depth = gather.depth
    let panels = Panels.count(columns: columns)
    let tapValues = (transposed ? columns : channels) * outputs
    let groupCount = packedCount / groups
    // Disjoint: a tile fills its panel's rows of its tap.
    nonisolated(unsafe) let target = target
    pool.parallelFor(groups * gather.tapCount * panels) { tile, _ in
      let panel = tile % panels
      let tap = tile / panels % gather.tapCount
      let group = tile / panels / gather.tapCount
      let tapWeights = weights + gather.kernelPositions[tap] * tapValues
      let rows = tap * channels..<(tap + 1) * channels
      let into = target + group * groupCount
      if transposed {
        Panels.packTransposed(
          panels: panel..<panel + 1, rows: rows, depth: depth, columns: columns,
          source: tapWeights + group * channels, stride: outputs, target: into)
      } else {
        Panels.pack(
          panels: panel..<panel + 1, rows: rows, depth: depth, columns: columns,
          source: tapWeights + group * columns, stride: outputs, target: into)
      }
    }
  }

  /// Positions of each part of the statistics that `run` gathers.
  var statisticsRows: [Int] {
    (0..<positionTiles).map { positions(ofTile: $0).count }
  }

  /// Fills the gather's positions of `target`.
  ///
  /// - Parameter statistics: filled with those of the target, which the gather must cover.
  func run(
    source: UnsafePointer<Float>, packed: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    affine: ChannelAffine?, activation: Activation, statistics: ChannelStatistics? = nil,
    target: UnsafeMutablePointer<Float>
  ) {
    precondition(statistics == nil || gather.coversTarget)
    // Disjoint: a tile writes its positions and its columns.
    nonisolated(unsafe) let target = target
    pool.parallelFor(groups * positionTiles * panelTiles) { tile, worker in
      let panelTile = tile % panelTiles
      let positionTile = tile / panelTiles % positionTiles
      let group = tile / panelTiles / positionTiles
      let positions = positions(ofTile: positionTile)
      runTile(
        group: group, positions: positions, panels: panelTile, scratch: pool.scratch(of: worker),
        source: source + group * gather.sourceGroupChannels,
        packed: packed + group * (packedCount / groups),
        bias: bias.map { $0 + group * gather.targetGroupChannels },
        affine: affine?.from(group * gather.targetGroupChannels), activation: activation,
        target: target + group * gather.targetGroupChannels)
      if let statistics {
        let first = group * gather.targetGroupChannels
        let channels = columns(ofPanels: panelTile)
        let used = first + channels.lowerBound..<first + channels.upperBound
        statistics.gather(
          part: positionTile, rows: positions.count, channels: used,
          input: target + positions.lowerBound * gather.targetChannels + used.lowerBound,
          stride: gather.targetChannels)
      }
    }
  }

  private func positions(ofTile tile: Int) -> Range<Int> {
    let start = tile * positionsPerTile
    return start..<min(start + positionsPerTile, gather.positions)
  }

  /// Columns of a group that a group of panels holds.
  private func columns(ofPanels tile: Int) -> Range<Int> {
    let start = tile * panelsPerTile * Panels.width
    return start..<min(start + panelsPerTile * Panels.width, gather.targetGroupChannels)
  }

  private func runTile(
    group: Int, positions: Range<Int>, panels panelTile: Int,
    scratch: UnsafeMutablePointer<Float>, source: UnsafePointer<Float>,
    packed: UnsafePointer<Float>, bias: UnsafePointer<Float>?, affine: ChannelAffine?,
    activation: Activation, target: UnsafeMutablePointer<Float>
  ) {
    let columns = gather.targetGroupChannels
    let panelCount = Panels.count(columns: columns)
    let firstPanel = panelTile * panelsPerTile
    let panels = firstPanel..<min(firstPanel + panelsPerTile, panelCount)
    let stride = gather.readsInPlace ? gather.sourceChannels : Self.rowStride(partDepth)
    let direct = gather.coversTarget
    let result = direct ? target + positions.lowerBound * gather.targetChannels : scratch
    let resultStride = direct ? gather.targetChannels : columns
    let copies = scratch + (direct ? 0 : positionsPerTile * columns)
    var product = Product.Operands(
      rows: positions.count, depth: gather.depth,
      a: gather.readsInPlace ? source + positions.lowerBound * stride : UnsafePointer(copies),
      aRow: stride, b: packed, packedDepth: gather.depth, columns: columns, panels: panels,
      c: result, cRow: resultStride, bias: bias)
    let bounds = activation.bounds
    if gather.readsInPlace || parts.isEmpty {
      product.affine = affine
      product.bounds = bounds
      Product.run(product)
    } else {
      for (index, part) in parts.enumerated() {
        let taps = gather.tapRows[part].reduce(0) { $0 + $1.count }
        gather.copyRows(
          positions: positions, taps: part, source: source, channels: gather.sourceGroupChannels,
          target: copies, rowStride: stride)
        product.depth = taps * gather.sourceGroupChannels
        if index == parts.count - 1 {
          product.affine = affine
          product.bounds = bounds
        }
        Product.run(product)
        product.depthOffset += product.depth
        product.accumulates = true
      }
    }
    let used = self.columns(ofPanels: panelTile)
    if bounds == nil && activation != .linear {
      for row in 0..<positions.count {
        let values = result + row * resultStride + used.lowerBound
        activation.forward(count: used.count, input: values, output: values)
      }
    }
    if !direct { scatter(positions: positions, columns: used, result, target) }
  }

  /// Copies a tile's results to where its positions lie in the target.
  private func scatter(
    positions: Range<Int>, columns: Range<Int>, _ result: UnsafePointer<Float>,
    _ target: UnsafeMutablePointer<Float>
  ) {
    let plane = gather.gridHeight * gather.gridWidth
    for (row, position) in positions.enumerated() {
      let image = position / plane
      let y = gather.startY + position % plane / gather.gridWidth * gather.stepY
      let x = gather.startX + position % gather.gridWidth * gather.stepX
      let pixel = (image * gather.targetHeight + y) * gather.targetWidth + x
      copyRun(
        result + row * gather.targetGroupChannels + columns.lowerBound,
        target + pixel * gather.targetChannels + columns.lowerBound, columns.count)
    }
  }
}
