/// An element-wise activation.
package enum Activation: Hashable, Sendable {
  case linear
  /// max(x, 0)
  case relu
  /// min(max(x, 0), 6)
  case relu6
  /// x where positive, else slope · x.
  case leakyReLU(slope: Float)
  /// x where positive, else alpha · (eˣ − 1).
  case elu(alpha: Float)
  /// 1 / (1 + e⁻ˣ)
  case sigmoid
  case tanh
  /// x · sigmoid(x); also called SiLU.
  case swish
  /// x · min(max(x + 3, 0), 6) / 6
  case hardSwish
  /// min(max(slope · x + offset, 0), 1). Keras 3: 1/6 and 1/2; Keras 1 and 2: 0.2 and 0.5.
  case hardSigmoid(slope: Float, offset: Float)
  /// min(max(x, lower), upper)
  case clip(lower: Float, upper: Float)
  /// min(x, limit) above the threshold, else slope · (x − threshold): Keras' `ReLU` with all that it
  /// can be given.
  case boundedReLU(slope: Float, threshold: Float, limit: Float)
  /// 1.0507 · elu(x) of alpha 1.67326 (Klambauer et al., arXiv:1706.02515).
  case selu
  /// x where positive, else alpha · (e^(x / alpha) − 1).
  case celu(alpha: Float)
  /// x · Φ(x), or its approximation by a hyperbolic tangent (arXiv:1606.08415).
  case gelu(isApproximate: Bool)
  /// x · tanh(log(1 + eˣ))
  case mish
  /// log(1 + eˣ)
  case softplus
  /// −log(1 + e⁻ˣ)
  case logSigmoid
  /// x / (1 + |x|)
  case softsign
  /// eˣ
  case exponential
  /// (x + √(x² + b)) / 2
  case squareplus(b: Float)
  /// x − tanh(x)
  case tanhShrink
  /// x where |x| is above the bound, else 0.
  case hardShrink(bound: Float)
  /// x moved by the bound towards 0, and 0 within it.
  case softShrink(bound: Float)
  /// x above the threshold, else `value`.
  case threshold(Float, value: Float)
  /// 0 up to −1, x from 1 on, (x + 1)² / 4 between them.
  case sparsePlus
  /// |x|
  case absolute
  /// (scale · x + shift) ^ exponent: Caffe's `Power`; squares, roots and reciprocals are among them.
  /// Of a negative number only whole exponents have one.
  case power(exponent: Float, scale: Float = 1, shift: Float = 0)

  /// What the gradient is computed from.
  package enum GradientSource: Sendable {
    case nothing, output, input
  }

  /// What `backward` reads: the output where that is enough, since then the activation can run in
  /// place and its input need not be kept.
  package var gradientSource: GradientSource {
    switch self {
    case .linear: .nothing
    case .relu, .relu6, .sigmoid, .tanh: .output
    case .leakyReLU(let slope): slope > 0 ? .output : .input
    case .elu(let alpha): alpha > 0 ? .output : .input
    case .hardSigmoid(let slope, _): slope > 0 ? .output : .input
    case .clip, .exponential, .softplus, .selu: .output
    case .celu(let alpha): alpha > 0 ? .output : .input
    case .swish, .hardSwish, .boundedReLU, .gelu, .mish, .logSigmoid, .softsign, .squareplus,
      .tanhShrink, .hardShrink, .softShrink, .threshold, .sparsePlus, .absolute, .power:
      .input
    }
  }

  /// `output = activation(input)`; both may be the same memory.
  package func forward(
    count: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    ElementTiles.forEach(count, pool) {
      dispatch(ForwardLoop(range: $0, input: input, output: output))
    }
  }

  /// `forward` by the calling worker alone.
  func forward(count: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>) {
    dispatch(ForwardLoop(range: 0..<count, input: input, output: output))
  }

  /// `inputGradient = outputGradient · activation′`; both may be the same memory.
  ///
  /// - Parameter source: the activation's output or input, whichever `gradientSource` says; not
  ///   read for `.linear`.
  package func backward(
    count: Int, source: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    ElementTiles.forEach(count, pool) {
      dispatch(
        BackwardLoop(
          range: $0, source: source, outputGradient: outputGradient,
          inputGradient: inputGradient))
    }
  }
}

private struct ForwardLoop: ActivationLoop {
  let range: Range<Int>
  let input: UnsafePointer<Float>
  let output: UnsafeMutablePointer<Float>

  func run(_ function: some ActivationFunction) {
    @inline(__always) func value(_ x: Vector) -> Vector { function.value(x) }
    mapVectors(range, input, output, value)
  }
}

private struct BackwardLoop: ActivationLoop {
  let range: Range<Int>
  let source: UnsafePointer<Float>
  let outputGradient: UnsafePointer<Float>
  let inputGradient: UnsafeMutablePointer<Float>

  func run(_ function: some ActivationFunction) {
    @inline(__always)
    func product(_ source: Vector, _ gradient: Vector) -> Vector {
      gradient * function.slope(source)
    }
    mapVectors(range, source, outputGradient, inputGradient, product)
  }
}
