extension Reference {
  package static func layerNormalization(
    rows: Int, width: Int, epsilon: Float, input: UnsafePointer<Float>,
    gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      let (normal, _) = normalized(width, epsilon, input + row * width)
      for c in 0..<width {
        output[row * width + c] = Float(
          normal[c] * Double(gamma?[c] ?? 1) + Double(beta?[c] ?? 0))
      }
    }
  }

  package static func layerNormalizationGradient(
    rows: Int, width: Int, epsilon: Float, input: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, gamma: UnsafePointer<Float>?,
    inputGradient: UnsafeMutablePointer<Float>, gammaGradient: UnsafeMutablePointer<Float>,
    betaGradient: UnsafeMutablePointer<Float>
  ) {
    var gammaSums = [Double](repeating: 0, count: width)
    var betaSums = gammaSums
    for row in 0..<rows {
      let (normal, deviation) = normalized(width, epsilon, input + row * width)
      let g = (0..<width).map { Double(outputGradient[row * width + $0]) }
      let scaled = (0..<width).map { g[$0] * Double(gamma?[$0] ?? 1) }
      let mean = scaled.reduce(0, +) / Double(width)
      let product = zip(scaled, normal).map { $0 * $1 }.reduce(0, +) / Double(width)
      for c in 0..<width {
        gammaSums[c] += g[c] * normal[c]
        betaSums[c] += g[c]
        inputGradient[row * width + c] = Float((scaled[c] - mean - normal[c] * product) / deviation)
      }
    }
    for c in 0..<width {
      gammaGradient[c] = Float(gammaSums[c])
      betaGradient[c] = Float(betaSums[c])
    }
  }

  private static func normalized(_ width: Int, _ epsilon: Float, _ x: UnsafePointer<Float>)
    -> (values: [Double], deviation: Double)
  {
    let values = (0..<width).map { Double(x[$0]) }
    let mean = values.reduce(0, +) / Double(width)
    let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(width)
    let deviation = (variance + Double(epsilon)).squareRoot()
    return (values.map { ($0 - mean) / deviation }, deviation)
  }

  /// Alphas are repeated from the last: `alphas` of them, a divisor of an image's values.
  package static func parametricReLU(
    count: Int, alphas: Int, input: UnsafePointer<Float>, alpha: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<count { output[i] = input[i] > 0 ? input[i] : input[i] * alpha[i % alphas] }
  }

  package static func parametricReLUGradient(
    count: Int, alphas: Int, input: UnsafePointer<Float>, alpha: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    alphaGradient: UnsafeMutablePointer<Float>
  ) {
    var sums = [Double](repeating: 0, count: alphas)
    for i in 0..<count {
      inputGradient[i] = outputGradient[i] * (input[i] > 0 ? 1 : alpha[i % alphas])
      if !(input[i] > 0) { sums[i % alphas] += Double(outputGradient[i]) * Double(input[i]) }
    }
    for i in 0..<alphas { alphaGradient[i] = Float(sums[i]) }
  }
}
