import Foundation

extension RandomStream {
  /// Fills `values` with numbers uniform in `[lower, upper)`: element `i` is `uniform(i)`, scaled.
  package func fillUniform(
    count: Int, values: UnsafeMutablePointer<Float>, lower: Float, upper: Float, pool: WorkerPool
  ) {
    let width = upper - lower
    ElementTiles.forEach(count, pool) { range in
      for i in range { values[i] = lower + width * uniform(UInt64(i)) }
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
    ElementTiles.forEach(count, pool) { range in
      for i in range {
        // Half a step away from 0, so that the middle of each of the 2²⁴ intervals is taken.
        let u = Double(uniform(UInt64(i))) + 0x1p-25
        let z = Self.normalQuantile(below + u * (1 - 2 * below))
        values[i] = mean + deviation * Float(min(max(z, -2), 2))
      }
    }
  }

  /// The inverse of the normal distribution function for `p` within two deviations, by Newton's
  /// method.
  private static func normalQuantile(_ p: Double) -> Double {
    // Tukey's lambda approximation is within 0.01; three steps of Newton's method end at rounding.
    var z = (pow(p, 0.135) - pow(1 - p, 0.135)) / 0.1975
    for _ in 0..<3 {
      let error = erfc(-z / 2.0.squareRoot()) / 2 - p
      z -= error * (2 * Double.pi).squareRoot() * exp(z * z / 2)
    }
    return z
  }
}
