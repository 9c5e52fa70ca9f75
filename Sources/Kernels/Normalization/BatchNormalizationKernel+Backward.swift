extension BatchNormalizationKernel {
  /// Gradients after `forwardTraining`, through the batch's statistics, in two passes. What came out
  /// before the activation is computed again from `input`. Gradients that are `nil` are not wanted;
  /// `inputGradient` may be the memory of `outputGradient`.
  package func backwardTraining(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?, activation: Activation = .linear,
    saved: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>?,
    gammaGradient: UnsafeMutablePointer<Float>?, betaGradient: UnsafeMutablePointer<Float>?
  ) {
    backward(
      throughStatistics: true, input: input, outputGradient: outputGradient, gamma: gamma,
      beta: beta, mean: saved, scale: saved + channels, activation: activation,
      inputGradient: inputGradient, gammaGradient: gammaGradient, betaGradient: betaGradient)
  }

  /// Gradients after `forwardInference`: the statistics are constants.
  package func backwardInference(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?, movingMean: UnsafePointer<Float>,
    movingVariance: UnsafePointer<Float>, activation: Activation = .linear,
    inputGradient: UnsafeMutablePointer<Float>?, gammaGradient: UnsafeMutablePointer<Float>?,
    betaGradient: UnsafeMutablePointer<Float>?
  ) {
    let scale = coefficients[4].pointer
    mapVectors(0..<channels, movingVariance, scale) { 1 / ($0 + self.epsilon).squareRoot() }
    backward(
      throughStatistics: false, input: input, outputGradient: outputGradient, gamma: gamma,
      beta: beta, mean: movingMean, scale: scale, activation: activation,
      inputGradient: inputGradient, gammaGradient: gammaGradient, betaGradient: betaGradient)
  }

  private func backward(
    throughStatistics: Bool, input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?, mean: UnsafePointer<Float>,
    scale: UnsafePointer<Float>, activation: Activation,
    inputGradient: UnsafeMutablePointer<Float>?, gammaGradient: UnsafeMutablePointer<Float>?,
    betaGradient: UnsafeMutablePointer<Float>?
  ) {
    prepareAffine(gamma: gamma, beta: beta, mean: mean, scale: scale)
    let sums = pool.shared
    if throughStatistics || gammaGradient != nil || betaGradient != nil {
      gatherSums(
        input: input, outputGradient: outputGradient, mean: mean, activation: activation)
      // Σ gradient · (x − mean) becomes Σ gradient · x̂.
      mapVectors(0..<channels, sums + channels, scale, sums + channels) { $0 * $1 }
      betaGradient?.update(from: sums, count: channels)
      gammaGradient?.update(from: sums + channels, count: channels)
    }
    guard let inputGradient else { return }
    let slope = coefficients[2].pointer
    let constant = coefficients[3].pointer
    if throughStatistics {
      // factor · (g − Σg / n − x̂ · Σ(g·x̂) / n) = factor · g + slope · x + constant
      let share = -1 / Float(rows)
      let factor = coefficients[0].pointer
      mapVectors(0..<channels, sums + channels, scale, slope) { $0 * $1 * share }
      mapVectors(0..<channels, slope, factor, slope) { $0 * $1 }
      mapVectors(0..<channels, sums, factor, constant) { $0 * $1 * share }
      mapVectors(0..<channels, slope, mean, coefficients[4].pointer) { -($0 * $1) }
      mapVectors(0..<channels, constant, coefficients[4].pointer, constant) { $0 + $1 }
      repeatCoefficients(2..<4)
    }
    let loop = GradientLoop(
      pattern: tiles.pattern, range: 0..<0, throughStatistics: throughStatistics, input: input,
      outputGradient: outputGradient, inputGradient: inputGradient,
      factor: coefficients[0].pointer, offset: coefficients[1].pointer, slope: slope,
      constant: constant)
    pool.parallelFor(tiles.count) { tile, _ in
      var part = loop
      part.range = tiles.values(of: tile)
      activation.dispatch(part)
    }
  }

  /// Leaves Σ g and Σ g · (x − mean) of each channel at the start of the shared scratch, where g is
  /// the gradient before the activation.
  private func gatherSums(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    mean: UnsafePointer<Float>, activation: Activation
  ) {
    let centers = coefficients[2].pointer
    centers.update(from: mean, count: channels)
    repeatCoefficients(2..<3)
    let shared = pool.shared
    nonisolated(unsafe) let partial = shared  // Disjoint: each tile has its own part.
    pool.parallelFor(tiles.count) { tile, worker in
      let loop = SumsLoop(
        pattern: tiles.pattern, range: tiles.values(of: tile), input: input,
        outputGradient: outputGradient, factor: coefficients[0].pointer,
        offset: coefficients[1].pointer, centers: centers, sums: pool.scratch(of: worker))
      activation.dispatch(loop)
      let part = partial + tile * 2 * channels
      tiles.pattern.fold(loop.sums, into: part)
      tiles.pattern.fold(loop.sums + tiles.pattern.period, into: part + channels)
    }
    for part in 1..<max(tiles.count, 1) {
      mapVectors(0..<2 * channels, shared, shared + part * 2 * channels, shared) { $0 + $1 }
    }
  }
}

/// Σ g and Σ g · (x − mean) over a tile, one after the other in `sums`.
private struct SumsLoop: ActivationLoop {
  let pattern: ChannelPattern
  let range: Range<Int>
  let input: UnsafePointer<Float>
  let outputGradient: UnsafePointer<Float>
  let factor: UnsafePointer<Float>
  let offset: UnsafePointer<Float>
  let centers: UnsafePointer<Float>
  let sums: UnsafeMutablePointer<Float>

  func run(_ function: some ActivationFunction) {
    let products = sums + pattern.period
    sums.update(repeating: 0, count: 2 * pattern.period)
    @inline(__always)
    func step(_ i: Int, _ p: Int, _ count: Int) {
      let x = count == lanes ? input.vector(i) : input.vector(i, count: count)
      // Beyond the end the gradient is 0.
      let y = count == lanes ? outputGradient.vector(i) : outputGradient.vector(i, count: count)
      let g = y * function.slope(at: x.times(factor.vector(p), plus: offset.vector(p)))
      sums.store(sums.vector(p) + g, p)
      products.store(products.vector(p).addingProduct(g, x - centers.vector(p)), p)
    }
    pattern.forEach(range, step)
  }
}

private struct GradientLoop: ActivationLoop {
  let pattern: ChannelPattern
  var range: Range<Int>
  let throughStatistics: Bool
  let input: UnsafePointer<Float>
  let outputGradient: UnsafePointer<Float>
  let inputGradient: UnsafeMutablePointer<Float>
  let factor: UnsafePointer<Float>
  let offset: UnsafePointer<Float>
  let slope: UnsafePointer<Float>
  let constant: UnsafePointer<Float>

  func run(_ function: some ActivationFunction) {
    @inline(__always)
    func step(_ i: Int, _ p: Int, _ count: Int) {
      let x = count == lanes ? input.vector(i) : input.vector(i, count: count)
      let y = count == lanes ? outputGradient.vector(i) : outputGradient.vector(i, count: count)
      let f = factor.vector(p)
      var result = y * function.slope(at: x.times(f, plus: offset.vector(p))) * f
      if throughStatistics {
        result += x.times(slope.vector(p), plus: constant.vector(p))
      }
      if count == lanes {
        inputGradient.store(result, i)
      } else {
        inputGradient.store(result, i, count: count)
      }
    }
    pattern.forEach(range, step)
  }
}
