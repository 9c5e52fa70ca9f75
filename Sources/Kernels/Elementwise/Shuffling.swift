/// The channels of `[rows, channels]` in the order of a transposed table: channel k · n + i of `groups`
/// groups of n becomes channel i · groups + k.
package enum Shuffling {
  /// Values of a tile.
  private static let tileCount = 16_384

  /// Its inverse, and so its gradient, is the same with `channels / groups` groups.
  /// - Precondition: `groups` divides `channels`.
  package static func shuffle(
    rows: Int, channels: Int, groups: Int, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    precondition(channels % groups == 0, "\(groups) groups of \(channels) channels")
    let width = channels / groups
    let height = max(1, tileCount / channels)
    nonisolated(unsafe) let output = output  // Disjoint: a tile writes its rows.
    pool.parallelFor((rows + height - 1) / height) { tile, _ in
      for row in tile * height..<min((tile + 1) * height, rows) {
        let (x, y) = (input + row * channels, output + row * channels)
        if groups == 2 {
          interleave(x, width, y)
        } else if width == 2 {
          separate(x, groups, y)
        } else {
          for group in 0..<groups {
            let source = x + group * width
            for i in 0..<width { y[i &* groups &+ group] = source[i] }
          }
        }
      }
    }
  }

  /// Two halves of `width` values, one of each in turn.
  @inline(__always)
  private static func interleave(
    _ x: UnsafePointer<Float>, _ width: Int, _ y: UnsafeMutablePointer<Float>
  ) {
    var i = 0
    while i &+ 8 <= width {
      var values = Vector.zero
      values.evenHalf = half(x + i)
      values.oddHalf = half(x + width + i)
      y.store(values, 2 &* i)
      i &+= 8
    }
    while i < width {
      y[2 &* i] = x[i]
      y[2 &* i &+ 1] = x[width &+ i]
      i &+= 1
    }
  }

  /// `count` pairs, their first values and then their second ones.
  @inline(__always)
  private static func separate(
    _ x: UnsafePointer<Float>, _ count: Int, _ y: UnsafeMutablePointer<Float>
  ) {
    var i = 0
    while i &+ 8 <= count {
      let values = x.vector(2 &* i)
      let target = UnsafeMutableRawPointer(y + i)
      target.storeBytes(of: values.evenHalf, as: SIMD8<Float>.self)
      (target + 4 &* count).storeBytes(of: values.oddHalf, as: SIMD8<Float>.self)
      i &+= 8
    }
    while i < count {
      y[i] = x[2 &* i]
      y[count &+ i] = x[2 &* i &+ 1]
      i &+= 1
    }
  }

  @inline(__always)
  private static func half(_ x: UnsafePointer<Float>) -> SIMD8<Float> {
    UnsafeRawPointer(x).loadUnaligned(as: SIMD8<Float>.self)
  }
}
