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

  /// |x|
  @inline(__always)
  var magnitude: Vector { replacing(with: -self, where: self .< Vector.zero) }

  /// log(1 + eˣ): the larger of x and 0, and log(1 + t) of what is left, t in 0…1, as
  /// 2 · artanh(t / (2 + t)).
  @inline(__always)
  var softplus: Vector {
    let t = (-magnitude).exponential
    let s = t / (t + 2)
    let q = s * s
    var p = Vector(repeating: 1 / 15)
    p = p.times(q, plus: Vector(repeating: 1 / 13))
    p = p.times(q, plus: Vector(repeating: 1 / 11))
    p = p.times(q, plus: Vector(repeating: 1 / 9))
    p = p.times(q, plus: Vector(repeating: 1 / 7))
    p = p.times(q, plus: Vector(repeating: 1 / 5))
    p = p.times(q, plus: Vector(repeating: 1 / 3))
    p = p.times(q, plus: Vector(repeating: 1))
    return atLeast(.zero) + 2 * s * p
  }

  /// The natural logarithm of positive, normal numbers; polynomial as in Cephes' `logf`.
  @inline(__always)
  var logarithm: Vector {
    typealias Bits = SIMD16<UInt32>
    let bits: Bits = unsafeBitCast(self, to: Bits.self)
    // The exponent as a float's lowest bits, which 2²³ and its bias are then taken from.
    let shifted: Bits = (bits &>> 23) | Bits(repeating: 0x4B00_0000)
    var exponent = unsafeBitCast(shifted, to: Vector.self) - (8_388_608 + 127)
    let fraction: Bits = (bits & Bits(repeating: 0x007F_FFFF)) | Bits(repeating: 0x3F80_0000)
    var m = unsafeBitCast(fraction, to: Vector.self)
    let isLarge = m .> Vector(repeating: 1.414_213_56)
    m.replace(with: m * 0.5, where: isLarge)
    exponent.replace(with: exponent + 1, where: isLarge)
    let f = m - 1
    let z = f * f
    var p = Vector(repeating: 7.037_683_629_2e-2)
    p = p.times(f, plus: Vector(repeating: -1.151_461_031_0e-1))
    p = p.times(f, plus: Vector(repeating: 1.167_699_874_0e-1))
    p = p.times(f, plus: Vector(repeating: -1.242_014_084_6e-1))
    p = p.times(f, plus: Vector(repeating: 1.424_932_278_7e-1))
    p = p.times(f, plus: Vector(repeating: -1.666_805_766_5e-1))
    p = p.times(f, plus: Vector(repeating: 2.000_071_476_5e-1))
    p = p.times(f, plus: Vector(repeating: -2.499_999_399_3e-1))
    p = p.times(f, plus: Vector(repeating: 3.333_333_117_4e-1))
    let low = exponent.times(Vector(repeating: -2.121_944_4e-4), plus: p * f * z)
    let rest = z.times(Vector(repeating: -0.5), plus: low)
    return exponent.times(Vector(repeating: 0.693_359_375), plus: f + rest)
  }

  /// Each lane to the power of `exponent`; NaN below 0 unless that is a whole number.
  @inline(__always)
  func power(_ exponent: Float) -> Vector {
    if exponent == 0.5 { return squareRoot() }
    if exponent == -0.5 { return 1 / squareRoot() }
    let isWhole = exponent.rounded() == exponent
    if isWhole, exponent.magnitude <= 64 {
      var product = Vector(repeating: 1)
      for _ in 0..<Int(exponent.magnitude) { product *= self }
      return exponent < 0 ? 1 / product : product
    }
    let size = magnitude
    let infinity = Vector(repeating: .infinity)
    let result = (size.logarithm * exponent).exponential
      .replacing(with: exponent > 0 ? Vector.zero : infinity, where: self .== Vector.zero)
      .replacing(with: exponent > 0 ? infinity : Vector.zero, where: size .== infinity)
    let isNegative = self .< Vector.zero
    if !isWhole {
      return result.replacing(with: Vector(repeating: .nan), where: isNegative)
        .keepingNaN(of: self)
    }
    let isOdd = exponent.truncatingRemainder(dividingBy: 2) != 0
    return (isOdd ? result.replacing(with: -result, where: isNegative) : result)
      .keepingNaN(of: self)
  }

  /// The error function, by the rational approximation of Eigen and XLA: within a few units of the
  /// last place.
  @inline(__always)
  var errorFunction: Vector {
    let x = atLeast(Vector(repeating: -4)).atMost(Vector(repeating: 4))
    let q = x * x
    var top = Vector(repeating: -2.726_142_258_013_06e-10)
    top = top.times(q, plus: Vector(repeating: 2.770_681_424_959_02e-08))
    top = top.times(q, plus: Vector(repeating: -2.101_024_020_825_08e-06))
    top = top.times(q, plus: Vector(repeating: -5.692_506_394_623_46e-05))
    top = top.times(q, plus: Vector(repeating: -7.349_906_303_268_55e-04))
    top = top.times(q, plus: Vector(repeating: -2.954_599_808_540_25e-03))
    top = top.times(q, plus: Vector(repeating: -1.609_603_332_624_15e-02))
    var bottom = Vector(repeating: -1.456_607_184_649_96e-05)
    bottom = bottom.times(q, plus: Vector(repeating: -2.133_740_552_789_05e-04))
    bottom = bottom.times(q, plus: Vector(repeating: -1.682_826_974_382_03e-03))
    bottom = bottom.times(q, plus: Vector(repeating: -7.373_329_167_204_68e-03))
    bottom = bottom.times(q, plus: Vector(repeating: -1.426_473_905_141_89e-02))
    return x * top / bottom
  }

  /// The value itself, but NaN where `x` is.
  @inline(__always)
  func keepingNaN(of x: Vector) -> Vector { replacing(with: x, where: x .!= x) }
}
