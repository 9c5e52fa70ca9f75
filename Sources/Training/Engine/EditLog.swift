import EngineInterface
import Network

/// Writes edits into a history, as markers for charts. A slider that moves in small steps leaves one
/// marker, not twenty; one that goes back after steps were trained leaves two, for what was learned
/// between them was learned with another value than a common marker would name.
struct EditLog {
  private static let mergeSeconds = 2.0

  /// The last edit, the settings before it and those that it was merged with, and after it.
  private var last: Turn?

  private struct Turn {
    var edit: Edit
    var before: TuningSettings
    var after: TuningSettings

    /// Whether the value goes down again after it went up, or up after it went down.
    func isTurnedBack(by next: TuningSettings) -> Bool {
      guard let start = edit.value(in: before), let middle = edit.value(in: after),
        let end = edit.value(in: next)
      else { return true }
      return (middle > start) != (end > middle)
    }
  }

  /// What comes next stands alone.
  mutating func forgetLast() { last = nil }

  mutating func note(
    _ edit: Edit, before: TuningSettings, after: TuningSettings, graph: Graph, step: Int,
    time: Double, validationLoss: Double?, in history: inout History
  ) {
    if let last, let marker = history.edits.last, edit.moves(theSameAs: last.edit),
      0...Self.mergeSeconds ~= time - marker.time,
      step == marker.step || !last.isTurnedBack(by: after)
    {
      history.replaceLastEdit(
        with: EditMarker(
          step: step, change: EditChange(edit, from: last.before, to: after, in: graph),
          time: time, validationLossBefore: marker.validationLossBefore))
      self.last = Turn(edit: edit, before: last.before, after: after)
    } else {
      history.append(
        EditMarker(
          step: step, change: EditChange(edit, from: before, to: after, in: graph), time: time,
          validationLossBefore: validationLoss))
      last = Turn(edit: edit, before: before, after: after)
    }
  }
}

extension Edit {
  /// What it sets, as it is in `settings`; `nil` where they do not say.
  fileprivate func value(in settings: TuningSettings) -> Double? {
    switch self {
    case .setLearningRate: settings.learningRate
    case .setMomentum: settings.momentum
    case .setWeightDecay: settings.weightDecay
    case .setEpochs: Double(settings.epochs)
    case .setMaxNorm(let layers, _):
      Self.limit(layers.first.map { settings.layerMaxNorms[$0] } ?? settings.maxNorm)
    case .setMultiplier(let layers, _): layers.first.map { settings.multipliers[$0] ?? 1 }
    case .setDropout(let layer, _): Self.dropout(of: layer, in: settings)
    case .setDropouts(let layers, _):
      layers.first.flatMap { Self.dropout(of: $0, in: settings) }
    case .freeze, .thaw, .insertDropout, .replace, .moveHead, .solveHead, .adopt, .leaveOut,
      .takeIn, .relabel:
      nil
    }
  }

  private static func dropout(of layer: String, in settings: TuningSettings) -> Double? {
    settings.insertedPlace(ofLayer: layer).map { settings.insertedDropout[$0] ?? 0 }
      ?? settings.dropout[layer]
  }

  /// Off is above every limit.
  private static func limit(_ limit: Double?) -> Double {
    limit.flatMap { $0 == 0 ? nil : $0 } ?? .infinity
  }
}
