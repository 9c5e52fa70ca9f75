import EngineInterface

/// What happened since somebody last looked, in the order in which it did. All parts of an engine put
/// their events here; belongs to one queue at a time.
final class Outbox {
  private var events: [EngineEvent] = []

  func put(_ event: EngineEvent) { events.append(event) }
  func put(_ notice: EngineNotice) { events.append(.notice(notice)) }

  /// Empties it.
  func take() -> [EngineEvent] {
    defer { events = [] }
    return events
  }
}
