import Foundation

extension Reference {
  package static func activation(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .linear: x
    case .relu: max(x, 0)
    case .relu6: min(max(x, 0), 6)
    case .leakyReLU(let slope): x > 0 ? x : Double(slope) * x
    case .elu(let alpha): x > 0 ? x : Double(alpha) * expm1(x)
    case .sigmoid: 1 / (1 + exp(-x))
    case .tanh: Foundation.tanh(x)
    case .swish: x / (1 + exp(-x))
    case .hardSwish: x * min(max(x + 3, 0), 6) / 6
    case .hardSigmoid(let slope, let offset): min(max(Double(slope) * x + Double(offset), 0), 1)
    }
  }

  /// The derivative, from what `Activation.gradientSource` says. At a corner the side that
  /// TensorFlow takes.
  package static func activationSlope(_ activation: Activation, from source: Double) -> Double {
    let fromOutput = activation.gradientSource == .output
    switch activation {
    case .linear: return 1
    case .relu: return source > 0 ? 1 : 0
    case .relu6: return source > 0 && source < 6 ? 1 : 0
    case .leakyReLU(let slope): return source > 0 ? 1 : Double(slope)
    case .elu(let alpha):
      if source > 0 { return 1 }
      return fromOutput ? source + Double(alpha) : Double(alpha) * exp(source)
    case .sigmoid: return source * (1 - source)
    case .tanh: return 1 - source * source
    case .swish:
      let s = 1 / (1 + exp(-source))
      return s * (1 + source * (1 - s))
    case .hardSwish: return source <= -3 ? 0 : source >= 3 ? 1 : (2 * source + 3) / 6
    case .hardSigmoid(let slope, let offset):
      let y = fromOutput ? source : Double(slope) * source + Double(offset)
      return y > 0 && y < 1 ? Double(slope) : 0
    }
  }

  package static func softmax(
    rows: Int, columns: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      let x = (0..<columns).map { Double(input[row * columns + $0]) }
      let top = x.max() ?? 0
      let powers = x.map { exp($0 - top) }
      let sum = powers.reduce(0, +)
      for column in 0..<columns { output[row * columns + column] = Float(powers[column] / sum) }
    }
  }

  package static func softmaxGradient(
    rows: Int, columns: Int, output: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      let base = row * columns
      let dot = (0..<columns).reduce(0.0) {
        $0 + Double(output[base + $1]) * Double(outputGradient[base + $1])
      }
      for i in base..<base + columns {
        inputGradient[i] = Float(Double(output[i]) * (Double(outputGradient[i]) - dot))
      }
    }
  }
}
