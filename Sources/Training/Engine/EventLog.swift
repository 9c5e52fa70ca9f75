import EngineInterface

/// The last events of an engine, numbered from 1 on.
struct EventLog {
  /// How many are kept at least.
  static let capacity = 10_000

  private var kept: [NumberedEvent] = []
  private var lastNumber: UInt64 = 0

  mutating func append(_ events: [EngineEvent]) {
    for event in events {
      lastNumber += 1
      kept.append(NumberedEvent(number: lastNumber, event: event))
    }
    if kept.count > 2 * Self.capacity { kept.removeFirst(kept.count - Self.capacity) }
  }

  func events(after number: UInt64) -> [NumberedEvent] {
    guard number < lastNumber else { return [] }
    // Numbers ascend by one, so that their place follows from the last.
    let wanted = Int(min(lastNumber - number, UInt64(kept.count)))
    return Array(kept.suffix(wanted))
  }
}
