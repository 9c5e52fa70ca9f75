/// Everything about a run that can be edited while it trains. A plain value: the engine derives its
/// plan from it, checkpoints store it whole, and an undo is the value before.
package struct TuningSettings: Codable, Sendable, Equatable {
  package var learningRate: Double
  /// Momentum of SGD and RMSprop, β₁ of Adam and AdamW.
  package var momentum: Double
  package var weightDecay: Double
  /// `nil`: off.
  package var maxNorm: Double?
  package var epochs: Int
  /// Names of frozen layers.
  package var frozen: Set<String>
  /// Learning-rate multipliers other than 1, by layer.
  package var multipliers: [String: Double]
  /// Max-norm of single layers, where it differs from `maxNorm`; 0 is off.
  package var layerMaxNorms: [String: Double]
  /// Rates of dropout layers, where they differ from the model's own.
  package var dropout: [String: Double]
  /// Dropout layers that were put in: layer before → rate. Empty name: the network's input.
  package var insertedDropout: [String: Double]
  /// The layer that the head was put on, and after which the network is cut; `nil`: as it began.
  package var headAfter: String?
  /// What a person says of images that their data do not.
  package var corrections: ImageCorrections

  package init(
    learningRate: Double = 1e-3, momentum: Double = 0.9, weightDecay: Double = 0,
    maxNorm: Double? = nil, epochs: Int = 10, frozen: Set<String> = [],
    multipliers: [String: Double] = [:], layerMaxNorms: [String: Double] = [:],
    dropout: [String: Double] = [:], insertedDropout: [String: Double] = [:],
    headAfter: String? = nil, corrections: ImageCorrections = ImageCorrections()
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.maxNorm = maxNorm
    self.epochs = epochs
    self.frozen = frozen
    self.multipliers = multipliers
    self.layerMaxNorms = layerMaxNorms
    self.dropout = dropout
    self.insertedDropout = insertedDropout
    self.headAfter = headAfter
    self.corrections = corrections
  }

  /// The layer after which a dropout layer of that name was put in; `nil` for one of the model's own.
  package func insertedPlace(ofLayer name: String) -> String? {
    // Two places can give one name: which is meant must not be left to the order of a dictionary.
    insertedDropout.keys.filter { Self.insertedName(after: $0) == name }.min()
  }

  /// The name of the dropout layer that `insertDropout(after:)` makes; empty: after the input.
  package static func insertedName(after layer: String) -> String {
    layer.isEmpty ? "input_dropout" : layer + "_dropout"
  }
}

extension TuningSettings {
  private enum CodingKeys: String, CodingKey {
    case learningRate, momentum, weightDecay, maxNorm, epochs, frozen, multipliers
    case layerMaxNorms, dropout, insertedDropout, headAfter, corrections
  }

  /// Settings of before there were corrections have none.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    learningRate = try container.decode(Double.self, forKey: .learningRate)
    momentum = try container.decode(Double.self, forKey: .momentum)
    weightDecay = try container.decode(Double.self, forKey: .weightDecay)
    maxNorm = try container.decodeIfPresent(Double.self, forKey: .maxNorm)
    epochs = try container.decode(Int.self, forKey: .epochs)
    frozen = try container.decode(Set<String>.self, forKey: .frozen)
    multipliers = try container.decode([String: Double].self, forKey: .multipliers)
    layerMaxNorms = try container.decode([String: Double].self, forKey: .layerMaxNorms)
    dropout = try container.decode([String: Double].self, forKey: .dropout)
    insertedDropout = try container.decode([String: Double].self, forKey: .insertedDropout)
    headAfter = try container.decodeIfPresent(String.self, forKey: .headAfter)
    corrections =
      try container.decodeIfPresent(ImageCorrections.self, forKey: .corrections)
      ?? ImageCorrections()
  }

  /// The same bytes for the same settings: a set's own order changes from process to process.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(learningRate, forKey: .learningRate)
    try container.encode(momentum, forKey: .momentum)
    try container.encode(weightDecay, forKey: .weightDecay)
    try container.encodeIfPresent(maxNorm, forKey: .maxNorm)
    try container.encode(epochs, forKey: .epochs)
    try container.encode(frozen.sorted(), forKey: .frozen)
    try container.encode(multipliers, forKey: .multipliers)
    try container.encode(layerMaxNorms, forKey: .layerMaxNorms)
    try container.encode(dropout, forKey: .dropout)
    try container.encode(insertedDropout, forKey: .insertedDropout)
    try container.encodeIfPresent(headAfter, forKey: .headAfter)
    if !corrections.isEmpty { try container.encode(corrections, forKey: .corrections) }
  }
}
