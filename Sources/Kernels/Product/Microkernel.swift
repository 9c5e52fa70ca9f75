import CProcessor

/// The innermost loop of every matrix product: a tile of C that lives in registers.
///
/// `rows` × 16 · `vectors` sums run over the depth; each step loads one row of B and multiplies it
/// with one value of each row of A. 24 of AVX-512's 32 registers hold sums (12 of AVX2's 16): as
/// many multiply-adds are under way as the processor can take, and wide tiles need the fewest loads
/// for them.
///
/// Every element is one chain of fused multiply-adds in the order of the depth, whatever the tile's
/// size and whichever tile it falls into. So its bits depend on its own row and column and on
/// nothing else: not on how many rows are computed together, nor on where the depth is cut, since
/// a later part goes on from the stored value.
enum Microkernel {
  /// Most vectors of a tile.
  @inline(__always)
  static var vectors: Int { processorHasAVX512() ? 4 : 1 }

  /// Most rows of a tile of `vectors` columns of sixteen.
  @inline(__always)
  static func rows(vectors: Int) -> Int {
    guard processorHasAVX512() else { return 6 }
    return switch vectors {
    case 4: 6
    case 3: 8
    case 2: 12
    default: 14
    }
  }

  /// One tile's place in memory.
  struct Operands {
    var a: UnsafePointer<Float>
    /// From one row of A to the next; 1 for a transposed A.
    var aRow: Int
    /// From one depth of A to the next; 1 unless A is transposed.
    var aDepth: Int
    var b: UnsafePointer<Float>
    /// From one depth of B to the next.
    var bDepth: Int
    var c: UnsafeMutablePointer<Float>
    /// From one row of C to the next.
    var cRow: Int
    var depth: Int
    /// Whether the sums go on from what C holds.
    var accumulates: Bool
    /// What they start from otherwise, one a column; 0 where there is none.
    var bias: UnsafePointer<Float>?
    /// Applied to the sums as they are stored, one factor and offset a column.
    var affine: ChannelAffine?
    /// Bounds put on them after that: ReLU and ReLU6 cost nothing here.
    var bounds: Bounds?
  }

  struct Bounds {
    var lower: Float
    var upper: Float
  }

  /// The sums of one row.
  ///
  /// All that the tile is made of is `@_transparent`: `@inline(__always)` gives way where a function
  /// has grown long, and a tile with one call left in it keeps its sums in memory.
  private struct Sums {
    var v0 = Vector.zero
    var v1 = Vector.zero
    var v2 = Vector.zero
    var v3 = Vector.zero

    @_transparent
    init() {}

    @_transparent
    init(_ source: UnsafePointer<Float>, _ vectors: Int) {
      v0 = source.vector(0)
      if vectors > 1 { v1 = source.vector(lanes) }
      if vectors > 2 { v2 = source.vector(2 * lanes) }
      if vectors > 3 { v3 = source.vector(3 * lanes) }
    }

    @_transparent
    mutating func add(_ x: Vector, _ b: Sums, _ vectors: Int) {
      v0.addProduct(x, b.v0)
      if vectors > 1 { v1.addProduct(x, b.v1) }
      if vectors > 2 { v2.addProduct(x, b.v2) }
      if vectors > 3 { v3.addProduct(x, b.v3) }
    }

    @_transparent
    mutating func scale(by factor: Sums, plus offset: Sums, _ vectors: Int) {
      v0 = v0.times(factor.v0, plus: offset.v0)
      if vectors > 1 { v1 = v1.times(factor.v1, plus: offset.v1) }
      if vectors > 2 { v2 = v2.times(factor.v2, plus: offset.v2) }
      if vectors > 3 { v3 = v3.times(factor.v3, plus: offset.v3) }
    }

    @_transparent
    func store(_ target: UnsafeMutablePointer<Float>, _ vectors: Int, _ bounds: Bounds) {
      let lower = Vector(repeating: bounds.lower)
      let upper = Vector(repeating: bounds.upper)
      target.store(v0.atLeast(lower).atMost(upper), 0)
      if vectors > 1 { target.store(v1.atLeast(lower).atMost(upper), lanes) }
      if vectors > 2 { target.store(v2.atLeast(lower).atMost(upper), 2 * lanes) }
      if vectors > 3 { target.store(v3.atLeast(lower).atMost(upper), 3 * lanes) }
    }
  }

  /// `C[rows × 16 · vectors] = A × B`. Both sizes must be literals at the call: what is not needed
  /// falls away, and what is left stays in registers.
  @_transparent
  static func tile(rows: Int, vectors: Int, _ o: Operands) {
    var c0 = Sums()
    var c1 = Sums()
    var c2 = Sums()
    var c3 = Sums()
    var c4 = Sums()
    var c5 = Sums()
    var c6 = Sums()
    var c7 = Sums()
    var c8 = Sums()
    var c9 = Sums()
    var c10 = Sums()
    var c11 = Sums()
    var c12 = Sums()
    var c13 = Sums()
    if o.accumulates || o.bias != nil {
      let start = o.accumulates ? UnsafePointer(o.c) : o.bias!
      let row = o.accumulates ? o.cRow : 0
      c0 = Sums(start, vectors)
      if rows > 1 { c1 = Sums(start + row, vectors) }
      if rows > 2 { c2 = Sums(start + 2 &* row, vectors) }
      if rows > 3 { c3 = Sums(start + 3 &* row, vectors) }
      if rows > 4 { c4 = Sums(start + 4 &* row, vectors) }
      if rows > 5 { c5 = Sums(start + 5 &* row, vectors) }
      if rows > 6 { c6 = Sums(start + 6 &* row, vectors) }
      if rows > 7 { c7 = Sums(start + 7 &* row, vectors) }
      if rows > 8 { c8 = Sums(start + 8 &* row, vectors) }
      if rows > 9 { c9 = Sums(start + 9 &* row, vectors) }
      if rows > 10 { c10 = Sums(start + 10 &* row, vectors) }
      if rows > 11 { c11 = Sums(start + 11 &* row, vectors) }
      if rows > 12 { c12 = Sums(start + 12 &* row, vectors) }
      if rows > 13 { c13 = Sums(start + 13 &* row, vectors) }
    }

    var a = o.a
    var b = o.b
    for _ in 0..<o.depth {
      let row = Sums(b, vectors)
      c0.add(Vector(repeating: a[0]), row, vectors)
      if rows > 1 { c1.add(Vector(repeating: a[o.aRow]), row, vectors) }
      if rows > 2 { c2.add(Vector(repeating: a[2 &* o.aRow]), row, vectors) }
      if rows > 3 { c3.add(Vector(repeating: a[3 &* o.aRow]), row, vectors) }
      if rows > 4 { c4.add(Vector(repeating: a[4 &* o.aRow]), row, vectors) }
      if rows > 5 { c5.add(Vector(repeating: a[5 &* o.aRow]), row, vectors) }
      if rows > 6 { c6.add(Vector(repeating: a[6 &* o.aRow]), row, vectors) }
      if rows > 7 { c7.add(Vector(repeating: a[7 &* o.aRow]), row, vectors) }
      if rows > 8 { c8.add(Vector(repeating: a[8 &* o.aRow]), row, vectors) }
      if rows > 9 { c9.add(Vector(repeating: a[9 &* o.aRow]), row, vectors) }
      if rows > 10 { c10.add(Vector(repeating: a[10 &* o.aRow]), row, vectors) }
      if rows > 11 { c11.add(Vector(repeating: a[11 &* o.aRow]), row, vectors) }
      if rows > 12 { c12.add(Vector(repeating: a[12 &* o.aRow]), row, vectors) }
      if rows > 13 { c13.add(Vector(repeating: a[13 &* o.aRow]), row, vectors) }
      a += o.aDepth
      b += o.bDepth
    }

    if let affine = o.affine {
      let factor = Sums(affine.factor, vectors)
      let offset = Sums(affine.offset, vectors)
      c0.scale(by: factor, plus: offset, vectors)
      if rows > 1 { c1.scale(by: factor, plus: offset, vectors) }
      if rows > 2 { c2.scale(by: factor, plus: offset, vectors) }
      if rows > 3 { c3.scale(by: factor, plus: offset, vectors) }
      if rows > 4 { c4.scale(by: factor, plus: offset, vectors) }
      if rows > 5 { c5.scale(by: factor, plus: offset, vectors) }
      if rows > 6 { c6.scale(by: factor, plus: offset, vectors) }
      if rows > 7 { c7.scale(by: factor, plus: offset, vectors) }
      if rows > 8 { c8.scale(by: factor, plus: offset, vectors) }
      if rows > 9 { c9.scale(by: factor, plus: offset, vectors) }
      if rows > 10 { c10.scale(by: factor, plus: offset, vectors) }
      if rows > 11 { c11.scale(by: factor, plus: offset, vectors) }
      if rows > 12 { c12.scale(by: factor, plus: offset, vectors) }
      if rows > 13 { c13.scale(by: factor, plus: offset, vectors) }
    }

    let bounds = o.bounds ?? Bounds(lower: -.infinity, upper: .infinity)
    c0.store(o.c, vectors, bounds)
    if rows > 1 { c1.store(o.c + o.cRow, vectors, bounds) }
    if rows > 2 { c2.store(o.c + 2 &* o.cRow, vectors, bounds) }
    if rows > 3 { c3.store(o.c + 3 &* o.cRow, vectors, bounds) }
    if rows > 4 { c4.store(o.c + 4 &* o.cRow, vectors, bounds) }
    if rows > 5 { c5.store(o.c + 5 &* o.cRow, vectors, bounds) }
    if rows > 6 { c6.store(o.c + 6 &* o.cRow, vectors, bounds) }
    if rows > 7 { c7.store(o.c + 7 &* o.cRow, vectors, bounds) }
    if rows > 8 { c8.store(o.c + 8 &* o.cRow, vectors, bounds) }
    if rows > 9 { c9.store(o.c + 9 &* o.cRow, vectors, bounds) }
    if rows > 10 { c10.store(o.c + 10 &* o.cRow, vectors, bounds) }
    if rows > 11 { c11.store(o.c + 11 &* o.cRow, vectors, bounds) }
    if rows > 12 { c12.store(o.c + 12 &* o.cRow, vectors, bounds) }
    if rows > 13 { c13.store(o.c + 13 &* o.cRow, vectors, bounds) }
  }
}
