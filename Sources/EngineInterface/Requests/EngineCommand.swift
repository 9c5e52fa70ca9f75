/// What a person, a script or a journal asks of the engine. Takes effect between two steps, in the
/// order sent.
package enum EngineCommand: Sendable, Codable, Equatable {
  // Edits: they change `TuningSettings` and are journaled.
  case freeze(layers: [String])
  case thaw(layers: [String])
  case setLearningRate(Double)
  /// Momentum of SGD and RMSprop, β₁ of Adam and AdamW.
  case setMomentum(Double)
  case setWeightDecay(Double)
  /// The limit on each unit's weight norm; `nil` switches it off. No layers: for all of them.
  case setMaxNorm(layers: [String], limit: Double?)
  case setMultiplier(layers: [String], factor: Double)
  /// Rate of an existing dropout layer.
  case setDropout(layer: String, rate: Double)
  /// Puts a dropout layer after a layer that has none.
  case insertDropout(after: String, rate: Double)
  case setEpochs(Int)

  // Controls: they change what the engine does next, not what is learned.
  case pause
  case resume
  case singleStep
  case checkpoint
  case stop(checkpoint: Bool)
  /// After a loss that is no number: on from the last checkpoint, or from the beginning, at a tenth of
  /// the rate.
  case goBack

  /// Whether it belongs to the history of what was tried: journaled, and a marker on the charts.
  package var isEdit: Bool {
    switch self {
    case .pause, .resume, .singleStep, .checkpoint, .stop, .goBack: false
    default: true
    }
  }
}

/// Commands are numbered in the order sent; a snapshot names the last one applied.
package typealias CommandID = UInt64
