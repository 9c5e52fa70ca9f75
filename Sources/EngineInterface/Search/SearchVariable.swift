/// A value of a run that a search may try other values for.
package enum SearchVariable: Codable, Hashable, Sendable {
  case learningRate
  case momentum
  case weightDecay
  case maxNorm
  case labelSmoothing
  /// The rate of one dropout layer, or of all of them.
  case dropout(layer: String?)
  /// How many of the first layers with parameters are frozen.
  case frozenDepth
  /// Units of a hidden layer of the head; 0: none.
  case headWidth
  case optimizer
  case schedule
  case augmentation

  /// As `--over` names it: `learning-rate`, `dropout`, `dropout:dense_1`.
  package var name: String {
    switch self {
    case .learningRate: "learning-rate"
    case .momentum: "momentum"
    case .weightDecay: "weight-decay"
    case .maxNorm: "max-norm"
    case .labelSmoothing: "label-smoothing"
    case .dropout(let layer): layer.map { "dropout:\($0)" } ?? "dropout"
    case .frozenDepth: "frozen-depth"
    case .headWidth: "head-width"
    case .optimizer: "optimizer"
    case .schedule: "schedule"
    case .augmentation: "augment"
    }
  }

  /// All that have a name of their own; a single dropout layer is `dropout:LAYER`.
  package static let named: [SearchVariable] = [
    .learningRate, .momentum, .weightDecay, .maxNorm, .labelSmoothing, .dropout(layer: nil),
    .frozenDepth, .headWidth, .optimizer, .schedule, .augmentation,
  ]

  /// - Returns: `nil` for a name that is none.
  package init?(name: String) {
    if let known = Self.named.first(where: { $0.name == name }) {
      self = known
    } else if name.hasPrefix("dropout:"), name.count > "dropout:".count {
      self = .dropout(layer: String(name.dropFirst("dropout:".count)))
    } else {
      return nil
    }
  }

  /// Whether a running engine takes it as an edit. The others are options that a run begins with.
  package var isEdit: Bool {
    switch self {
    case .learningRate, .momentum, .weightDecay, .maxNorm, .dropout, .frozenDepth: true
    case .labelSmoothing, .headWidth, .optimizer, .schedule, .augmentation: false
    }
  }
}
