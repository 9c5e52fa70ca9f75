import EngineInterface

/// The edits that were made here, to be taken back one by one and made again. A change is taken back alone:
/// what else has changed since stays.
struct EditHistory: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    var edit: Edit
    /// The settings with all that was under way, before it and after.
    var before: TuningSettings
    var after: TuningSettings
    /// What asked for it last: for the edit itself, for its undoing, or for making it again.
    var request: RequestID

    /// Weights were changed, and not settings: only a checkpoint leads back.
    var cannotBeUndone: Bool { changesWeights && before == after }

    var changesWeights: Bool {
      switch edit {
      case .solveHead, .adopt: true
      default: false
      }
    }
  }

  private static let capacity = 200

  /// The last one last.
  private(set) var done: [Entry] = []
  private(set) var undone: [Entry] = []

  /// Takes down an edit that was sent; one that changes nothing is none.
  mutating func note(_ edit: Edit, before: TuningSettings, request: RequestID) {
    let after = before.applying(edit)
    guard after != before || edit == .solveHead else { return }
    undone = []
    done.append(Entry(edit: edit, before: before, after: after, request: request))
    if done.count > Self.capacity { done.removeFirst() }
  }

  /// Takes down what the engine has made of a request to adopt a trial.
  mutating func note(_ adopted: AdoptedTrial, request: RequestID) {
    undone = []
    done.append(
      Entry(
        edit: adopted.edit, before: adopted.before, after: adopted.after, request: request))
    if done.count > Self.capacity { done.removeFirst() }
  }

  mutating func popDone() -> Entry? { done.popLast() }
  mutating func popUndone() -> Entry? { undone.popLast() }

  mutating func noteUndone(_ entry: Entry, by request: RequestID) {
    undone.append(entry)
    undone[undone.count - 1].request = request
  }

  mutating func noteRedone(_ entry: Entry, by request: RequestID) {
    done.append(entry)
    done[done.count - 1].request = request
  }

  /// The engine has refused a request: what it was for has not come about.
  mutating func refused(_ request: RequestID) {
    if let index = undone.firstIndex(where: { $0.request == request }) {
      done.append(undone.remove(at: index))
    } else {
      done.removeAll { $0.request == request }
    }
  }
}

extension Shared {
  var undoRefusal: String? {
    if let whatIf, draft == nil {
      return whatIf.edits.isEmpty ? "nothing is collected" : editRefusal
    }
    return editRefusal ?? (draft == nil && edits.done.isEmpty ? "no edit to undo" : nil)
  }

  var redoRefusal: String? {
    if whatIf != nil { return "edits are collected, and not made" }
    return editRefusal ?? (edits.undone.isEmpty ? "no edit was undone" : nil)
  }

  /// Takes the last edit back.
  mutating func undo() -> [Effect] {
    if draft != nil {
      draft = nil
      return []
    }
    if whatIf != nil {
      whatIf?.removeLast()
      return []
    }
    guard let entry = edits.popDone() else { return [] }
    guard !entry.cannotBeUndone else {
      log.add(
        .warning,
        entry.edit == .solveHead
          ? "a solved head cannot be undone: its old weights are in checkpoints only"
          : "weights cannot be undone: the old ones are in checkpoints only", at: now)
      return []
    }
    let (effect, request) = replace(
      wantedSettings.undoing(from: entry.before, to: entry.after))
    edits.noteUndone(entry, by: request)
    log.add(
      .information,
      entry.changesWeights
        ? "its values are undone; the old weights are in checkpoints only"
        : "undone: \(RequestText.describe(entry.edit))", at: now)
    return [effect]
  }

  /// Makes the edit that was undone last once more.
  mutating func redo() -> [Effect] {
    let effects = flushDraft()
    guard let entry = edits.popUndone() else { return effects }
    let (effect, request) = replace(
      wantedSettings.undoing(from: entry.after, to: entry.before))
    edits.noteRedone(entry, by: request)
    log.add(.information, "made again: \(RequestText.describe(entry.edit))", at: now)
    return effects + [effect]
  }

  private mutating func replace(_ settings: TuningSettings) -> (Effect, RequestID) {
    let id = pending.add(.edit(.replace(settings)))
    return (.send(.edit(.replace(settings)), id), id)
  }
}
