/// A penalty on the size of values, which training adds to the loss.
package enum Regularizer: Hashable, Sendable {
  /// l1 · Σ|w| + l2 · Σw²; either factor may be 0, not both.
  case norms(l1: Float, l2: Float)
  /// One that Thaw does not have, as its file names it.
  case other(String)
}

/// What training does to values after each step.
package enum Constraint: Hashable, Sendable {
  /// Values whose norm over `axes` of the parameter is above `limit` are scaled down to it. Axes
  /// are in order and at least 0; Keras' `MaxNorm(axis:)` may name others than
  /// `ParameterSpecification.unitAxes`.
  case maxNorm(limit: Float, axes: [Int])
  /// One that Thaw does not have, as its file names it.
  case other(String)
}

/// What a model file says of how single layers are to be trained, beyond their arithmetic.
package struct TrainingRules: Hashable, Sendable {
  /// By the parameter's name, `layer/kernel`.
  package var regularizers: [String: Regularizer] = [:]
  /// By the parameter's name.
  package var constraints: [String: Constraint] = [:]
  /// Penalties on what a layer gives, by the layer's name.
  package var activityRegularizers: [String: Regularizer] = [:]

  package init() {}

  /// The same without those of layers that are gone.
  /// - Parameter limits: whether limits on norms go, too.
  package func without(layers: Set<String>, limits: Bool) -> TrainingRules {
    func stays(_ parameter: String) -> Bool {
      !layers.contains { parameter.hasPrefix($0 + "/") }
    }
    var rules = self
    rules.regularizers = regularizers.filter { stays($0.key) }
    rules.constraints = constraints.filter { name, constraint in
      if limits, case .maxNorm = constraint { return false }
      return stays(name)
    }
    rules.activityRegularizers = activityRegularizers.filter { !layers.contains($0.key) }
    return rules
  }

  /// Those of weights that are known by their names alone, with what they are of:
  /// `Orthogonal of dense/kernel`.
  package var unknown: [String] {
    let regularizers = regularizers.compactMap { parameter, rule in
      if case .other(let name) = rule { "\(name) of \(parameter)" } else { nil }
    }
    let constraints = constraints.compactMap { parameter, rule in
      if case .other(let name) = rule { "\(name) of \(parameter)" } else { nil }
    }
    return (regularizers + constraints).sorted()
  }

  package var isEmpty: Bool {
    regularizers.isEmpty && constraints.isEmpty && activityRegularizers.isEmpty
  }
}
