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
