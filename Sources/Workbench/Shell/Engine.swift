import EngineInterface
import TerminalUI

/// What the engine says, and what is said to it.
extension WorkbenchModel {
  mutating func take(_ next: EngineView) -> [Effect] {
    if let newest, next.revision < newest.revision { return [] }
    newest = next
    snapshot = pace.show(next, after: snapshot, at: now)
    takeLayers(next.layers)
    pending.applied(upTo: next.snapshot.lastApplied(of: pending.sender))
    // A run that could not begin has nothing to show: why is said where the screen was.
    if case .failed = next.state, next.layers.isEmpty { return [.quit] }
    if isLeaving, isUnsaved {
      isLeaving = false
      overlay = .dialog(.unsaved(stepsLost: stepsSinceCheckpoint))
    }
    return isLeaving && isOver ? [.quit] : []
  }

  /// Time has passed: what was held back may be due.
  mutating func catchUp() {
    for event in routine.due(at: now) { say(event) }
    if pace.isBehind, let newest { snapshot = pace.show(newest, after: snapshot, at: now) }
  }

  mutating func take(_ event: EngineEvent) {
    // What is saved is known at once, said or not.
    if case .checkpointWritten(let path, let step) = event {
      lastCheckpoint = Checkpoint(path: path, step: step)
    }
    if routine.holdsBack(event, at: now) { return }
    // The order of events stays.
    for earlier in routine.all() { say(earlier) }
    say(event)
  }

  private mutating func say(_ event: EngineEvent) {
    var refused: Request?
    if case .rejected(let id, _) = event { refused = pending.rejected(id) }
    // A line for an epoch and its checkpoint.
    if case .checkpointWritten(_, let step) = event, step == epochSaid,
      log.entries.last?.isRoutine == true
    {
      epochSaid = nil
      return log.append(", saved")
    }
    var isEpoch = false
    if case .epochEnded(let epoch) = event { (isEpoch, epochSaid) = (true, epoch.step) }
    let (kind, text) = Notice.text(of: event, rejected: refused)
    log.add(kind, text, at: now, isRoutine: isEpoch)
  }

  mutating func send(_ edit: Edit) -> [Effect] { flushDraft() + [dispatch(.edit(edit))] }

  mutating func send(_ control: Control) -> [Effect] {
    flushDraft() + [dispatch(.control(control))]
  }

  /// Sends after whatever is still being turned: in the order of the keys.
  private mutating func dispatch(_ request: Request) -> Effect {
    .send(request, pending.add(request))
  }

  /// Shows `edit` as pending at once, and sends it when the hand rests.
  mutating func turn(to edit: Edit) -> [Effect] {
    var effects: [Effect] = []
    if let draft, !draft.edit.moves(theSameAs: edit) { effects = flushDraft() }
    draft = Draft(edit: edit, changedAt: now)
    return effects
  }

  mutating func flushDraft() -> [Effect] {
    guard let draft else { return [] }
    self.draft = nil
    return [dispatch(.edit(draft.edit))]
  }

  mutating func flushRestedDraft() -> [Effect] {
    guard let draft, draggedKnob == nil else { return [] }
    // The clock may have been set back: then it has rested long enough, too.
    let rested = now - draft.changedAt
    return rested >= Draft.restSeconds || rested < 0 ? flushDraft() : []
  }

  mutating func pauseOrResume() -> [Effect] {
    send(state == .paused ? .resume : .pause)
  }

  mutating func askToQuit() -> [Effect] {
    if isUnsaved {
      overlay = .dialog(.unsaved(stepsLost: stepsSinceCheckpoint))
      return []
    }
    if isOver || isLeaving || snapshot == nil { return flushDraft() + [.quit] }
    if case .preparing = state { return [.quit] }
    overlay = .dialog(.quit(isPaused: state == .paused))
    return []
  }

  private var stepsSinceCheckpoint: Int { max(0, step - (lastCheckpoint?.step ?? 0)) }

  /// Stops the run; the screen leaves when it stands.
  mutating func leave(checkpoint: Bool) -> [Effect] {
    isLeaving = true
    log.add(.information, "stopping after this step; q again leaves at once", at: now)
    return send(.stop(checkpoint: checkpoint))
  }

  /// Nobody is there to ask: the work is kept.
  mutating func leaveWithoutTerminal() -> [Effect] {
    if isOver || isLeaving || snapshot == nil { return flushDraft() + [.quit] }
    return send(.stop(checkpoint: true)) + [.quit]
  }

  /// Trains `epochs` more than were asked for, from where the run stands.
  mutating func trainOn(epochs: Int) -> [Effect] {
    let (total, overflow) = wantedSettings.epochs.addingReportingOverflow(epochs)
    guard !overflow else { return [] }
    let wasOver = isOver
    return send(.setEpochs(total)) + (wasOver ? send(.resume) : [])
  }
}
