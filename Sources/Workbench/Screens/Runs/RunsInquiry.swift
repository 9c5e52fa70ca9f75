import EngineInterface

/// When the list of runs is asked for: every few seconds while it is on show, and the less often the
/// longer it takes to read, so that a thousand runs do not slow training.
struct RunsInquiry: Sendable {
  private static let restSeconds = 3.0
  /// Reading takes at most one part in so many of the time.
  private static let restShare = 20.0

  private var askedAt = -Double.infinity
  private var pending: RequestID?
  private var dueAt = -Double.infinity

  func isListDue(at now: Double) -> Bool {
    // A clock that was set back counts as time that has passed.
    pending == nil && (now >= dueAt || now < askedAt)
  }

  mutating func asked(_ id: RequestID, at now: Double) {
    pending = id
    askedAt = now
  }

  mutating func isAnswered(by id: RequestID, at now: Double) -> Bool {
    guard id == pending else { return false }
    pending = nil
    dueAt = now + max(Self.restSeconds, (now - askedAt) * Self.restShare)
    return true
  }
}

/// What is known of runs in full; read again where a run has gone on.
struct RunDetailsCache: Sendable {
  private struct Entry: Sendable {
    var details: RunDetails?
    var problem: String?
    /// The run's latest activity when it was read.
    var activity: Double?
  }

  private var entries: [String: Entry] = [:]
  private var pending: (id: RequestID, run: RunSummary)?

  subscript(path: String) -> RunDetails? { entries[path]?.details }
  func problem(_ path: String) -> String? { entries[path]?.problem }

  /// The first of `paths` that is to be read; `nil` while one is.
  func next(of paths: [String], among runs: [RunSummary]) -> RunSummary? {
    guard pending == nil else { return nil }
    for path in paths {
      guard let run = runs.first(where: { $0.path == path }), run.isReadable else { continue }
      guard let entry = entries[path], entry.activity == run.lastActivity else { return run }
    }
    return nil
  }

  mutating func asked(_ id: RequestID, about run: RunSummary) { pending = (id, run) }

  /// - Returns: whether it was an answer to this.
  mutating func take(_ reply: Reply) -> Bool {
    guard let pending, pending.id == reply.id else { return false }
    self.pending = nil
    var entry = Entry(activity: pending.run.lastActivity)
    switch reply.answer {
    case .run(let details): entry.details = details
    case .failed(let words): entry.problem = words
    case .runs, .data, .validation, .images, .pictures: break
    }
    entries[pending.run.path] = entry
    return true
  }
}

extension RunSummary {
  var isReadable: Bool { if case .unreadable = state { false } else { true } }
}
