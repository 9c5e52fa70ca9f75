import Kernels

/// What a scalar expression is, told by its values at many places: an activation that there is, or a
/// straight line.
enum ActivationRecognition: Equatable {
  case activation(Activation)
  case line(scale: Double, offset: Double)

  /// Both sides of every kink that activations have, and far out.
  private static let places: [Double] =
    (-48...48).map { Double($0) * 0.17 + 0.003 } + [-60, -20, -12, 12, 20, 60, 300, -300]
  /// Exporters write constants such as 1/√2 in single precision, or with less.
  private static let tolerance = 2e-4

  /// `nil` where it is neither.
  init?(_ expression: ScalarExpression) {
    if case .activation(let activation, let inner) = expression.form, inner.isInput {
      self = .activation(activation)
      return
    }
    guard expression.size <= ScalarExpression.sizeLimit else { return nil }
    let values = Self.places.map { expression.value($0) }
    let offset = expression.value(0)
    let scale = expression.value(1) - offset
    if Self.isNear(values, 1e-9, { $0 * scale + offset }) {
      self = .line(scale: scale, offset: offset)
      return
    }
    let candidates = Self.plain + Self.fitted(expression)
    guard
      let found = candidates.first(where: { candidate in
        Self.isNear(values, Self.tolerance) { candidate.value($0) }
      })
    else { return nil }
    self = .activation(found)
  }

  private static func isNear(
    _ values: [Double], _ tolerance: Double, _ function: (Double) -> Double
  ) -> Bool {
    zip(places, values).allSatisfy { place, value in
      let expected = function(place)
      // Where an exponential has left all bounds, the value is as good as infinite.
      return abs(value - expected) <= tolerance * max(1, abs(expected)) || value == expected
    }
  }

  private static let plain: [Activation] = [
    .relu, .relu6, .sigmoid, .tanh, .swish, .hardSwish,
    .hardSigmoid(slope: 1.0 / 6, offset: 0.5), .hardSigmoid(slope: 0.2, offset: 0.5),
    .gelu(isApproximate: false), .gelu(isApproximate: true), .mish, .softplus, .logSigmoid,
    .softsign, .exponential, .tanhShrink, .selu, .sparsePlus, .absolute,
  ]

  /// Those with numbers of their own, which the values give.
  private static func fitted(_ expression: ScalarExpression) -> [Activation] {
    func single(_ x: Double) -> Float { Float(expression.value(x)) }
    let (low, high) = (single(-1e4), single(1e4))
    let slope = -single(-1)
    let step = (expression.value(1e-3) - expression.value(-1e-3)) / 2e-3
    var candidates: [Activation] = []
    if low.isFinite, high.isFinite, low < high { candidates.append(.clip(lower: low, upper: high)) }
    if low.isFinite { candidates.append(.clip(lower: low, upper: .greatestFiniteMagnitude)) }
    if high.isFinite { candidates.append(.clip(lower: -.greatestFiniteMagnitude, upper: high)) }
    if slope.isFinite { candidates.append(.leakyReLU(slope: slope)) }
    if low.isFinite, low < 0 { candidates += [.elu(alpha: -low), .celu(alpha: -low)] }
    if step.isFinite { candidates.append(.hardSigmoid(slope: Float(step), offset: single(0))) }
    if high.isFinite { candidates.append(.boundedReLU(slope: slope, threshold: 0, limit: high)) }
    let root = 2 * single(0)
    if root.isFinite, root > 0 { candidates.append(.squareplus(b: root * root)) }
    return candidates
  }
}
