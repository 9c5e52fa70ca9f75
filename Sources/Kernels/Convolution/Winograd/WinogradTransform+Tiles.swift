/// The two-dimensional transforms, of sixteen channels of one tile: each column into a table in
/// the first-level cache, then each row of the table.
///
/// The transformed side is 36 values a channel, `stride` floats apart: each of the 36 belongs to a
/// product of its own.
extension WinogradTransform {
  /// Floats of the table that the transforms need.
  static let tableCount = 36 * lanes

  /// 6×6 inputs → 36.
  @inline(__always)
  static func inputTile(
    _ source: WinogradImage.Pixels<UnsafePointer<Float>>, to target: UnsafeMutablePointer<Float>,
    stride: Int, table: UnsafeMutablePointer<Float>
  ) {
    for x in 0..<6 {
      let column = source.pointer + x &* source.column
      store(input(six(column, source.row)), table + x &* lanes, 6 &* lanes)
    }
    for y in 0..<6 {
      let values = six(UnsafePointer(table) + y &* 6 &* lanes, lanes)
      store(input(values), target + y &* 6 &* stride, stride)
    }
  }

  /// 36 sums of products → 4×4 outputs, each handed to `store(row, column, value)`.
  @inline(__always)
  static func outputTile(
    _ source: UnsafePointer<Float>, stride: Int, table: UnsafeMutablePointer<Float>,
    store: (Int, Int, Lanes) -> Void
  ) {
    for x in 0..<6 {
      let column = output(six(source + x &* stride, 6 &* stride))
      Self.store(column, table + x &* lanes, 6 &* lanes)
    }
    for y in 0..<4 {
      let row = output(six(UnsafePointer(table) + y &* 6 &* lanes, lanes))
      store(y, 0, row.0)
      store(y, 1, row.1)
      store(y, 2, row.2)
      store(y, 3, row.3)
    }
  }

  /// 4×4 gradients of outputs → 36.
  @inline(__always)
  static func outputGradientTile(
    _ source: WinogradImage.Pixels<UnsafePointer<Float>>, to target: UnsafeMutablePointer<Float>,
    stride: Int, table: UnsafeMutablePointer<Float>
  ) {
    for x in 0..<4 {
      let column = source.pointer + x &* source.column
      store(outputGradient(four(column, source.row)), table + x &* lanes, 4 &* lanes)
    }
    for y in 0..<6 {
      let values = four(UnsafePointer(table) + y &* 4 &* lanes, lanes)
      store(outputGradient(values), target + y &* 6 &* stride, stride)
    }
  }

  /// 3×3 weights, `tap` floats apart → 36.
  @inline(__always)
  static func weightsTile(
    _ source: UnsafePointer<Float>, tap: Int, to target: UnsafeMutablePointer<Float>, stride: Int,
    table: UnsafeMutablePointer<Float>
  ) {
    for x in 0..<3 {
      let column = three(source + x &* tap, 3 &* tap)
      store(weights(column), table + x &* lanes, 3 &* lanes)
    }
    for y in 0..<6 {
      let values = three(UnsafePointer(table) + y &* 3 &* lanes, lanes)
      store(weights(values), target + y &* 6 &* stride, stride)
    }
  }

  /// 36 sums of products → the gradients of 3×3 weights, each handed to `store(tap, value)`.
  @inline(__always)
  static func weightGradientTile(
    _ source: UnsafePointer<Float>, stride: Int, table: UnsafeMutablePointer<Float>,
    store: (Int, Lanes) -> Void
  ) {
    for x in 0..<6 {
      let column = weightGradient(six(source + x &* stride, 6 &* stride))
      table.store(column.0, x &* lanes)
      table.store(column.1, (6 &+ x) &* lanes)
      table.store(column.2, (12 &+ x) &* lanes)
    }
    for y in 0..<3 {
      let row = weightGradient(six(UnsafePointer(table) + y &* 6 &* lanes, lanes))
      store(3 &* y, row.0)
      store(3 &* y &+ 1, row.1)
      store(3 &* y &+ 2, row.2)
    }
  }

  @inline(__always)
  private static func three(_ source: UnsafePointer<Float>, _ step: Int) -> Three {
    (source.vector(0), source.vector(step), source.vector(2 &* step))
  }

  @inline(__always)
  private static func four(_ source: UnsafePointer<Float>, _ step: Int) -> Four {
    (
      source.vector(0), source.vector(step), source.vector(2 &* step), source.vector(3 &* step)
    )
  }

  @inline(__always)
  private static func six(_ source: UnsafePointer<Float>, _ step: Int) -> Six {
    (
      source.vector(0), source.vector(step), source.vector(2 &* step), source.vector(3 &* step),
      source.vector(4 &* step), source.vector(5 &* step)
    )
  }

  @inline(__always)
  private static func store(_ values: Four, _ target: UnsafeMutablePointer<Float>, _ step: Int) {
    target.store(values.0, 0)
    target.store(values.1, step)
    target.store(values.2, 2 &* step)
    target.store(values.3, 3 &* step)
  }

  @inline(__always)
  private static func store(_ values: Six, _ target: UnsafeMutablePointer<Float>, _ step: Int) {
    target.store(values.0, 0)
    target.store(values.1, step)
    target.store(values.2, 2 &* step)
    target.store(values.3, 3 &* step)
    target.store(values.4, 4 &* step)
    target.store(values.5, 5 &* step)
  }
}
