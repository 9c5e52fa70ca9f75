/// Exponentials of sixteen values at a time. Polynomial and reduction as in Cephes' `expf`; relative
/// error below 2e-7.
extension SIMD16<Float> {
  /// `self · factor`, fused with `+ addend`.
  @_transparent
  func times(_ factor: Vector, plus addend: Vector) -> Vector {
    addend.addingProduct(self, factor)
  }

  /// Splits eˣ into `scale · (1 + rest)` with a power of two.
  @inline(__always)
  private var exponentialParts: (scale: Vector, rest: Vector) {
    let x = atLeast(Vector(repeating: -87.3)).atMost(Vector(repeating: 88.3))
    // Adding 1.5 · 2²³ rounds to a whole number, which then stands in the lowest bits; 127 more is
    // the bias of a float's exponent.
    let magic = Vector(repeating: 12_582_912 + 127)
    let shifted = x.times(Vector(repeating: 1.442_695_04), plus: magic)
    let whole = shifted - magic
    let bits = unsafeBitCast(shifted, to: SIMD16<UInt32>.self) &<< 23
    let scale = unsafeBitCast(bits, to: Vector.self)
    let high = whole.times(Vector(repeating: -0.693_359_375), plus: x)
    let r = whole.times(Vector(repeating: 2.121_944_4e-4), plus: high)
    var p = Vector(repeating: 1.987_569_15e-4)
    p = p.times(r, plus: Vector(repeating: 1.398_199_95e-3))
    p = p.times(r, plus: Vector(repeating: 8.333_451_9e-3))
    p = p.times(r, plus: Vector(repeating: 4.166_579_6e-2))
    p = p.times(r, plus: Vector(repeating: 1.666_666_55e-1))
    p = p.times(r, plus: Vector(repeating: 0.5))
    return (scale, p.times(r * r, plus: r))
  }

  /// eˣ, from 1.2e-38 to 2.2e38; beyond it stays there. NaN stays NaN.
  @inline(__always)
  var exponential: Vector {
    let (scale, rest) = exponentialParts
    return scale.times(rest, plus: scale)
  }

  /// eˣ − 1 without cancellation near 0.
  @inline(__always)
  var exponentialMinusOne: Vector {
    let (scale, rest) = exponentialParts
    return scale.times(rest, plus: scale - 1)
  }

  /// 1 / (1 + e⁻ˣ)
  @inline(__always)
  var sigmoid: Vector {
    let one = Vector(repeating: 1)
    return one / (one + (-self).exponential)
  }

  /// The hyperbolic tangent.
  @inline(__always)
  var hyperbolicTangent: Vector {
    let isNegative = self .< Vector.zero
    let magnitude = replacing(with: -self, where: isNegative)
    let e = (magnitude * -2).exponentialMinusOne
    let result = -e / (e + 2)
    return result.replacing(with: -result, where: isNegative)
  }
}
