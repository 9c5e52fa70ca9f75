import Glibc

extension RandomStream {
  /// Fills `values` with numbers uniform in `[lower, upper)`: element `i` is `uniform(i)`, scaled.
  package func fillUniform(
    count: Int, values: UnsafeMutablePointer<Float>, lower: Float, upper: Float, pool: WorkerPool
  ) {
    let width = upper - lower
    ElementTiles.forEach(count, pool) { range in
      forEachVector(range) { i, draws in
        let uniform = Vector(SIMD16<Int32>(truncatingIfNeeded: draws)) * 0x1p-24
        values.storeChannels(lower + width * uniform, i, min(16, range.upperBound &- i))
      }
    }
  }

  /// Fills `values` with a normal distribution cut off at two deviations (values beyond are drawn
  /// again), as Keras' `TruncatedNormal`: its own deviation is 0.8796 of `deviation`.
  ///
  /// Each element maps one uniform number through the inverse of the truncated distribution, so
  /// that it needs no second draw.
  package func fillTruncatedNormal(
    count: Int, values: UnsafeMutablePointer<Float>, mean: Float = 0, deviation: Float,
    pool: WorkerPool
  ) {
    let below = erfc(2 / 2.0.squareRoot()) / 2
    let within = 1 - 2 * below
    ElementTiles.forEach(count, pool) { range in
      forEachVector(range) { i, draws in
        for lane in 0..<min(16, range.upperBound &- i) {
          // Half a step away from 0, so that the middle of each of the 2²⁴ intervals is taken.
          let u = (Double(draws[lane]) + 0.5) * 0x1p-24
          let z = NormalDistribution.quantile(below + u * within)
          values[i &+ lane] = mean + deviation * Float(min(max(z, -2), 2))
        }
      }
    }
  }
}
