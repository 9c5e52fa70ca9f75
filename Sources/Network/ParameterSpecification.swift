/// What a layer says about one of its parameters, before it has values.
package struct ParameterSpecification: Hashable, Sendable {
  package enum Role: String, Sendable {
    /// A weight: weight decay and max-norm apply.
    case kernel
    case bias
    /// Batch-norm's scale and offset.
    case gamma, beta
    /// Slopes of a rectifier below 0.
    case alpha
    /// Running statistics: state that training updates without a gradient.
    case movingMean, movingVariance
  }

  /// Unique within the layer, in Keras' words: `kernel`, `bias`, `gamma`, `moving_mean`, ….
  package let name: String
  package let role: Role
  /// Kernels: dense `[in, out]`, convolution `[kh, kw, in / groups, out]`, depthwise
  /// `[kh, kw, channels, multiplier]`.
  package let shape: [Int]
  package let initializer: Initializer
  /// The axes that max-norm sums over: every axis but the one of the units, as in Keras'
  /// `MaxNorm(axis:)`. Empty where max-norm does not apply.
  package let unitAxes: [Int]

  package init(
    name: String, role: Role, shape: [Int], initializer: Initializer, unitAxes: [Int] = []
  ) {
    self.name = name
    self.role = role
    self.shape = shape
    self.initializer = initializer
    self.unitAxes = unitAxes
  }

  /// Number of values. A layer's `outputShape(for:)` has refused anything above
  /// `Shape.countLimit`.
  package var count: Int { Shape.product(shape) }
  /// Whether a gradient is computed for it.
  package var isTrainable: Bool { role != .movingMean && role != .movingVariance }
}

extension ParameterSpecification {
  /// A bias of `count` values, zero at first.
  static func bias(_ count: Int) -> ParameterSpecification {
    ParameterSpecification(name: "bias", role: .bias, shape: [count], initializer: .zeros)
  }

  /// A factor, one at first, and an offset, zero at first, as far as a layer has them: in this order.
  static func scaleAndOffset(
    _ shape: [Int], hasGamma: Bool, hasBeta: Bool
  ) -> [ParameterSpecification] {
    let gamma = ParameterSpecification(
      name: "gamma", role: .gamma, shape: shape, initializer: .ones)
    let beta = ParameterSpecification(
      name: "beta", role: .beta, shape: shape, initializer: .zeros)
    return (hasGamma ? [gamma] : []) + (hasBeta ? [beta] : [])
  }
}
