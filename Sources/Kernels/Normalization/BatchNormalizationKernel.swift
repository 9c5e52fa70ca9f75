/// Batch normalisation over the last axis of `[rows, channels]`, with the activation that follows.
///
/// `output = activation(gamma · (input − mean) / √(variance + epsilon) + beta)`; gamma and beta
/// may be missing (1 and 0). Variances are biased, the moving one too, as in Keras.
package final class BatchNormalizationKernel {
  package let rows: Int
  package let channels: Int
  package let epsilon: Float
  let pool: WorkerPool
  let tiles: RowTiles
  /// One value a channel for each of the coefficients of a pass, repeated over the pattern.
  let coefficients: [FloatBuffer]

  package init(rows: Int, channels: Int, epsilon: Float, pool: WorkerPool) {
    precondition(rows > 0 && channels > 0)
    self.rows = rows
    self.channels = channels
    self.epsilon = epsilon
    self.pool = pool
    tiles = RowTiles(rows: rows, channels: channels)
    let period = tiles.pattern.period
    coefficients = (0..<5).map { _ in FloatBuffer(count: period) }
    pool.reserveScratch(ChannelStatistics.scratchCount(tiles.pattern))
    pool.reserveShared(ChannelStatistics.count(parts: tiles.count, channels: channels))
  }

  /// Floats that `forwardTraining` leaves for `backwardTraining`: mean and 1/√(variance + ε).
  package var savedCount: Int { 2 * channels }

  /// With the statistics of this batch. Moves both moving statistics:
  /// `moving = moving · momentum + batch · (1 − momentum)`, Keras' meaning of momentum.
  /// Output may be the input's memory (`backwardTraining` then has no input to read).
  package func forwardTraining(
    input: UnsafePointer<Float>, gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?,
    movingMean: UnsafeMutablePointer<Float>, movingVariance: UnsafeMutablePointer<Float>,
    momentum: Float, activation: Activation = .linear, output: UnsafeMutablePointer<Float>,
    saved: UnsafeMutablePointer<Float>
  ) {
    let statistics = ChannelStatistics(memory: pool.shared, channels: channels)
    pool.parallelFor(tiles.count) { tile, worker in
      statistics.gather(
        part: tile, rows: tiles.rows(of: tile).count, pattern: tiles.pattern,
        input: input + tiles.values(of: tile).lowerBound, scratch: pool.scratch(of: worker))
    }
    forwardTraining(
      input: input,
      statistics: ConvolutionStatistics(
        statistics: statistics, rows: (0..<tiles.count).map { tiles.rows(of: $0).count }),
      gamma: gamma, beta: beta, movingMean: movingMean, movingVariance: movingVariance,
      momentum: momentum, activation: activation, output: output, saved: saved)
  }

  /// The same with statistics that the convolution before has gathered of `input`.
  package func forwardTraining(
    input: UnsafePointer<Float>, statistics: ConvolutionStatistics, gamma: UnsafePointer<Float>?,
    beta: UnsafePointer<Float>?, movingMean: UnsafeMutablePointer<Float>,
    movingVariance: UnsafeMutablePointer<Float>, momentum: Float, activation: Activation = .linear,
    output: UnsafeMutablePointer<Float>, saved: UnsafeMutablePointer<Float>
  ) {
    let mean = saved
    let scale = saved + channels
    statistics.statistics.combine(rows: statistics.rows, mean: mean, variance: scale, pool: pool)
    let kept = 1 - momentum
    mapVectors(0..<channels, movingMean, mean, movingMean) { $0 * momentum + $1 * kept }
    mapVectors(0..<channels, movingVariance, scale, movingVariance) { $0 * momentum + $1 * kept }
    mapVectors(0..<channels, scale, scale) { 1 / ($0 + self.epsilon).squareRoot() }
    prepareAffine(gamma: gamma, beta: beta, mean: mean, scale: scale)
    normalize(
      ChannelAffine(factor: coefficients[0].pointer, offset: coefficients[1].pointer),
      input: input, activation: activation, output: output)
  }

  /// What `forwardInference` does to each channel before the activation. Stands until the kernel's
  /// next call.
  package func inferenceAffine(
    gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?, movingMean: UnsafePointer<Float>,
    movingVariance: UnsafePointer<Float>
  ) -> ChannelAffine {
    let scale = coefficients[4].pointer
    mapVectors(0..<channels, movingVariance, scale) { 1 / ($0 + self.epsilon).squareRoot() }
    prepareAffine(gamma: gamma, beta: beta, mean: movingMean, scale: scale)
    return ChannelAffine(factor: coefficients[0].pointer, offset: coefficients[1].pointer)
  }

  /// With the moving statistics, which stay as they are. Output may be the input's memory.
  package func forwardInference(
    input: UnsafePointer<Float>, gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?,
    movingMean: UnsafePointer<Float>, movingVariance: UnsafePointer<Float>,
    activation: Activation = .linear, output: UnsafeMutablePointer<Float>
  ) {
    normalize(
      inferenceAffine(
        gamma: gamma, beta: beta, movingMean: movingMean, movingVariance: movingVariance),
      input: input, activation: activation, output: output)
  }

  /// Writes `factor` and `offset` with `factor · x + offset = gamma · (x − mean) · scale + beta` into
  /// the first two coefficients.
  func prepareAffine(
    gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?, mean: UnsafePointer<Float>,
    scale: UnsafePointer<Float>
  ) {
    let factor = coefficients[0].pointer
    let offset = coefficients[1].pointer
    factor.update(from: scale, count: channels)
    if let gamma { mapVectors(0..<channels, factor, gamma, factor) { $0 * $1 } }
    mapVectors(0..<channels, factor, mean, offset) { -($0 * $1) }
    if let beta { mapVectors(0..<channels, offset, beta, offset) { $0 + $1 } }
    repeatCoefficients(0..<2)
  }

  /// Spreads the first `channels` values of some coefficients over the pattern.
  func repeatCoefficients(_ range: Range<Int>) {
    for index in range {
      let values = coefficients[index].pointer
      for i in 1..<max(tiles.pattern.repeats, 1) {
        (values + i * channels).update(from: values, count: channels)
      }
    }
  }

  private func normalize(
    _ affine: ChannelAffine, input: UnsafePointer<Float>, activation: Activation,
    output: UnsafeMutablePointer<Float>
  ) {
    let loop = NormalizeLoop(
      pattern: tiles.pattern, range: 0..<0, input: input, output: output,
      factor: affine.factor, offset: affine.offset)
    pool.parallelFor(tiles.count) { tile, _ in
      var part = loop
      part.range = tiles.values(of: tile)
      activation.dispatch(part)
    }
  }
}

/// `output = activation(factor · input + offset)` over a tile.
private struct NormalizeLoop: ActivationLoop {
  let pattern: ChannelPattern
  var range: Range<Int>
  let input: UnsafePointer<Float>
  let output: UnsafeMutablePointer<Float>
  let factor: UnsafePointer<Float>
  let offset: UnsafePointer<Float>

  func run(_ function: some ActivationFunction) {
    @inline(__always)
    func step(_ i: Int, _ p: Int, _ count: Int) {
      if count == lanes {
        let x = input.vector(i).times(factor.vector(p), plus: offset.vector(p))
        output.store(function.value(x), i)
      } else {
        let x = input.vector(i, count: count).times(factor.vector(p), plus: offset.vector(p))
        output.store(function.value(x), i, count: count)
      }
    }
    pattern.forEach(range, step)
  }
}
