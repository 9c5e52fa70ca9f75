import EngineInterface

/// Commands on their way: sent, and not yet applied by the engine. What they change is shown as
/// pending until a snapshot says that it has happened.
struct PendingCommands: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    /// Names the command until the engine has numbered it.
    var token: Int
    var command: EngineCommand
    var id: CommandID?
  }

  private(set) var entries: [Entry] = []
  /// The last commands sent, for the wording of a rejection that comes after the snapshot.
  private var recent: [Entry] = []
  private var nextToken = 1

  var isEmpty: Bool { entries.isEmpty }

  /// Takes note of a command; the token comes back with its number in `numbered`.
  mutating func add(_ command: EngineCommand) -> Int {
    let token = nextToken
    nextToken += 1
    entries.append(Entry(token: token, command: command))
    return token
  }

  mutating func numbered(token: Int, id: CommandID) {
    guard let index = entries.firstIndex(where: { $0.token == token }) else { return }
    entries[index].id = id
    recent.append(entries[index])
    if recent.count > 64 { recent.removeFirst(recent.count - 64) }
  }

  /// Drops what the engine has applied.
  mutating func applied(upTo last: CommandID) {
    entries.removeAll { entry in entry.id.map { $0 <= last } ?? false }
  }

  /// Drops a command that was refused, and gives it back for the message.
  mutating func rejected(_ id: CommandID) -> EngineCommand? {
    entries.removeAll { $0.id == id }
    return recent.last { $0.id == id }?.command
  }

  /// What the settings will be once all of them have been applied.
  func applied(to settings: TuningSettings) -> TuningSettings {
    entries.reduce(settings) { $0.applying($1.command) }
  }
}
