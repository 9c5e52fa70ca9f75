/// Counter-based random numbers: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy
/// as 1, 2, 3", SC 2011).
///
/// Every number is a pure function of (seed, purpose, step, layer, element), so any thread may
/// draw any element in any order, twice if need be, and a resumed run draws what an uninterrupted
/// one would have.
package struct RandomStream: Sendable, Equatable {
  /// What the numbers are for: streams of different purposes never overlap.
  package enum Purpose: UInt32, Sendable {
    case initialization, dropout, shuffle, augmentation, split, test, search
  }

  let key: SIMD2<UInt32>
  let high: SIMD2<UInt32>

  /// - Parameters:
  ///   - step: the training step, epoch or 0.
  ///   - layer: a number that stays the same for the same layer name (`RandomStream.hash`).
  package init(seed: UInt64, purpose: Purpose, step: UInt64 = 0, layer: UInt32 = 0) {
    // The counter is (element / 4, step, layer with the purpose mixed in): 32 bits of each.
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    let tag = (layer &* 0x9E37_79B9) ^ (purpose.rawValue &* 0x85EB_CA6B)
    high = SIMD2(UInt32(truncatingIfNeeded: step), tag)
  }

  /// FNV-1a of a layer's name.
  package static func hash(_ name: String) -> UInt32 {
    name.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
  }

  /// The four words of block `index`: elements `4 · index` to `4 · index + 3`.
  package func block(_ index: UInt64) -> SIMD4<UInt32> {
    var counter = SIMD4(
      UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), high.x, high.y)
    var key = key
    for _ in 0..<10 {
      let p0 = UInt64(counter.x) &* 0xD251_1F53
      let p1 = UInt64(counter.z) &* 0xCD9E_8D57
      counter = SIMD4(
        UInt32(truncatingIfNeeded: p1 >> 32) ^ counter.y ^ key.x, UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ counter.w ^ key.y, UInt32(truncatingIfNeeded: p0))
      key = key &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return counter
  }

  /// Element `index` as 32 random bits.
  package func bits(_ index: UInt64) -> UInt32 {
    block(index / 4)[Int(index % 4)]
  }

  /// Element `index`, uniform in [0, 1), a multiple of 2⁻²⁴.
  package func uniform(_ index: UInt64) -> Float {
    Float(bits(index) >> 8) * 0x1p-24
  }

  /// A permutation of `0..<count` (Fisher–Yates).
  package func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    var element: UInt64 = 0
    for i in stride(from: count - 1, to: 0, by: -1) {
      // 64 random bits over a range far below 2³²: the bias is below 2⁻³².
      let word = block(element)
      element += 1
      let wide = UInt64(word.x) << 32 | UInt64(word.y)
      order.swapAt(i, Int(wide.multipliedFullWidth(by: UInt64(i + 1)).high))
    }
    return order
  }
}
