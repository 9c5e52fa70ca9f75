/// Matrix products over packed panels: what one worker does of one. The callers cut the work into
/// tiles; any cut gives the same bits (see `Microkernel`).
enum Product {
  /// Rows of B between two visits to C: 32 KB of a panel, which stay in the first-level cache while
  /// all rows of A pass by.
  static let depthBlock = 128

  /// Left side, right side and target of a product `C = A × B`.
  struct Operands {
    var rows: Int
    var depth: Int
    var a: UnsafePointer<Float>
    /// From one row of A to the next; 1 for a transposed A.
    var aRow: Int
    /// From one depth of A to the next; 1 unless A is transposed.
    var aDepth = 1
    /// All of B in panels: `packedDepth` rows and `columns` columns.
    var b: UnsafePointer<Float>
    var packedDepth: Int
    /// From one row of a panel to the next where B is not packed; its panels then lie side by side.
    var bStride: Int?
    /// The row of B that meets the first depth of A.
    var depthOffset = 0
    var columns: Int
    /// Which panels to compute.
    var panels: Range<Int>
    /// C's column 0, whichever panels are computed.
    var c: UnsafeMutablePointer<Float>
    var cRow: Int
    var accumulates = false
    /// One a column of B; the sums start from it.
    var bias: UnsafePointer<Float>?
    /// Applied to the sums at the end, one factor and offset a column of B.
    var affine: ChannelAffine?
    /// Put on them after that.
    var bounds: Microkernel.Bounds?
  }

  static func run(_ o: Operands) {
    guard o.rows > 0 else { return }
    if o.depth == 0 { return runWithoutDepth(o) }
    for start in stride(from: 0, to: o.depth, by: depthBlock) {
      let depth = min(depthBlock, o.depth - start)
      for panel in o.panels {
        let used = Panels.columns(of: panel, of: o.columns)
        let padded = Panels.paddedColumns(used)
        let column = panel * Panels.width
        let isFirst = start == 0
        let isLast = start + depth == o.depth
        let bDepth = o.bStride ?? padded
        let b = o.b + panel * Panels.width * (o.bStride == nil ? o.packedDepth : 1)
        let tile = Microkernel.Operands(
          a: o.a + start * o.aDepth, aRow: o.aRow, aDepth: o.aDepth,
          b: b + (o.depthOffset + start) * bDepth, bDepth: bDepth, c: o.c + column, cRow: o.cRow,
          depth: depth,
          accumulates: o.accumulates || !isFirst, bias: o.bias.map { $0 + column },
          affine: isLast ? o.affine?.from(column) : nil, bounds: isLast ? o.bounds : nil)
        if used == padded {
          runWhole(tile, rows: o.rows, vectors: padded / lanes)
        } else {
          runPartial(tile, rows: o.rows, columns: used, vectors: padded / lanes)
        }
      }
    }
  }

  /// All rows of one panel. They are cut evenly: a last tile of one row would be a slow one.
  @inline(__always)
  private static func runWhole(_ tile: Microkernel.Operands, rows: Int, vectors: Int) {
    let limit = Microkernel.rows(vectors: vectors)
    var left = rows
    var blocks = (rows + limit - 1) / limit
    var tile = tile
    while left > 0 {
      let height = (left + blocks - 1) / blocks
      Microkernel.run(rows: height, vectors: vectors, tile)
      tile.a += height * tile.aRow
      tile.c += height * tile.cRow
      left -= height
      blocks -= 1
    }
  }

  /// A panel whose last vector reaches beyond C's columns: through memory of its own.
  private static func runPartial(
    _ tile: Microkernel.Operands, rows: Int, columns: Int, vectors: Int
  ) {
    let limit = Microkernel.rows(vectors: vectors)
    let width = vectors * lanes
    withUnsafeTemporaryAllocation(of: Float.self, capacity: (limit + 3) * width) { memory in
      let c = memory.baseAddress!
      func padded(_ source: UnsafePointer<Float>?, place: Int) -> UnsafePointer<Float>? {
        guard let source else { return nil }
        let target = c + (limit + place) * width
        target.update(from: source, count: columns)
        (target + columns).update(repeating: 0, count: width - columns)
        return UnsafePointer(target)
      }
      var inner = tile
      inner.c = c
      inner.cRow = width
      inner.bias = padded(tile.bias, place: 0)
      if let affine = tile.affine {
        inner.affine = ChannelAffine(
          factor: padded(affine.factor, place: 1)!, offset: padded(affine.offset, place: 2)!)
      }
      for row in stride(from: 0, to: rows, by: limit) {
        let height = min(limit, rows - row)
        let target = tile.c + row * tile.cRow
        inner.a = tile.a + row * tile.aRow
        if tile.accumulates {
          for r in 0..<height {
            (c + r * width).update(from: target + r * tile.cRow, count: columns)
            (c + r * width + columns).update(repeating: 0, count: width - columns)
          }
        }
        Microkernel.run(rows: height, vectors: vectors, inner)
        for r in 0..<height {
          (target + r * tile.cRow).update(from: c + r * width, count: columns)
        }
      }
    }
  }

  /// Nothing to add up: C is what becomes of the bias, or stays as it is.
  private static func runWithoutDepth(_ o: Operands) {
    guard !o.accumulates else { return }
    let columns =
      o.panels.lowerBound * Panels.width..<min(o.columns, o.panels.upperBound * Panels.width)
    let bounds = o.bounds ?? Microkernel.Bounds(lower: -.infinity, upper: .infinity)
    let lower = Vector(repeating: bounds.lower)
    let upper = Vector(repeating: bounds.upper)
    for row in 0..<o.rows {
      let target = o.c + row * o.cRow
      var c = columns.lowerBound
      while c < columns.upperBound {
        let count = min(lanes, columns.upperBound - c)
        var value = o.bias?.channels(c, count) ?? .zero
        if let affine = o.affine {
          value = value.times(
            affine.factor.channels(c, count), plus: affine.offset.channels(c, count))
        }
        target.storeChannels(value.atLeast(lower).atMost(upper), c, count)
        c += count
      }
    }
  }
}
