/// What an edit has changed, as values. Layers are in the network's order.
package enum EditChange: Sendable, Codable, Equatable {
  case froze([String])
  case thawed([String])
  case value(Subject, from: Double, to: Double)
  /// `nil`: off.
  case maxNorm(from: Double?, to: Double?)
  case layerMaxNorm(layers: [String], to: Double?)
  case multiplier(layers: [String], to: Double)
  /// `from` is `nil` where nobody knows what the model came with.
  case dropout(layer: String, from: Double?, to: Double)
  case dropouts(layers: [String], to: Double)
  /// Empty: after the input.
  case insertedDropout(after: String, rate: Double)
  /// All settings at once.
  case replaced
  case movedHead(after: String)
  /// The head's weights were solved in closed form.
  case solvedHead
  /// Values and weights of a trial.
  case adopted(trial: Int)
  /// Images by their names.
  case leftOut([String])
  case tookIn([String])
  /// `nil`: what the data say.
  case relabelled([String], to: String?)

  /// One number of the whole run.
  package enum Subject: String, Sendable, Codable {
    case learningRate, momentum, weightDecay, epochs
  }

  /// What this and an earlier change of the same step come to together; `nil` where they are of two
  /// things, or where there is no telling.
  package func following(_ earlier: EditChange) -> EditChange? {
    switch (earlier, self) {
    case (.froze(let first), .froze(let second)), (.froze(let first), .thawed(let second)),
      (.thawed(let first), .froze(let second)), (.thawed(let first), .thawed(let second)):
      first == second ? self : nil
    case (.value(let first, let from, _), .value(let second, _, let to)):
      first == second ? .value(first, from: from, to: to) : nil
    case (.maxNorm(let from, _), .maxNorm(_, let to)): .maxNorm(from: from, to: to)
    case (.dropout(let first, let from, _), .dropout(let second, _, let to)):
      first == second && from != nil ? .dropout(layer: first, from: from, to: to) : nil
    default: nil
    }
  }

  /// Whether it leaves what an `earlier` one began with.
  package func undoes(_ earlier: EditChange) -> Bool {
    switch (earlier, self) {
    case (.froze(let first), .thawed(let second)), (.thawed(let first), .froze(let second)):
      first == second
    case (.value(let first, let from, _), .value(let second, _, let to)):
      first == second && from == to
    case (.maxNorm(let from, _), .maxNorm(_, let to)): from == to
    case (.dropout(let first, let from, _), .dropout(let second, _, let to)):
      first == second && from == to
    default: false
    }
  }
}

/// An edit as the charts mark it.
package struct EditMarker: Sendable, Codable, Equatable {
  package var step: Int
  package var change: EditChange
  /// Seconds since 1970.
  package var time: Double
  /// Validation loss last known before the edit; a screen shows the change since.
  package var validationLossBefore: Double?

  package init(step: Int, change: EditChange, time: Double, validationLossBefore: Double?) {
    self.step = step
    self.change = change
    self.time = time
    self.validationLossBefore = validationLossBefore
  }
}
