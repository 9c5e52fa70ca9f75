import EngineInterface
import Files

/// A number that a person turns: of the whole run, or of the selected layers.
enum Knob: Sendable, Hashable, CaseIterable {
  case learningRate
  case momentum
  case weightDecay
  /// The limit for all layers.
  case maxNorm
  case dropout
  case multiplier
  /// The limit of the selected layers.
  case layerMaxNorm

  /// What the controls pane shows, left column first.
  static let controls: [Knob] = [
    .learningRate, .momentum, .maxNorm, .dropout, .multiplier, .weightDecay,
  ]
  /// What a row of the layer list can change, in the order of the columns.
  static let columns: [Knob] = [.multiplier, .dropout, .layerMaxNorm]

  var scale: ValueScale {
    switch self {
    case .learningRate: .learningRate
    case .momentum: .momentum
    case .weightDecay: .weightDecay
    case .maxNorm, .layerMaxNorm: .maxNorm
    case .dropout: .dropout
    case .multiplier: .multiplier
    }
  }

  var title: String {
    switch self {
    case .learningRate: "learning rate"
    case .momentum: "momentum"
    case .weightDecay: "weight decay"
    case .maxNorm: "max-norm"
    case .dropout: "dropout"
    case .multiplier: "lr ×"
    case .layerMaxNorm: "max-norm of layer"
    }
  }

  func text(_ value: Double) -> String {
    switch self {
    case .learningRate: NumberText.short(value)
    case .momentum: NumberText.fixed(value, digits: value > 0.99 ? 3 : 2)
    case .weightDecay: value == 0 ? "off" : NumberText.short(value)
    case .maxNorm, .layerMaxNorm:
      value.isFinite ? NumberText.fixed(value, digits: value < 10 ? 1 : 0) : "off"
    case .dropout: NumberText.fixed(value, digits: 2)
    case .multiplier: NumberText.short(value)
    }
  }
}

/// What a knob shows, and what turning it would send.
struct KnobReading: Sendable, Equatable {
  /// `nil` where the selection has no such value.
  var value: Double?
  /// The selected layers differ; `value` is the first one's.
  var isMixed = false
  /// Asked for, not yet applied.
  var isPending = false
  /// Whom it acts on: a layer's name; empty for the run.
  var subject = ""
  /// Why it cannot be turned.
  var disabledReason: String?
  /// Turning it first offers to insert a dropout layer after this one.
  var insertsAfter: String?
}
