/// An activation as the loops over it want it: sixteen values at a time, its kind known when the
/// loop is compiled.
protocol ActivationFunction {
  func value(_ x: Vector) -> Vector
  /// The derivative, from what `Activation.gradientSource` says.
  func slope(_ source: Vector) -> Vector
  /// Whether `slope` reads the output.
  var readsOutput: Bool { get }
}

extension ActivationFunction {
  /// The derivative at `x`.
  @inline(__always)
  func slope(at x: Vector) -> Vector { readsOutput ? slope(value(x)) : slope(x) }
}

/// A loop that is compiled once for each activation.
protocol ActivationLoop {
  func run(_ function: some ActivationFunction)
}

extension Activation {
  /// Runs the version of `loop` for this activation.
  @inline(__always)
  func dispatch(_ loop: some ActivationLoop) {
    let readsOutput = gradientSource == .output
    switch self {
    case .linear: loop.run(LinearFunction())
    case .relu: loop.run(ReLUFunction())
    case .relu6: loop.run(ReLU6Function())
    case .leakyReLU(let slope):
      loop.run(LeakyReLUFunction(slope: slope, readsOutput: readsOutput))
    case .elu(let alpha): loop.run(ELUFunction(alpha: alpha, readsOutput: readsOutput))
    case .sigmoid: loop.run(SigmoidFunction())
    case .tanh: loop.run(TanhFunction())
    case .swish: loop.run(SwishFunction())
    case .hardSwish: loop.run(HardSwishFunction())
    case .hardSigmoid(let slope, let offset):
      loop.run(HardSigmoidFunction(factor: slope, offset: offset, readsOutput: readsOutput))
    case .clip, .boundedReLU, .selu, .celu, .gelu, .mish, .softplus, .logSigmoid, .softsign,
      .exponential, .squareplus, .tanhShrink, .hardShrink, .softShrink, .threshold, .sparsePlus,
      .absolute, .power:
      loop.run(RarerFunction(activation: self, readsOutput: readsOutput))
    }
  }

  /// As bounds that a product puts on its sums, where it is no more than that.
  var bounds: Microkernel.Bounds? {
    switch self {
    case .relu: Microkernel.Bounds(lower: 0, upper: .infinity)
    case .relu6: Microkernel.Bounds(lower: 0, upper: 6)
    default: nil
    }
  }
}

private struct LinearFunction: ActivationFunction {
  var readsOutput: Bool { false }
  @inline(__always) func value(_ x: Vector) -> Vector { x }
  @inline(__always) func slope(_ source: Vector) -> Vector { Vector(repeating: 1) }
}

private struct ReLUFunction: ActivationFunction {
  var readsOutput: Bool { true }
  @inline(__always) func value(_ x: Vector) -> Vector { x.atLeast(.zero) }
  @inline(__always) func slope(_ source: Vector) -> Vector {
    Vector.zero.replacing(with: 1, where: source .> Vector.zero)
  }
}

private struct ReLU6Function: ActivationFunction {
  var readsOutput: Bool { true }
  @inline(__always) func value(_ x: Vector) -> Vector {
    x.atLeast(.zero).atMost(Vector(repeating: 6))
  }
  @inline(__always) func slope(_ source: Vector) -> Vector {
    Vector.zero.replacing(
      with: 1, where: (source .> Vector.zero) .& (source .< Vector(repeating: 6)))
  }
}

private struct LeakyReLUFunction: ActivationFunction {
  let slope: Float
  let readsOutput: Bool
  @inline(__always) func value(_ x: Vector) -> Vector {
    (x * slope).replacing(with: x, where: x .> Vector.zero)
  }
  @inline(__always) func slope(_ source: Vector) -> Vector {
    Vector(repeating: slope).replacing(with: 1, where: source .> Vector.zero)
  }
}

private struct ELUFunction: ActivationFunction {
  let alpha: Float
  let readsOutput: Bool
  @inline(__always) func value(_ x: Vector) -> Vector {
    (x.exponentialMinusOne * alpha).replacing(with: x, where: x .> Vector.zero)
  }
  @inline(__always) func slope(_ source: Vector) -> Vector {
    let below = readsOutput ? source + alpha : source.exponential * alpha
    return below.replacing(with: 1, where: source .> Vector.zero)
  }
}

private struct SigmoidFunction: ActivationFunction {
  var readsOutput: Bool { true }
  @inline(__always) func value(_ x: Vector) -> Vector { x.sigmoid }
  @inline(__always) func slope(_ source: Vector) -> Vector { source * (1 - source) }
}

private struct TanhFunction: ActivationFunction {
  var readsOutput: Bool { true }
  @inline(__always) func value(_ x: Vector) -> Vector { x.hyperbolicTangent }
  @inline(__always) func slope(_ source: Vector) -> Vector { 1 - source * source }
}

private struct SwishFunction: ActivationFunction {
  var readsOutput: Bool { false }
  @inline(__always) func value(_ x: Vector) -> Vector { x * x.sigmoid }
  @inline(__always) func slope(_ source: Vector) -> Vector {
    let s = source.sigmoid
    return s * (1 + source * (1 - s))
  }
}

private struct HardSwishFunction: ActivationFunction {
  var readsOutput: Bool { false }
  @inline(__always) func value(_ x: Vector) -> Vector {
    x * (x + 3).atLeast(.zero).atMost(Vector(repeating: 6)) * (1 / 6)
  }
  @inline(__always) func slope(_ source: Vector) -> Vector {
    let inside = (source * 2 + 3) * (1 / 6)
    return inside.replacing(with: 0, where: source .<= Vector(repeating: -3))
      .replacing(with: 1, where: source .>= Vector(repeating: 3))
  }
}

private struct HardSigmoidFunction: ActivationFunction {
  let factor: Float
  let offset: Float
  let readsOutput: Bool
  @inline(__always) func value(_ x: Vector) -> Vector {
    (x * factor + offset).atLeast(.zero).atMost(Vector(repeating: 1))
  }
  @inline(__always) func slope(_ source: Vector) -> Vector {
    let y = readsOutput ? source : source * factor + offset
    return Vector.zero.replacing(
      with: factor, where: (y .> Vector.zero) .& (y .< Vector(repeating: 1)))
  }
}
