/// A penalty on the size of a parameter's values, which training adds to the loss: Keras' `L1`, `L2`
/// and `L1L2`, `l1 · Σ|w| + l2 · Σw²`.
package struct NormPenalty: Hashable, Sendable {
  package let l1: Float
  package let l2: Float

  package init(l1: Float, l2: Float) {
    self.l1 = l1
    self.l2 = l2
  }

  /// What it adds to the loss.
  package func value(count: Int, weights: UnsafePointer<Float>, pool: WorkerPool) -> Double {
    var sum = 0.0
    if l1 != 0 {
      sum += Double(l1) * Reduction.sumOfMagnitudes(count: count, values: weights, pool: pool)
    }
    if l2 != 0 {
      sum += Double(l2) * Reduction.sumOfSquares(count: count, values: weights, pool: pool)
    }
    return sum
  }

  /// Adds its gradient, `2 · l2 · w + l1 · sign(w)`, where the sign of 0 is 0.
  package func addGradient(
    count: Int, weights: UnsafePointer<Float>, to gradient: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    let (l1, twice) = (l1, 2 * l2)
    ElementTiles.forEach(count, pool) { range in
      mapVectors(range, gradient, weights, gradient) { g, w in
        let sign = Vector.zero.replacing(with: l1, where: w .> Vector.zero)
          .replacing(with: -l1, where: w .< Vector.zero)
        return g + (w * twice + sign)
      }
    }
  }
}
