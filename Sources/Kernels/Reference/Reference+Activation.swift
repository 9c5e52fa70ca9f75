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
    case .clip(let lower, let upper): min(max(x, Double(lower)), Double(upper))
    case .boundedReLU(let slope, let threshold, let limit):
      x > Double(threshold)
        ? min(x, Double(limit)) : Double(slope) * (x - Double(threshold))
    case .selu: seluScale * (x > 0 ? x : seluAlpha * expm1(x))
    case .celu(let alpha): x > 0 ? x : Double(alpha) * expm1(x / Double(alpha))
    case .gelu(isApproximate: false): x * normalDistribution(x)
    case .gelu(isApproximate: true): x * (1 + Foundation.tanh(geluInner(x))) / 2
    case .mish: x * Foundation.tanh(log1p(exp(x)))
    case .softplus: log1p(exp(x))
    case .logSigmoid: -log1p(exp(-x))
    case .softsign: x / (1 + abs(x))
    case .exponential: exp(x)
    case .squareplus(let b): (x + (x * x + Double(b)).squareRoot()) / 2
    case .tanhShrink: x - Foundation.tanh(x)
    case .hardShrink(let bound): abs(x) > Double(bound) ? x : 0
    case .softShrink(let bound):
      abs(x) > Double(bound) ? x - (x > 0 ? Double(bound) : -Double(bound)) : 0
    case .threshold(let threshold, let value): x > Double(threshold) ? x : Double(value)
    case .sparsePlus: x <= -1 ? 0 : x >= 1 ? x : (x + 1) * (x + 1) / 4
    case .absolute: abs(x)
    case .power(let exponent, let scale, let shift):
      pow(Double(scale) * x + Double(shift), Double(exponent))
    }
  }

  private static let seluScale = 1.050_700_987_355_480_5
  private static let seluAlpha = 1.673_263_242_354_377_2

  private static func normalDistribution(_ x: Double) -> Double {
    (1 + erf(x / 2.0.squareRoot())) / 2
  }

  private static func geluInner(_ x: Double) -> Double {
    (2 / Double.pi).squareRoot() * (x + 0.044_715 * x * x * x)
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
    case .clip(let lower, let upper):
      return source > Double(lower) && source < Double(upper) ? 1 : 0
    case .boundedReLU(let slope, let threshold, let limit):
      return source <= Double(threshold) ? Double(slope) : source < Double(limit) ? 1 : 0
    case .selu: return source > 0 ? seluScale : source + seluScale * seluAlpha
    case .celu(let alpha):
      if source > 0 { return 1 }
      return fromOutput ? source / Double(alpha) + 1 : exp(source / Double(alpha))
    case .gelu(isApproximate: false):
      return normalDistribution(source)
        + source * exp(-source * source / 2) / (2 * Double.pi).squareRoot()
    case .gelu(isApproximate: true):
      let t = Foundation.tanh(geluInner(source))
      let inner = (2 / Double.pi).squareRoot() * (1 + 3 * 0.044_715 * source * source)
      return (1 + t) / 2 + source * (1 - t * t) * inner / 2
    case .mish:
      let t = Foundation.tanh(log1p(exp(source)))
      return t + source * (1 - t * t) / (1 + exp(-source))
    case .softplus: return -expm1(-source)
    case .logSigmoid: return 1 / (1 + exp(source))
    case .softsign: return 1 / ((1 + abs(source)) * (1 + abs(source)))
    case .exponential: return source
    case .squareplus(let b):
      return (1 + source / (source * source + Double(b)).squareRoot()) / 2
    case .tanhShrink:
      let t = Foundation.tanh(source)
      return t * t
    case .hardShrink(let bound), .softShrink(let bound):
      return abs(source) > Double(bound) ? 1 : 0
    case .threshold(let threshold, _): return source > Double(threshold) ? 1 : 0
    case .sparsePlus: return min(max((source + 1) / 2, 0), 1)
    case .absolute: return source > 0 ? 1 : source < 0 ? -1 : 0
    case .power(let exponent, let scale, let shift):
      let base = Double(scale) * source + Double(shift)
      return Double(exponent) * Double(scale) * pow(base, Double(exponent) - 1)
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
