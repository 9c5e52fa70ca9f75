extension RandomStream {
  /// Elements that `words` draws at a time.
  static let wordsPerCall = 64

  /// Elements `64 · index` to `64 · index + 63`, each in the upper 24 bits of its word shifted down: a
  /// number in `0..<2²⁴`. The same words as `block`, sixteen blocks side by side.
  @inline(__always)
  func words(_ index: Int) -> (SIMD16<UInt32>, SIMD16<UInt32>, SIMD16<UInt32>, SIMD16<UInt32>) {
    let first = UInt64(index) &* 16
    let steps = SIMD16<UInt32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    // Sixteen blocks begin at a multiple of sixteen: their lower halves do not overflow.
    var x = SIMD16(repeating: UInt32(truncatingIfNeeded: first)) &+ steps
    var y = SIMD16(repeating: UInt32(truncatingIfNeeded: first >> 32))
    var z = SIMD16(repeating: high.x)
    var w = SIMD16(repeating: high.y)
    var key = key
    for _ in 0..<10 {
      let (high0, low0) = Self.multiply(x, 0xD251_1F53)
      let (high1, low1) = Self.multiply(z, 0xCD9E_8D57)
      x = high1 ^ y ^ SIMD16(repeating: key.x)
      y = low1
      z = high0 ^ w ^ SIMD16(repeating: key.y)
      w = low0
      key = key &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    // From the first word of every block, then the second …, to block after block.
    let (xz0, xz1) = Self.interleave(x &>> 8, z &>> 8)
    let (yw0, yw1) = Self.interleave(y &>> 8, w &>> 8)
    let (a, b) = Self.interleave(xz0, yw0)
    let (c, d) = Self.interleave(xz1, yw1)
    return (a, b, c, d)
  }

  @inline(__always)
  private static func multiply(_ a: SIMD16<UInt32>, _ factor: UInt64)
    -> (high: SIMD16<UInt32>, low: SIMD16<UInt32>)
  {
    // Every other lane at a time, where it stands: widening all of them would move them there and back.
    let pairs = unsafeBitCast(a, to: SIMD8<UInt64>.self)
    let lower = SIMD8<UInt64>(repeating: 0xFFFF_FFFF)
    let even = (pairs & lower) &* SIMD8(repeating: factor)
    let odd = (pairs &>> 32) &* SIMD8(repeating: factor)
    return (
      unsafeBitCast((even &>> 32) | (odd & ~lower), to: SIMD16<UInt32>.self),
      unsafeBitCast((even & lower) | (odd &<< 32), to: SIMD16<UInt32>.self)
    )
  }

  /// a₀ b₀ a₁ b₁ …
  @inline(__always)
  private static func interleave(_ a: SIMD16<UInt32>, _ b: SIMD16<UInt32>)
    -> (SIMD16<UInt32>, SIMD16<UInt32>)
  {
    var low = SIMD16<UInt32>.zero
    var high = SIMD16<UInt32>.zero
    low.evenHalf = a.lowHalf
    low.oddHalf = b.lowHalf
    high.evenHalf = a.highHalf
    high.oddHalf = b.highHalf
    return (low, high)
  }

  /// Calls `body(first element, sixteen numbers in 0..<2²⁴)` for a range that begins at a multiple of
  /// 64; the last ones may reach beyond it.
  @inline(__always)
  func forEachVector(_ range: Range<Int>, _ body: (Int, SIMD16<UInt32>) -> Void) {
    var i = range.lowerBound
    while i < range.upperBound {
      let (a, b, c, d) = words(i / Self.wordsPerCall)
      body(i, a)
      if i &+ 16 < range.upperBound { body(i &+ 16, b) }
      if i &+ 32 < range.upperBound { body(i &+ 32, c) }
      if i &+ 48 < range.upperBound { body(i &+ 48, d) }
      i &+= Self.wordsPerCall
    }
  }
}
