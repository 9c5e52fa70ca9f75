import EngineInterface

/// Ends of epochs and the checkpoints after them. Where epochs are short they come faster than a log
/// can be read, and each of them would move the log over the line: then they are said together,
/// twice a second.
struct RoutineEvents: Sendable, Equatable {
  private var held: [EngineEvent] = []
  private var lastSaidAt = -Double.infinity
  /// The last one said was an epoch's end: its checkpoint goes with it.
  private var awaitsCheckpoint = false

  /// Whether `event` has to wait.
  mutating func holdsBack(_ event: EngineEvent, at now: Double) -> Bool {
    let isEpoch: Bool
    switch event {
    case .epochEnded: isEpoch = true
    case .checkpointWritten: isEpoch = false
    default: return false
    }
    let follows = awaitsCheckpoint && !isEpoch
    guard held.isEmpty, follows || !waits(at: now) else {
      held.append(event)
      return true
    }
    awaitsCheckpoint = isEpoch
    lastSaidAt = now
    return false
  }

  /// Those whose turn has come, oldest first.
  mutating func due(at now: Double) -> [EngineEvent] {
    guard !held.isEmpty, !waits(at: now) else { return [] }
    lastSaidAt = now
    awaitsCheckpoint = false
    return all()
  }

  /// All of them, oldest first.
  mutating func all() -> [EngineEvent] {
    defer { held = [] }
    return held
  }

  private func waits(at now: Double) -> Bool {
    (0..<Pace.numbersSeconds).contains(now - lastSaidAt)
  }
}
