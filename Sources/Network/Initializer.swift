import Kernels

/// How a fresh parameter gets its values. Formulas as in Keras 3.
package enum Initializer: Hashable, Sendable {
  case zeros, ones
  case constant(Float)
  /// Uniform in ±√(6 / (fanIn + fanOut)).
  case glorotUniform(fanIn: Int, fanOut: Int)
  /// Normal, cut off at two deviations, of variance 2 / fanIn.
  case heNormal(fanIn: Int)
}

/// The rule for a layer's kernel; the layer knows the fans.
package enum KernelInitialization: String, Hashable, Sendable {
  /// Keras' default.
  case glorotUniform
  /// For deep networks of rectifiers.
  case heNormal

  func initializer(fanIn: Int, fanOut: Int) -> Initializer {
    switch self {
    case .glorotUniform: .glorotUniform(fanIn: fanIn, fanOut: fanOut)
    case .heNormal: .heNormal(fanIn: fanIn)
    }
  }
}

extension Initializer {
  /// Fills `buffer`; element `i` is a function of the stream and `i` alone.
  package func fill(_ buffer: FloatBuffer, from random: RandomStream, pool: WorkerPool) {
    let count = buffer.count
    let values = buffer.pointer
    switch self {
    case .zeros: values.update(repeating: 0, count: count)
    case .ones: values.update(repeating: 1, count: count)
    case .constant(let value): values.update(repeating: value, count: count)
    case .glorotUniform(let fanIn, let fanOut):
      let limit = Float((6 / Double(max(1, fanIn + fanOut))).squareRoot())
      random.fillUniform(count: count, values: values, lower: -limit, upper: limit, pool: pool)
    case .heNormal(let fanIn):
      // Cutting a normal distribution off at two deviations leaves 0.8796 of its deviation.
      let deviation = (2 / Double(max(1, fanIn))).squareRoot() / 0.879_625_661_034_239_8
      random.fillTruncatedNormal(
        count: count, values: values, deviation: Float(deviation), pool: pool)
    }
  }
}
