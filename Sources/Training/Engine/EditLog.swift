import EngineInterface
import Network

/// The edits of a run as markers for charts. A slider that moves in small steps leaves one marker,
/// not twenty; one that goes back after steps were trained leaves two, for what was learned between
/// them was learned with another value than a common marker would name.
struct EditLog {
  private static let mergeSeconds = 2.0

  private(set) var markers: [EditMarker] = []
  /// The last edit's command, the settings before it and those that it was merged with, and after it.
  private var last: Turn?

  /// Forgets all but the first `count` markers.
  mutating func keep(first count: Int) {
    markers.removeLast(max(0, markers.count - count))
    last = nil
  }

  mutating func note(
    _ command: EngineCommand, before: TuningSettings, after: TuningSettings, graph: Graph,
    step: Int, time: Double, validationLoss: Double?
  ) {
    if let last, let marker = markers.last, command.moves(theSameAs: last.command),
      0...Self.mergeSeconds ~= time - marker.time,
      step == marker.step || !turnsBack(last, to: after)
    {
      let words = EditText(before: last.before, after: after, graph: graph)
      markers[markers.count - 1] = EditMarker(
        step: step, text: words.text(of: command), time: time,
        validationLossBefore: marker.validationLossBefore, change: words.change(by: command))
    } else {
      let words = EditText(before: before, after: after, graph: graph)
      markers.append(
        EditMarker(
          step: step, text: words.text(of: command), time: time,
          validationLossBefore: validationLoss, change: words.change(by: command)))
      last = (command, before, before)
    }
    last?.command = command
    last?.after = after
  }

  private typealias Turn = (
    command: EngineCommand, before: TuningSettings, after: TuningSettings
  )

  /// Whether the value goes down again after it went up, or up after it went down.
  private func turnsBack(_ turn: Turn, to next: TuningSettings) -> Bool {
    let values = [turn.before, turn.after, next].map { turn.command.value(in: $0) }
    guard let start = values[0], let middle = values[1], let end = values[2] else { return true }
    return (middle > start) != (end > middle)
  }
}

extension EngineCommand {
  /// Whether both move one and the same slider.
  fileprivate func moves(theSameAs other: EngineCommand) -> Bool {
    switch (self, other) {
    case (.setLearningRate, .setLearningRate), (.setMomentum, .setMomentum),
      (.setWeightDecay, .setWeightDecay), (.setEpochs, .setEpochs):
      true
    case (.setMaxNorm(let a, _), .setMaxNorm(let b, _)): a == b
    case (.setMultiplier(let a, _), .setMultiplier(let b, _)): a == b
    case (.setDropout(let a, _), .setDropout(let b, _)): a == b
    default: false
    }
  }

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
    case .setDropout(let layer, _):
      settings.insertedPlace(ofLayer: layer).map { settings.insertedDropout[$0] ?? 0 }
        ?? settings.dropout[layer]
    default: nil
    }
  }

  /// Off is above every limit.
  private static func limit(_ limit: Double?) -> Double {
    limit.flatMap { $0 == 0 ? nil : $0 } ?? .infinity
  }
}
