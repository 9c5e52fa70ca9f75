import EngineInterface
import TerminalUI

/// What the engine says, and what becomes of the run.
extension WorkbenchModel {
  mutating func take(_ next: EngineView) -> [Effect] {
    if let newest, next.revision < newest.revision { return [] }
    newest = next
    shared.snapshot = pace.show(next, after: shared.snapshot, at: shared.now)
    shared.selection.take(next.layers)
    shared.pending.applied(upTo: next.snapshot.lastApplied(of: shared.pending.sender))
    // A run that could not begin has nothing to show: why is said where the screen was.
    if case .failed = next.state, next.layers.isEmpty { return [.quit] }
    if isLeaving, shared.isUnsaved {
      isLeaving = false
      shared.overlay = .dialog(.unsaved(stepsLost: stepsSinceCheckpoint))
    }
    return isLeaving && shared.isOver ? [.quit] : []
  }

  /// Time has passed: what was held back may be due.
  mutating func catchUp() {
    for event in routine.due(at: shared.now) { say(event) }
    if pace.isBehind, let newest {
      shared.snapshot = pace.show(newest, after: shared.snapshot, at: shared.now)
    }
  }

  mutating func take(_ event: EngineEvent) {
    // What is saved is known at once, said or not.
    if case .checkpointWritten(let path, let step) = event {
      shared.lastCheckpoint = Shared.Checkpoint(path: path, step: step)
    }
    if routine.holdsBack(event, at: shared.now) { return }
    // The order of events stays.
    for earlier in routine.all() { say(earlier) }
    say(event)
  }

  private mutating func say(_ event: EngineEvent) {
    var refused: Request?
    if case .rejected(let id, _) = event {
      refused = shared.pending.rejected(id)
      if let refused { shared.noteRefused(refused) }
      shared.edits.refused(id)
    }
    if case .notice(.adopted(let id, let adopted)) = event, id.sender == shared.pending.sender {
      shared.edits.note(adopted, request: id)
    }
    // A line for an epoch and its checkpoint.
    if case .checkpointWritten(_, let step) = event, step == epochSaid,
      shared.log.entries.last?.isRoutine == true
    {
      epochSaid = nil
      return shared.log.append(", saved")
    }
    var isEpoch = false
    if case .epochEnded(let epoch) = event { (isEpoch, epochSaid) = (true, epoch.step) }
    let (kind, text) = Notice.text(of: event, rejected: refused)
    shared.log.add(kind, text, at: shared.now, isRoutine: isEpoch)
  }

  mutating func pauseOrResume() -> [Effect] {
    shared.send(shared.state == .paused ? .resume : .pause)
  }

  mutating func askToQuit() -> [Effect] {
    if shared.isUnsaved {
      shared.overlay = .dialog(.unsaved(stepsLost: stepsSinceCheckpoint))
      return []
    }
    if isLeaving || shared.snapshot == nil || (shared.isOver && !shared.searchesBeside) {
      return shared.flushDraft() + [.quit]
    }
    if case .preparing = shared.state { return [.quit] }
    if shared.snapshot?.run.isSearch == true || shared.isOver {
      shared.overlay = .dialog(.leaveSearch)
      return []
    }
    shared.overlay = .dialog(
      .quit(isPaused: shared.state == .paused, searches: shared.searchesBeside))
    return []
  }

  private var stepsSinceCheckpoint: Int { max(0, shared.step - (shared.lastCheckpoint?.step ?? 0)) }

  /// Stops the run; the screen leaves when it stands.
  mutating func leave(checkpoint: Bool) -> [Effect] {
    isLeaving = true
    shared.log.add(.information, "stopping after this step; q again leaves at once", at: shared.now)
    return shared.send(.stop(checkpoint: checkpoint))
  }

  /// Nobody is there to ask: the work is kept.
  mutating func leaveWithoutTerminal() -> [Effect] {
    if shared.isOver || isLeaving || shared.snapshot == nil { return shared.flushDraft() + [.quit] }
    return shared.send(.stop(checkpoint: true)) + [.quit]
  }

  /// Trains `epochs` more than were asked for, from where the run stands.
  mutating func trainOn(epochs: Int) -> [Effect] {
    let (total, overflow) = shared.wantedSettings.epochs.addingReportingOverflow(epochs)
    guard !overflow else { return [] }
    let wasOver = shared.isOver
    return shared.send(.setEpochs(total)) + (wasOver ? shared.send(.resume) : [])
  }
}
