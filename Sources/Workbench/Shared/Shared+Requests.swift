import EngineInterface

/// What is said to the engine.
extension Shared {
  /// Sends an edit, or collects it.
  mutating func send(_ edit: Edit) -> [Effect] {
    let effects = flushDraft()
    guard whatIf == nil else {
      collect(edit)
      return effects
    }
    return effects + [dispatch(.edit(edit))]
  }

  mutating func send(_ control: Control) -> [Effect] {
    flushDraft() + [dispatch(.control(control))]
  }

  mutating func steer(_ control: SearchControl) -> [Effect] {
    flushDraft() + [dispatch(.search(control))]
  }

  /// Asks for something to be tried on copies, and shows it.
  mutating func begin(_ control: ExperimentControl) -> [Effect] {
    let effects = flushDraft()
    experiment = nil
    showsExperiment = true
    return effects + [dispatch(.experiment(control))]
  }

  mutating func steer(_ control: ExperimentControl) -> [Effect] {
    [dispatch(.experiment(control))]
  }

  /// Sends after whatever is still being turned: in the order of the keys.
  private mutating func dispatch(_ request: Request) -> Effect {
    let before = wantedSettings
    let id = pending.add(request)
    if case .edit(let edit) = request { edits.note(edit, before: before, request: id) }
    return .send(request, id)
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
    guard whatIf == nil else {
      collect(draft.edit)
      return []
    }
    return [dispatch(.edit(draft.edit))]
  }

  mutating func flushRestedDraft() -> [Effect] {
    guard let draft, !isHeld else { return [] }
    // The clock may have been set back: then it has rested long enough, too.
    let rested = now - draft.changedAt
    return rested >= Draft.restSeconds || rested < 0 ? flushDraft() : []
  }

  /// Asks the engine; the answer comes as a reply with the same name.
  mutating func ask(_ question: Question) -> (id: RequestID, effect: Effect) {
    let id = pending.add(.question(question))
    return (id, .send(.question(question), id))
  }
}
