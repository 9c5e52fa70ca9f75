/// The activations that few networks have: which one it is is asked for every sixteen values, so that
/// loops are compiled once for all of them.
struct RarerFunction: ActivationFunction {
  let activation: Activation
  let readsOutput: Bool

  /// Klambauer et al., arXiv:1706.02515.
  static let seluScale: Float = 1.050_700_987_355_480_5
  static let seluAlpha: Float = 1.673_263_242_354_377_2
  /// √(2 / π)
  private static let geluFactor: Float = 0.797_884_560_802_865_4
  private static let geluCube: Float = 0.044_715

  func value(_ x: Vector) -> Vector {
    switch activation {
    case .clip(let lower, let upper):
      return x.atLeast(Vector(repeating: lower)).atMost(Vector(repeating: upper))
    case .boundedReLU(let slope, let threshold, let limit):
      return ((x - threshold) * slope).replacing(
        with: x.atMost(Vector(repeating: limit)), where: x .> Vector(repeating: threshold)
      ).keepingNaN(of: x)
    case .selu:
      let below = x.exponentialMinusOne * (Self.seluScale * Self.seluAlpha)
      return below.replacing(with: x * Self.seluScale, where: x .> Vector.zero)
    case .celu(let alpha):
      let below = (x / alpha).exponentialMinusOne * alpha
      return below.replacing(with: x, where: x .> Vector.zero)
    case .gelu(isApproximate: false): return x * normalDistribution(x)
    case .gelu(isApproximate: true): return x * (2 * approximateInner(x)).sigmoid
    case .mish: return x * mishFactor(x)
    case .softplus: return x.softplus
    case .logSigmoid: return -(-x).softplus
    case .softsign: return x / (1 + x.magnitude)
    case .exponential: return x.exponential
    case .squareplus(let b): return (x + (x * x + b).squareRoot()) * 0.5
    case .tanhShrink: return x - x.hyperbolicTangent
    case .hardShrink(let bound):
      return x.replacing(with: 0, where: x.magnitude .<= Vector(repeating: bound))
    case .softShrink(let bound):
      let above = x - bound
      let below = x + bound
      let inside = Vector.zero.replacing(with: above, where: x .> Vector(repeating: bound))
      return inside.replacing(with: below, where: x .< Vector(repeating: -bound)).keepingNaN(of: x)
    case .threshold(let threshold, let value):
      return Vector(repeating: value)
        .replacing(with: x, where: x .> Vector(repeating: threshold)).keepingNaN(of: x)
    case .sparsePlus:
      let between = (x + 1) * (x + 1) * 0.25
      return between.replacing(with: 0, where: x .<= Vector(repeating: -1))
        .replacing(with: x, where: x .>= Vector(repeating: 1))
    case .absolute: return x.magnitude
    case .power(let exponent, let scale, let shift): return (x * scale + shift).power(exponent)
    default: preconditionFailure("\(activation) has a function of its own")
    }
  }

  func slope(_ source: Vector) -> Vector {
    let x = source
    switch activation {
    case .clip(let lower, let upper):
      return Vector.zero.replacing(
        with: 1, where: (x .> Vector(repeating: lower)) .& (x .< Vector(repeating: upper)))
    case .boundedReLU(let slope, let threshold, let limit):
      return Vector(repeating: slope)
        .replacing(with: 1, where: x .> Vector(repeating: threshold))
        .replacing(
          with: 0, where: (x .> Vector(repeating: threshold)) .& (x .>= Vector(repeating: limit)))
    case .selu:
      return (x + Self.seluScale * Self.seluAlpha)
        .replacing(with: Self.seluScale, where: x .> Vector.zero)
    case .celu(let alpha):
      let below = readsOutput ? x / alpha + 1 : (x / alpha).exponential
      return below.replacing(with: 1, where: x .> Vector.zero)
    case .gelu(isApproximate: false):
      let density = (x * x * -0.5).exponential * (Self.geluFactor * 0.5)
      return normalDistribution(x) + x * density
    case .gelu(isApproximate: true):
      let s = (2 * approximateInner(x)).sigmoid
      let inner = (x * x * (3 * Self.geluCube) + 1) * Self.geluFactor
      return s + 2 * x * s * (1 - s) * inner
    case .mish:
      let t = mishFactor(x)
      return t + x * (1 - t * t) * x.sigmoid
    case .softplus: return -(-x).exponentialMinusOne  // 1 − e⁻ʸ is sigmoid(x).
    case .logSigmoid: return (-x).sigmoid
    case .softsign:
      let d = 1 + x.magnitude
      return 1 / (d * d)
    case .exponential: return x
    case .squareplus(let b): return (x / (x * x + b).squareRoot() + 1) * 0.5
    case .tanhShrink:
      let t = x.hyperbolicTangent
      return t * t
    case .hardShrink(let bound), .softShrink(let bound):
      return Vector.zero.replacing(with: 1, where: x.magnitude .> Vector(repeating: bound))
    case .threshold(let threshold, _):
      return Vector.zero.replacing(with: 1, where: x .> Vector(repeating: threshold))
    case .sparsePlus:
      return ((x + 1) * 0.5).atLeast(.zero).atMost(Vector(repeating: 1))
    case .absolute:
      return Vector.zero.replacing(with: 1, where: x .> Vector.zero)
        .replacing(with: -1, where: x .< Vector.zero)
    case .power(let exponent, let scale, let shift):
      return (x * scale + shift).power(exponent - 1) * (exponent * scale)
    default: preconditionFailure("\(activation) has a function of its own")
    }
  }

  @inline(__always)
  private func normalDistribution(_ x: Vector) -> Vector {
    0.5 * (1 + (x * Float(0.5).squareRoot()).errorFunction)
  }

  /// (1 + tanh(u)) / 2 = sigmoid(2u)
  @inline(__always)
  private func approximateInner(_ x: Vector) -> Vector {
    (x * x * x * Self.geluCube + x) * Self.geluFactor
  }

  /// tanh(log(1 + eˣ)) = n / (n + 2) with n = eˣ · (eˣ + 2); 1 for large x, where n would overflow.
  @inline(__always)
  private func mishFactor(_ x: Vector) -> Vector {
    let e = x.atMost(Vector(repeating: 20)).exponential
    let n = e * (e + 2)
    return n / (n + 2)
  }
}
