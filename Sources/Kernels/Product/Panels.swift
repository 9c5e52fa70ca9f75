/// How the right-hand side of a product lies in memory: in panels of 64 columns (the last one as
/// narrow as whole vectors allow, its surplus columns zero), each panel row after row.
///
/// A panel is read from front to back by `Microkernel`, once for each few rows of the left side.
enum Panels {
  /// Columns of every panel but the last.
  static let width = Microkernel.vectors * lanes

  static func count(columns: Int) -> Int { (columns + width - 1) / width }

  /// Columns as they lie in memory: whole vectors.
  static func paddedColumns(_ columns: Int) -> Int { (columns + lanes - 1) / lanes * lanes }

  /// Floats of memory for `[depth, columns]`.
  static func packedCount(depth: Int, columns: Int) -> Int { depth * paddedColumns(columns) }

  /// Columns of panel `index` that hold values.
  static func columns(of index: Int, of columns: Int) -> Int {
    min(width, columns - index * width)
  }

  /// Copies `[rows, columns]`, whose rows are `stride` apart, into panels.
  ///
  /// - Parameters:
  ///   - panels: which of them; `target` is where panel 0 begins, or would.
  ///   - rows: which part of the panels' `depth` to fill; the source begins with its first row.
  static func pack(
    panels: Range<Int>, rows: Range<Int>, depth: Int, columns: Int, source: UnsafePointer<Float>,
    stride: Int, target: UnsafeMutablePointer<Float>
  ) {
    for panel in panels {
      let used = Self.columns(of: panel, of: columns)
      let padded = paddedColumns(used)
      let start = target + panel * width * depth
      for row in rows {
        let from = source + (row - rows.lowerBound) * stride + panel * width
        let to = start + row * padded
        var c = 0
        while c + lanes <= used {
          to.store(from.vector(c), c)
          c += lanes
        }
        if c < used { to.store(from.vector(c, count: used - c), c) }
      }
    }
  }

  /// Copies the transpose of `[columns, rows]`, whose rows are `stride` apart, into panels.
  static func packTransposed(
    panels: Range<Int>, rows: Range<Int>, depth: Int, columns: Int, source: UnsafePointer<Float>,
    stride: Int, target: UnsafeMutablePointer<Float>
  ) {
    for panel in panels {
      let used = Self.columns(of: panel, of: columns)
      let padded = paddedColumns(used)
      let start = target + panel * width * depth
      for c in Swift.stride(from: 0, to: padded, by: lanes) {
        let from = source + (panel * width + c) * stride
        let wide = min(lanes, used - c)
        var row = rows.lowerBound
        while wide == lanes, row + lanes <= rows.upperBound {
          let block = VectorBlock(from + row - rows.lowerBound, stride: stride).transposed
          block.store(start + row * padded + c, stride: padded)
          row += lanes
        }
        while row < rows.upperBound {
          let to = start + row * padded + c
          let column = from + row - rows.lowerBound
          for lane in 0..<lanes { to[lane] = lane < wide ? column[lane * stride] : 0 }
          row += 1
        }
      }
    }
  }
}
