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
    /// Bounds put on the sums as they are stored: ReLU and ReLU6 cost nothing here.
    var bounds: Bounds?
  }

  struct Bounds {
    var lower: Float
    var upper: Float
  }

  /// The sums of one row.
  private struct Sums {
    var v0 = Vector.zero
    var v1 = Vector.zero
    var v2 = Vector.zero
    var v3 = Vector.zero

    @inline(__always)
    init() {}

    @inline(__always)
    init(_ source: UnsafePointer<Float>, _ vectors: Int) {
      v0 = source.vector(0)
      if vectors > 1 { v1 = source.vector(lanes) }
      if vectors > 2 { v2 = source.vector(2 * lanes) }
      if vectors > 3 { v3 = source.vector(3 * lanes) }
    }

    @inline(__always)
    mutating func add(_ x: Vector, _ b: Sums, _ vectors: Int) {
      v0.addProduct(x, b.v0)
      if vectors > 1 { v1.addProduct(x, b.v1) }
      if vectors > 2 { v2.addProduct(x, b.v2) }
      if vectors > 3 { v3.addProduct(x, b.v3) }
    }

    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>, _ vectors: Int, _ bounds: Bounds?) {
      var result = self
      if let bounds {
        let lower = Vector(repeating: bounds.lower)
        let upper = Vector(repeating: bounds.upper)
        result.v0 = v0.atLeast(lower).atMost(upper)
        if vectors > 1 { result.v1 = v1.atLeast(lower).atMost(upper) }
        if vectors > 2 { result.v2 = v2.atLeast(lower).atMost(upper) }
        if vectors > 3 { result.v3 = v3.atLeast(lower).atMost(upper) }
      }
      target.store(result.v0, 0)
      if vectors > 1 { target.store(result.v1, lanes) }
      if vectors > 2 { target.store(result.v2, 2 * lanes) }
      if vectors > 3 { target.store(result.v3, 3 * lanes) }
    }
  }

  /// `C[rows × 16 · vectors] = A × B`. Both sizes must be literals at the call: what is not needed
  /// falls away, and what is left stays in registers.
  @inline(__always)
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
    @inline(__always)
    func begin(_ row: Int, _ sums: inout Sums) {
      guard row < rows else { return }
      sums = Sums(o.accumulates ? UnsafePointer(o.c + row &* o.cRow) : o.bias!, vectors)
    }
    if o.accumulates || o.bias != nil {
      begin(0, &c0)
      begin(1, &c1)
      begin(2, &c2)
      begin(3, &c3)
      begin(4, &c4)
      begin(5, &c5)
      begin(6, &c6)
      begin(7, &c7)
      begin(8, &c8)
      begin(9, &c9)
      begin(10, &c10)
      begin(11, &c11)
      begin(12, &c12)
      begin(13, &c13)
    }

    var a = o.a
    var b = o.b
    for _ in 0..<o.depth {
      let row = Sums(b, vectors)
      @inline(__always)
      func step(_ i: Int, _ sums: inout Sums) {
        guard i < rows else { return }
        sums.add(Vector(repeating: a[i &* o.aRow]), row, vectors)
      }
      step(0, &c0)
      step(1, &c1)
      step(2, &c2)
      step(3, &c3)
      step(4, &c4)
      step(5, &c5)
      step(6, &c6)
      step(7, &c7)
      step(8, &c8)
      step(9, &c9)
      step(10, &c10)
      step(11, &c11)
      step(12, &c12)
      step(13, &c13)
      a += o.aDepth
      b += o.bDepth
    }

    @inline(__always)
    func end(_ row: Int, _ sums: Sums) {
      guard row < rows else { return }
      sums.store(o.c + row &* o.cRow, vectors, o.bounds)
    }
    end(0, c0)
    end(1, c1)
    end(2, c2)
    end(3, c3)
    end(4, c4)
    end(5, c5)
    end(6, c6)
    end(7, c7)
    end(8, c8)
    end(9, c9)
    end(10, c10)
    end(11, c11)
    end(12, c12)
    end(13, c13)
  }
}
