import Foundation

/// Normalises each row of `[rows, width]` by its own mean and variance, then gamma and beta, one of
/// each for every column (Ba et al., arXiv:1607.06450).
package struct LayerNormalizationKernel {
  package let rows: Int
  package let width: Int
  /// Added to the variance.
  package let epsilon: Float
  private let pool: WorkerPool

  package init(rows: Int, width: Int, epsilon: Float, pool: WorkerPool) {
    self.rows = rows
    self.width = width
    self.epsilon = epsilon
    self.pool = pool
  }

  /// Output may be the input's memory.
  package func forward(
    input: UnsafePointer<Float>, gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>
  ) {
    forEachRow { row, _ in
      let x = input + row * width
      let y = output + row * width
      let (mean, deviation) = statistics(x)
      let factor = 1 / deviation
      forEachVector { c, count in
        var value = (x.channels(c, count) - mean) * factor
        if let gamma { value *= gamma.channels(c, count) }
        if let beta { value += beta.channels(c, count) }
        y.storeChannels(value, c, count)
      }
    }
  }

  /// Gradients, with the statistics taken from the input again. The input's may be the output's
  /// memory, and is written last.
  package func backward(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    gamma: UnsafePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>?,
    gammaGradient: UnsafeMutablePointer<Float>?, betaGradient: UnsafeMutablePointer<Float>?
  ) {
    if let betaGradient {
      Reduction.sumRows(
        rows: rows, columns: width, input: outputGradient, output: betaGradient, pool: pool)
    }
    if let gammaGradient { sumGamma(input, outputGradient, gammaGradient) }
    guard let inputGradient else { return }
    nonisolated(unsafe) let target = inputGradient  // Disjoint: a tile writes its rows.
    forEachRow { row, _ in
      let x = input + row * width
      let g = outputGradient + row * width
      let (mean, deviation) = statistics(x)
      let factor = 1 / deviation
      func scaled(_ c: Int, _ count: Int) -> Vector {
        let value = g.channels(c, count)
        return gamma.map { value * $0.channels(c, count) } ?? value
      }
      var (sum, product) = (0.0, 0.0)
      forEachVector { c, count in
        let value = scaled(c, count)
        let normal = masked((x.channels(c, count) - mean) * factor, count)
        sum += Double(value.total)
        product += Double((value * normal).total)
      }
      let (shift, slope) = (Float(sum / Double(width)), Float(product / Double(width)))
      forEachVector { c, count in
        let normal = (x.channels(c, count) - mean) * factor
        let value = (scaled(c, count) - shift - normal * slope) * factor
        target.storeChannels(value, row * width + c, count)
      }
    }
  }

  /// Sums of a band of rows each, then the bands' in their order.
  private func sumGamma(
    _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>,
    _ gammaGradient: UnsafeMutablePointer<Float>
  ) {
    let bands = (rows + band - 1) / band
    pool.reserveShared(bands * width)
    let partial = pool.shared
    nonisolated(unsafe) let shared = partial  // Disjoint: each band has its own row.
    pool.parallelFor(bands) { tile, _ in
      let sums = shared + tile * width
      sums.update(repeating: 0, count: width)
      for row in tile * band..<min((tile + 1) * band, rows) {
        let x = input + row * width
        let g = outputGradient + row * width
        let (mean, deviation) = statistics(x)
        let factor = 1 / deviation
        forEachVector { c, count in
          let normal = (x.channels(c, count) - mean) * factor
          let sum = sums.channels(c, count) + normal * g.channels(c, count)
          sums.storeChannels(sum, c, count)
        }
      }
    }
    Reduction.sumParts(
      parts: bands, count: width, input: partial, output: gammaGradient, pool: pool)
  }

  /// Rows of a tile.
  private var band: Int { max(1, 16_384 / width) }

  private func forEachRow(_ body: (_ row: Int, _ worker: Int) -> Void) {
    pool.parallelFor((rows + band - 1) / band) { tile, worker in
      for row in tile * band..<min((tile + 1) * band, rows) { body(row, worker) }
    }
  }

  @inline(__always)
  private func forEachVector(_ body: (_ c: Int, _ count: Int) -> Void) {
    for c in stride(from: 0, to: width, by: lanes) { body(c, min(lanes, width - c)) }
  }

  /// Zero beyond `count`, where a vector that was moved holds no value of the row.
  @inline(__always)
  private func masked(_ value: Vector, _ count: Int) -> Vector {
    var result = value
    for lane in count..<lanes { result[lane] = 0 }
    return result
  }

  /// Mean and √(variance + epsilon), in two passes: no cancellation.
  private func statistics(_ x: UnsafePointer<Float>) -> (mean: Float, deviation: Float) {
    var sum = 0.0
    forEachVector { c, count in sum += Double(x.channels(c, count).total) }
    let mean = Float(sum / Double(width))
    var squares = 0.0
    forEachVector { c, count in
      let difference = masked(x.channels(c, count) - mean, count)
      squares += Double((difference * difference).total)
    }
    return (mean, Float(squares / Double(width) + Double(epsilon)).squareRoot())
  }
}
