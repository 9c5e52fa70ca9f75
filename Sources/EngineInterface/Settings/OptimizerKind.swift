/// The optimisers, by the names that `--optimizer` takes.
package enum OptimizerKind: String, Codable, Sendable, CaseIterable {
  case sgd, rmsprop, adagrad, adadelta, adam, adamw

  /// As people write it: `AdamW`.
  package var title: String {
    switch self {
    case .sgd: "SGD"
    case .rmsprop: "RMSprop"
    case .adagrad: "Adagrad"
    case .adadelta: "Adadelta"
    case .adam: "Adam"
    case .adamw: "AdamW"
    }
  }

  /// Whether the momentum slider means anything: momentum of SGD and RMSprop, β₁ of Adam and AdamW.
  package var hasMomentum: Bool { self != .adagrad && self != .adadelta }

  /// Keras' default.
  package var defaultMomentum: Double { self == .adam || self == .adamw ? 0.9 : 0 }

  /// Keras' default.
  package var defaultWeightDecay: Double { self == .adamw ? 0.004 : 0 }
}
