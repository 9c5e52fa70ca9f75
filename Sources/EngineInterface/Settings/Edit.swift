/// A change of `TuningSettings`, made between two steps. Every edit is journaled with its step, and is
/// undone by `replace` with the settings before it; but for the weights that `solveHead` and `adopt` change:
/// as with all that was learned, only a checkpoint from before leads back.
package enum Edit: Sendable, Codable, Equatable {
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
  /// One rate for several existing dropout layers.
  case setDropouts(layers: [String], rate: Double)
  /// Puts a dropout layer after a layer that has none; empty: after the input.
  case insertDropout(after: String, rate: Double)
  case setEpochs(Int)
  /// All settings at once.
  case replace(TuningSettings)
  /// The network is cut after a layer, and a new head put on it; it begins with random weights.
  case moveHead(after: String)
  /// The head's weights are solved in closed form, on the frozen layers below it as they are.
  case solveHead
  /// Values and weights of a trial take the place of the run's.
  case adopt(Adoption)
  /// Images are left out, from the next epoch on: of training, or of validation.
  case leaveOut(images: [ImageReference])
  /// The same undone.
  case takeIn(images: [ImageReference])
  /// Images get another class by its name, from the next epoch on; `nil`: that of the data.
  case relabel(images: [ImageReference], label: String?)

  /// Why its value cannot be, whatever the network; `nil` where it can.
  package var objection: OutOfRange? {
    switch self {
    case .freeze, .thaw, .moveHead, .solveHead, .leaveOut, .takeIn, .relabel: nil
    case .setLearningRate(let rate): TuningRange.learningRate.objection(to: rate)
    case .setMomentum(let momentum): TuningRange.momentum.objection(to: momentum)
    case .setWeightDecay(let decay): TuningRange.weightDecay.objection(to: decay)
    case .setMaxNorm(_, let limit): limit.flatMap { TuningRange.maxNorm.objection(to: $0) }
    case .setMultiplier(_, let factor): TuningRange.multiplier.objection(to: factor)
    case .setDropout(_, let rate), .setDropouts(_, let rate), .insertDropout(_, let rate):
      TuningRange.dropout.objection(to: rate)
    case .setEpochs(let epochs): TuningRange.epochs.objection(to: epochs)
    case .replace(let settings): settings.objection
    case .adopt(let adoption): adoption.objection
    }
  }

  /// Whether a few steps with it and without show what it does: it sets a value of training's, and not its
  /// data, and the network keeps its weights.
  package var isComparable: Bool {
    switch self {
    case .freeze, .thaw, .setLearningRate, .setMomentum, .setWeightDecay, .setMaxNorm,
      .setMultiplier, .setDropout, .setDropouts, .insertDropout, .setEpochs:
      true
    case .replace, .moveHead, .solveHead, .adopt, .leaveOut, .takeIn, .relabel: false
    }
  }

  /// Whether both move one and the same slider, so that the later makes the earlier pointless.
  package func moves(theSameAs other: Edit) -> Bool {
    switch (self, other) {
    case (.setLearningRate, .setLearningRate), (.setMomentum, .setMomentum),
      (.setWeightDecay, .setWeightDecay), (.setEpochs, .setEpochs):
      true
    case (.setMaxNorm(let mine, _), .setMaxNorm(let others, _)): mine == others
    case (.setMultiplier(let mine, _), .setMultiplier(let others, _)): mine == others
    case (.setDropout(let mine, _), .setDropout(let others, _)): mine == others
    case (.setDropouts(let mine, _), .setDropouts(let others, _)): mine == others
    default: false
    }
  }
}

extension TuningSettings {
  /// The settings after an edit. Values are taken as they are: who makes an edit keeps it in range.
  package func applying(_ edit: Edit) -> TuningSettings {
    var next = self
    switch edit {
    case .freeze(let layers): next.frozen.formUnion(layers)
    case .thaw(let layers): next.frozen.subtract(layers)
    case .setLearningRate(let rate): next.learningRate = rate
    case .setMomentum(let momentum): next.momentum = momentum
    case .setWeightDecay(let decay): next.weightDecay = decay
    case .setMaxNorm(let layers, let limit):
      if layers.isEmpty { next.maxNorm = limit }
      for layer in layers { next.layerMaxNorms[layer] = limit ?? 0 }
    case .setMultiplier(let layers, let factor):
      for layer in layers { next.multipliers[layer] = factor == 1 ? nil : factor }
    case .setDropout(let layer, let rate): next.setDropout(rate, of: layer)
    case .setDropouts(let layers, let rate):
      for layer in layers { next.setDropout(rate, of: layer) }
    case .insertDropout(let layer, let rate): next.insertedDropout[layer] = rate
    case .setEpochs(let epochs): next.epochs = epochs
    case .replace(let settings): next = settings
    case .moveHead(let layer): next.headAfter = layer
    case .solveHead: break
    case .adopt(let adoption): next = adoption.settings
    case .leaveOut(let images): next.corrections.leaveOut(images, true)
    case .takeIn(let images): next.corrections.leaveOut(images, false)
    case .relabel(let images, let label): next.corrections.relabel(images, label)
    }
    return next
  }

  private mutating func setDropout(_ rate: Double, of layer: String) {
    if let previous = insertedPlace(ofLayer: layer) {
      insertedDropout[previous] = rate
    } else {
      dropout[layer] = rate
    }
  }
}
