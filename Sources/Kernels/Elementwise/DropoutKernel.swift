/// Inverted dropout: keeps a value with probability `1 − rate` and then divides it by that.
///
/// Whether element `i` is kept is `random.uniform(i) >= rate`: drawn again for the gradient, never
/// stored.
package enum DropoutKernel {
  /// Also the gradient: `forward` of the output's gradient with the same stream. Output may be the
  /// input's memory. A rate of 1 gives zeros.
  package static func forward(
    count: Int, rate: Float, random: RandomStream, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    let factor = rate < 1 ? 1 / (1 - rate) : 0
    // uniform(i) is a multiple of 2⁻²⁴: whole numbers compare the same.
    let bound = SIMD16<UInt32>(repeating: UInt32((max(rate, 0) * 0x1p24).rounded(.up)))
    ElementTiles.forEach(count, pool) { range in
      random.forEachVector(range) { i, draw in
        let size = min(lanes, range.upperBound &- i)
        let value = input.channels(i, size) * factor
        let isKept = draw .>= bound
        output.storeChannels(Vector.zero.replacing(with: value, where: isKept), i, size)
      }
    }
  }

  /// Dropout of whole parts: `draws` says which of an image's draws each value of it takes, so
  /// that values with the same draw stay or go together. Image `n` has draws from
  /// `n · draws.sourceCount` on.
  package static func forward(
    batch: Int, draws: StridedView, rate: Float, random: RandomStream,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    let factor = rate < 1 ? 1 / (1 - rate) : 0
    let count = draws.count
    pool.reserveShared(batch * (draws.sourceCount + count))
    let masks = pool.shared
    let spread = masks + batch * draws.sourceCount
    for i in 0..<batch * draws.sourceCount {
      masks[i] = random.uniform(UInt64(i)) >= rate ? factor : 0
    }
    draws.forward(batch: batch, input: masks, output: spread, pool: pool)
    // What is dropped is 0 even where it was no number.
    ElementTiles.forEach(batch * count, pool) {
      mapVectors($0, input, spread, output) { value, mask in
        Vector.zero.replacing(with: value * mask, where: mask .!= Vector.zero)
      }
    }
  }
}
