extension RandomStream {
  /// Elements that `words` draws at a time.
  static let wordsPerCall = 64
  private static let word: UInt64 = 0xFFFF_FFFF

  /// Elements `64 · index` to `64 · index + 63`, each in the upper 24 bits of its word shifted down: a
  /// number in `0..<2²⁴`. The same words as `block`, sixteen blocks side by side.
  @inline(__always)
  func words(_ index: Int) -> (SIMD16<UInt32>, SIMD16<UInt32>, SIMD16<UInt32>, SIMD16<UInt32>) {
    let first = UInt64(index) &* 16
    var a = Blocks(first, high)
    var b = Blocks(first &+ 4, high)
    var c = Blocks(first &+ 8, high)
    var d = Blocks(first &+ 12, high)
    var key = SIMD2<UInt64>(truncatingIfNeeded: key)
    for _ in 0..<10 {
      a.mix(key)
      b.mix(key)
      c.mix(key)
      d.mix(key)
      key = key &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return (a.elements, b.elements, c.elements, d.elements)
  }

  /// Four blocks side by side. Each word has 64 bits to itself, so that a product stays where it is; and they
  /// lie so that their order is the elements' in the end, for the optimiser does much harm to vectors that
  /// are interleaved there.
  private struct Blocks {
    /// The first word of a block, its third, the first of the next …
    private var xz: SIMD8<UInt64>
    /// The second words and the fourth.
    private var yw: SIMD8<UInt64>

    /// - Parameter first: index of the first block, a multiple of four: its lower half does not overflow.
    @inline(__always)
    init(_ first: UInt64, _ high: SIMD2<UInt32>) {
      let (x, y) = (first & RandomStream.word, first >> 32)
      let (z, w) = (UInt64(high.x), UInt64(high.y))
      xz = SIMD8(x, z, x &+ 1, z, x &+ 2, z, x &+ 3, z)
      yw = SIMD8(y, w, y, w, y, w, y, w)
    }

    /// One round. What else there is in the upper halves stays there: only products take them away, at no
    /// cost.
    @inline(__always)
    mutating func mix(_ key: SIMD2<UInt64>) {
      let (m, n) = (UInt64(0xD251_1F53), UInt64(0xCD9E_8D57))
      let (k, l) = (key.x, key.y)
      let products = (xz & SIMD8(repeating: RandomStream.word)) &* SIMD8(m, n, m, n, m, n, m, n)
      // What came of the third word goes to the first, and the other way.
      var swapped = products
      swapped.evenHalf = products.oddHalf
      swapped.oddHalf = products.evenHalf
      xz = (swapped &>> 32) ^ yw ^ SIMD8(k, l, k, l, k, l, k, l)
      yw = swapped
    }

    /// The sixteen elements, block after block.
    @inline(__always)
    var elements: SIMD16<UInt32> {
      let words = (xz & SIMD8(repeating: RandomStream.word)) | (yw &<< 32)
      return unsafeBitCast(words, to: SIMD16<UInt32>.self) &>> 8
    }
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
