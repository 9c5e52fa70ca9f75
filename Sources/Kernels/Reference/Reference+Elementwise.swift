extension Reference {
  package static func channelScaling(
    batch: Int, positions: Int, channels: Int, input: UnsafePointer<Float>,
    factors: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<batch * positions * channels {
      let image = i / (positions * channels)
      output[i] = input[i] * factors[image * channels + i % channels]
    }
  }

  package static func channelScalingFactorsGradient(
    batch: Int, positions: Int, channels: Int, input: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, factorsGradient: UnsafeMutablePointer<Float>
  ) {
    for n in 0..<batch {
      for c in 0..<channels {
        factorsGradient[n * channels + c] = Float(
          (0..<positions).reduce(0.0) {
            let i = (n * positions + $1) * channels + c
            return $0 + Double(input[i]) * Double(outputGradient[i])
          })
      }
    }
  }

  package static func dropout(
    count: Int, rate: Float, random: RandomStream, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) {
    let factor = rate < 1 ? 1 / (1 - rate) : 0
    for i in 0..<count {
      output[i] = random.uniform(UInt64(i)) >= rate ? input[i] * factor : 0
    }
  }
}
