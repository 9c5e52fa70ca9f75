extension Reference {
  package static func batchNormalization(
    rows: Int, channels: Int, epsilon: Float, input: UnsafePointer<Float>,
    gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?,
    movingMean: UnsafeMutablePointer<Float>, movingVariance: UnsafeMutablePointer<Float>,
    momentum: Float, activation: Activation, output: UnsafeMutablePointer<Float>,
    saved: UnsafeMutablePointer<Float>
  ) {
    for c in 0..<channels {
      let x = (0..<rows).map { Double(input[$0 * channels + c]) }
      let mean = x.reduce(0, +) / Double(rows)
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
      let scale = 1 / (variance + Double(epsilon)).squareRoot()
      saved[c] = Float(mean)
      saved[channels + c] = Float(scale)
      movingMean[c] = movingMean[c] * momentum + Float(mean) * (1 - momentum)
      movingVariance[c] = movingVariance[c] * momentum + Float(variance) * (1 - momentum)
      for r in 0..<rows {
        let normal = (x[r] - mean) * scale
        let y = normal * Double(gamma?[c] ?? 1) + Double(beta?[c] ?? 0)
        output[r * channels + c] = Float(Reference.activation(activation, y))
      }
    }
  }

  package static func batchNormalizationInference(
    rows: Int, channels: Int, epsilon: Float, input: UnsafePointer<Float>,
    gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?, movingMean: UnsafePointer<Float>,
    movingVariance: UnsafePointer<Float>, activation: Activation,
    output: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<rows * channels {
      let c = i % channels
      let scale = 1 / (Double(movingVariance[c]) + Double(epsilon)).squareRoot()
      let normal = (Double(input[i]) - Double(movingMean[c])) * scale
      let y = normal * Double(gamma?[c] ?? 1) + Double(beta?[c] ?? 0)
      output[i] = Float(Reference.activation(activation, y))
    }
  }

  /// - Parameters:
  ///   - throughStatistics: whether mean and scale depend on the input (training mode).
  ///   - scale: 1/√(variance + ε) of a channel.
  package static func batchNormalizationGradient(
    rows: Int, channels: Int, throughStatistics: Bool, input: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, gamma: UnsafePointer<Float>?,
    beta: UnsafePointer<Float>?, activation: Activation, mean: UnsafePointer<Float>,
    scale: (Int) -> Float, inputGradient: UnsafeMutablePointer<Float>?,
    gammaGradient: UnsafeMutablePointer<Float>?, betaGradient: UnsafeMutablePointer<Float>?
  ) {
    for c in 0..<channels {
      let scale = Double(scale(c))
      let gamma = Double(gamma?[c] ?? 1)
      let normal = (0..<rows).map { (Double(input[$0 * channels + c]) - Double(mean[c])) * scale }
      let gradient = (0..<rows).map { r in
        let y = normal[r] * gamma + Double(beta?[c] ?? 0)
        let source =
          activation.gradientSource == .output ? Reference.activation(activation, y) : y
        return Double(outputGradient[r * channels + c])
          * Reference.activationSlope(activation, from: source)
      }
      let sum = gradient.reduce(0, +)
      let dot = zip(gradient, normal).reduce(0) { $0 + $1.0 * $1.1 }
      betaGradient?[c] = Float(sum)
      gammaGradient?[c] = Float(dot)
      guard let inputGradient else { continue }
      for r in 0..<rows {
        var value = gradient[r]
        if throughStatistics { value -= (sum + normal[r] * dot) / Double(rows) }
        inputGradient[r * channels + c] = Float(value * gamma * scale)
      }
    }
  }
}
