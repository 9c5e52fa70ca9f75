import EngineInterface

/// Requests on their way: sent, and not yet applied by the engine. What they change is shown as
/// pending until a snapshot says that it has happened.
struct PendingRequests: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    var id: RequestID
    var request: Request
  }

  /// Whose requests these are.
  let sender: UInt64
  private(set) var entries: [Entry] = []
  /// The last requests sent, for the wording of a rejection that comes after the snapshot.
  private var recent: [Entry] = []
  private var lastNumber: UInt64 = 0

  init(sender: UInt64) {
    self.sender = sender
  }

  var isEmpty: Bool { entries.isEmpty }

  /// Takes note of a request and names it.
  mutating func add(_ request: Request) -> RequestID {
    lastNumber += 1
    let entry = Entry(id: RequestID(sender: sender, number: lastNumber), request: request)
    entries.append(entry)
    recent.append(entry)
    if recent.count > 64 { recent.removeFirst(recent.count - 64) }
    return entry.id
  }

  /// Whether something that is tried on copies is still to begin or to end.
  var hasExperiment: Bool {
    entries.contains { if case .experiment = $0.request { true } else { false } }
  }

  /// Drops what the engine has applied.
  mutating func applied(upTo last: UInt64) {
    entries.removeAll { $0.id.number <= last }
  }

  /// Drops a request that was refused, and gives it back for the message.
  mutating func rejected(_ id: RequestID) -> Request? {
    entries.removeAll { $0.id == id }
    return recent.last { $0.id == id }?.request
  }

  /// What the settings will be once all of them have been applied.
  func applied(to settings: TuningSettings) -> TuningSettings {
    entries.reduce(settings) { settings, entry in
      if case .edit(let edit) = entry.request { settings.applying(edit) } else { settings }
    }
  }
}
