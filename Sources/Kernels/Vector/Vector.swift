/// Sixteen floats: one AVX-512 register, or two of AVX2.
typealias Vector = SIMD16<Float>

/// Lanes of a `Vector`.
let lanes = 16

extension UnsafePointer<Float> {
  /// The sixteen values from index `i`; no alignment needed.
  @_transparent
  func vector(_ i: Int) -> Vector {
    UnsafeRawPointer(self + i).loadUnaligned(as: Vector.self)
  }

  /// The `count` values from index `i`, and zeros after them; reads no further.
  @_transparent
  func vector(_ i: Int, count: Int) -> Vector {
    var result = Vector.zero
    withUnsafeMutableBytes(of: &result) {
      $0.baseAddress!.copyMemory(from: self + i, byteCount: count &* 4)
    }
    return result
  }
}

extension UnsafeMutablePointer<Float> {
  /// The sixteen values from index `i`; no alignment needed.
  @_transparent
  func vector(_ i: Int) -> Vector {
    UnsafeRawPointer(self + i).loadUnaligned(as: Vector.self)
  }

  /// The `count` values from index `i`, and zeros after them; reads no further.
  @_transparent
  func vector(_ i: Int, count: Int) -> Vector {
    UnsafePointer(self).vector(i, count: count)
  }

  /// Writes sixteen values from index `i`.
  @_transparent
  func store(_ value: Vector, _ i: Int) {
    UnsafeMutableRawPointer(self + i).storeBytes(of: value, as: Vector.self)
  }

  /// Writes the first `count` lanes from index `i`, and no further.
  @_transparent
  func store(_ value: Vector, _ i: Int, count: Int) {
    withUnsafeBytes(of: value) {
      UnsafeMutableRawPointer(self + i).copyMemory(from: $0.baseAddress!, byteCount: count &* 4)
    }
  }
}

extension SIMD16<Float> {
  /// Every lane no lower than `bound`; NaN stays NaN.
  @_transparent
  func atLeast(_ bound: Vector) -> Vector {
    replacing(with: bound, where: self .< bound)
  }

  /// Every lane no higher than `bound`; NaN stays NaN.
  @_transparent
  func atMost(_ bound: Vector) -> Vector {
    replacing(with: bound, where: self .> bound)
  }

  /// Sum of the lanes, always in the same order.
  @_transparent
  var total: Float {
    let eight = lowHalf + highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }
}
