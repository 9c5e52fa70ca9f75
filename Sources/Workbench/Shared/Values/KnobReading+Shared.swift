import EngineInterface
import Files

extension Shared {
  /// What `knob` stands at for the run or the selected layers.
  func reading(of knob: Knob) -> KnobReading {
    guard let snapshot else { return KnobReading(disabledReason: "the run is not there yet") }
    if let reason = editRefusal { return withoutSubject(knob, snapshot, disabled: reason) }
    switch knob {
    case .learningRate:
      return ofRun(\.learningRate, \.learningRate)
    case .momentum:
      var reading = ofRun(\.momentum, \.momentum)
      if !snapshot.run.optimizer.hasMomentum {
        reading.disabledReason = ObjectionText.text(.noMomentum(snapshot.run.optimizer))
      }
      return reading
    case .weightDecay:
      return ofRun(\.weightDecay, \.weightDecay)
    case .maxNorm:
      return KnobReading(
        value: Self.limit(wantedSettings.maxNorm),
        isPending: wantedSettings.maxNorm != snapshot.settings.maxNorm)
    case .dropout: return dropoutReading()
    case .multiplier:
      return ofLayers(
        value: { $0.multiplier($1) }, isPending: { $0.isMultiplierPending($1) },
        missing: "no parameters to train")
    case .layerMaxNorm:
      return ofLayers(
        value: { $0.maxNorm($1) }, isPending: { $0.isMaxNormPending($1) },
        missing: "no weights to limit")
    }
  }

  /// The edit that sets `knob` to `value`; `nil` where there is nothing to set.
  func edit(setting knob: Knob, to value: Double) -> Edit? {
    switch knob {
    case .learningRate: return .setLearningRate(value)
    case .momentum: return .setMomentum(value)
    case .weightDecay: return .setWeightDecay(value)
    case .maxNorm: return .setMaxNorm(layers: [], limit: value.isFinite ? value : nil)
    case .dropout:
      let names = dropoutLayers(of: selectedLayers).map(\.name)
      return switch names.count {
      case 0: nil
      case 1: .setDropout(layer: names[0], rate: value)
      default: .setDropouts(layers: names, rate: value)
      }
    case .multiplier:
      let names = selectedLayers.filter(\.canFreeze).map(\.name)
      return names.isEmpty ? nil : .setMultiplier(layers: names, factor: value)
    case .layerMaxNorm:
      let names = selectedLayers.filter(\.canFreeze).map(\.name)
      return names.isEmpty
        ? nil : .setMaxNorm(layers: names, limit: value.isFinite ? value : nil)
    }
  }

  /// The dropout layers that the selection means: those in it, and the one that acts on what it gives.
  func dropoutLayers(of selection: [LayerSummary]) -> [LayerSummary] {
    guard let last = selection.last else { return [] }
    let inside = selection.count == 1 ? selection.filter { $0.dropout != nil } : selection.dropouts
    guard last.dropout == nil, let name = last.dropoutLayer,
      !inside.contains(where: { $0.name == name }),
      let after = snapshot?.layers.first(where: { $0.name == name })
    else { return inside }
    return inside + [after]
  }

  private func dropoutReading() -> KnobReading {
    guard let last = selectedLayers.last else {
      return KnobReading(disabledReason: "no layer selected")
    }
    let dropouts = dropoutLayers(of: selectedLayers)
    guard let layer = dropouts.first else {
      var reading = KnobReading(subject: last.name, insertsAfter: last.name)
      if let rate = layerValues.dropoutToCome(after: last.name) {
        reading = KnobReading(value: rate, isPending: true, subject: last.name)
        reading.disabledReason = "the dropout layer is being inserted"
      }
      return reading
    }
    let values = layerValues
    let rate = values.dropout(layer)
    return KnobReading(
      value: rate, isMixed: dropouts.contains { values.dropout($0) != rate },
      isPending: dropouts.contains { values.isDropoutPending($0.name) },
      subject: dropouts.count == 1
        ? layer.name : NumberText.quantity(dropouts.count, "dropout layer"))
  }

  private func ofRun(
    _ wanted: KeyPath<TuningSettings, Double>, _ applied: KeyPath<TuningSettings, Double>
  ) -> KnobReading {
    KnobReading(
      value: wantedSettings[keyPath: wanted],
      isPending: wantedSettings[keyPath: wanted] != snapshot?.settings[keyPath: applied])
  }

  private func ofLayers(
    value: (LayerValues, LayerSummary) -> Double, isPending: (LayerValues, LayerSummary) -> Bool,
    missing: String
  ) -> KnobReading {
    let layers = selectedLayers.filter(\.canFreeze)
    let subject = selectionTitle
    guard let first = layers.first else {
      return KnobReading(subject: subject, disabledReason: "\(subject) has \(missing)")
    }
    let values = layerValues
    let reference = value(values, first)
    return KnobReading(
      value: reference, isMixed: layers.contains { value(values, $0) != reference },
      isPending: layers.contains { isPending(values, $0) }, subject: subject)
  }

  private func withoutSubject(_ knob: Knob, _ snapshot: EngineView, disabled reason: String)
    -> KnobReading
  {
    let settings = snapshot.settings
    let value: Double? =
      switch knob {
      case .learningRate: settings.learningRate
      case .momentum: settings.momentum
      case .weightDecay: settings.weightDecay
      case .maxNorm: Self.limit(settings.maxNorm)
      case .dropout, .multiplier, .layerMaxNorm: nil
      }
    return KnobReading(value: value, disabledReason: reason)
  }

  private static func limit(_ maxNorm: Double?) -> Double {
    maxNorm.flatMap { $0 > 0 ? $0 : nil } ?? .infinity
  }
}

extension [LayerSummary] {
  /// Dropout layers of the usual kind. Stochastic depth, which drops a whole path of a network, is part of
  /// its architecture: it is set at its own layer only.
  var dropouts: [LayerSummary] { filter { $0.dropout != nil && $0.detail.isEmpty } }
}
