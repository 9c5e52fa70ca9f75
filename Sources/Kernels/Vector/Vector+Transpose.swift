/// Sixteen vectors: a block of 16 × 16 values.
struct VectorBlock {
  var rows:
    (
      Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector,
      Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector
    )

  /// Reads 16 × 16 values whose rows are `stride` apart.
  @inline(__always)
  init(_ source: UnsafePointer<Float>, stride s: Int) {
    rows = (
      source.vector(0), source.vector(s), source.vector(2 &* s), source.vector(3 &* s),
      source.vector(4 &* s), source.vector(5 &* s), source.vector(6 &* s), source.vector(7 &* s),
      source.vector(8 &* s), source.vector(9 &* s), source.vector(10 &* s),
      source.vector(11 &* s), source.vector(12 &* s), source.vector(13 &* s),
      source.vector(14 &* s), source.vector(15 &* s)
    )
  }

  /// Writes 16 × 16 values in rows that are `stride` apart.
  @inline(__always)
  func store(_ target: UnsafeMutablePointer<Float>, stride s: Int) {
    target.store(rows.0, 0)
    target.store(rows.1, s)
    target.store(rows.2, 2 &* s)
    target.store(rows.3, 3 &* s)
    target.store(rows.4, 4 &* s)
    target.store(rows.5, 5 &* s)
    target.store(rows.6, 6 &* s)
    target.store(rows.7, 7 &* s)
    target.store(rows.8, 8 &* s)
    target.store(rows.9, 9 &* s)
    target.store(rows.10, 10 &* s)
    target.store(rows.11, 11 &* s)
    target.store(rows.12, 12 &* s)
    target.store(rows.13, 13 &* s)
    target.store(rows.14, 14 &* s)
    target.store(rows.15, 15 &* s)
  }

  /// Transposed: four rounds, each of which interleaves the rows that lie eight apart.
  @inline(__always)
  var transposed: VectorBlock {
    var result = self
    result.interleave()
    result.interleave()
    result.interleave()
    result.interleave()
    return result
  }

  @inline(__always)
  private mutating func interleave() {
    @inline(__always)
    func low(_ a: Vector, _ b: Vector) -> Vector { interleaved(a.lowHalf, b.lowHalf) }
    @inline(__always)
    func high(_ a: Vector, _ b: Vector) -> Vector { interleaved(a.highHalf, b.highHalf) }
    @inline(__always)
    func interleaved(_ even: SIMD8<Float>, _ odd: SIMD8<Float>) -> Vector {
      var result = Vector.zero
      result.evenHalf = even
      result.oddHalf = odd
      return result
    }
    let r = rows
    rows = (
      low(r.0, r.8), high(r.0, r.8), low(r.1, r.9), high(r.1, r.9),
      low(r.2, r.10), high(r.2, r.10), low(r.3, r.11), high(r.3, r.11),
      low(r.4, r.12), high(r.4, r.12), low(r.5, r.13), high(r.5, r.13),
      low(r.6, r.14), high(r.6, r.14), low(r.7, r.15), high(r.7, r.15)
    )
  }
}
