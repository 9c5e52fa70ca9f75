import EngineInterface
import Network

/// The edits of a run as markers for charts. A slider that moves in small steps leaves one marker,
/// not twenty.
struct EditLog {
  private static let mergeSeconds = 2.0

  private(set) var markers: [EditMarker] = []
  /// The last edit's command, and the settings before it and those that it was merged with.
  private var last: (command: EngineCommand, before: TuningSettings)?

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
      0...Self.mergeSeconds ~= time - marker.time
    {
      let text = EditText(before: last.before, after: after, graph: graph).text(of: command)
      markers[markers.count - 1] = EditMarker(
        step: step, text: text, time: time, validationLossBefore: marker.validationLossBefore)
    } else {
      let text = EditText(before: before, after: after, graph: graph).text(of: command)
      markers.append(
        EditMarker(step: step, text: text, time: time, validationLossBefore: validationLoss))
      last = (command, before)
    }
    last?.command = command
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
}
