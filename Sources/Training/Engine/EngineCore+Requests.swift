import EngineInterface
import Network
import RunStore

/// Requests: edits and controls.
extension EngineCore {
  /// Carries out a request, between two units of work.
  func perform(_ request: Request, id: RequestID) {
    defer { lastApplied[id.sender] = id.number }
    switch request {
    case .edit(let edit): make(edit, id)
    case .control(let control): perform(control, id)
    // Answered beside the queue: see `Engine`.
    case .question: break
    case .search(let control): perform(control, id)
    case .experiment(let control): perform(control, id)
    }
  }

  private func make(_ edit: Edit, _ id: RequestID) {
    guard let trainer else { return reject(id, .nothingToTrain) }
    // What it finds would be of another run.
    guard currentExperiment == nil else { return reject(id, .isExperimenting) }
    if let objection = objection(to: edit, trainer) { return reject(id, objection) }
    if let objection = objectionToHead(edit, trainer) ?? objectionToWeights(edit, trainer) {
      return reject(id, objection)
    }
    self.edit(edit, trainer: trainer)
  }

  private func perform(_ control: Control, _ id: RequestID) {
    if control == .goBack {
      if let objection = goBack() { reject(id, objection) }
      return
    }
    guard let trainer else {
      if case .stop = control, case .failed = phase { return }
      return reject(id, .nothingToTrain)
    }
    if let objection = carryOut(control, trainer) { reject(id, objection) }
  }

  func reject(_ id: RequestID, _ objection: Objection) {
    outbox.put(.rejected(id, objection))
  }

  func objection(to edit: Edit, _ trainer: Trainer) -> Objection? {
    if case .failed(let failure) = phase { return .hasFailed(failure.error) }
    if recorder.isDropped { return .isDropped }
    return check(trainer.settings, trainer.graph, trainer).objection(to: edit)
  }

  /// What speaks against edits of other settings, and of the graph that those come to.
  func check(_ settings: TuningSettings, _ graph: Graph, _ trainer: Trainer) -> EditCheck {
    EditCheck(
      settings: settings, modelGraph: trainer.model.graph, graph: graph,
      optimizer: configuration.optimizer, isBinary: trainer.loss.isBinary, data: trainer.data)
  }

  /// Makes an edit that nothing speaks against, and writes it down.
  func edit(_ edit: Edit, trainer: Trainer, isJournaled: Bool = true) {
    if edit == .solveHead { return beginSolvingHead(trainer, as: .edit(isJournaled: isJournaled)) }
    let edit = edit.withoutLayersThatCannotFreeze(in: trainer.graph)
    let before = trainer.settings
    let after = before.applying(edit)
    do {
      if case .adopt(let adoption) = edit {
        try takeUp(adoption, trainer)
      } else {
        guard after != before else { return }
        try trainer.apply(after)
      }
    } catch {
      // The check before has made sure; what is left to go wrong is said and not done.
      outbox.put(.editFailed("\(error)"))
      return
    }
    let step = trainer.progress.step
    let time = RunRecorder.now
    telemetry.noteChange(from: before, to: after)
    telemetry.noteEdit(
      edit, from: before, to: after, graph: trainer.model.graph, step: step, time: time,
      validationLoss: telemetry.latest.validationLoss)
    recorder.noteWork()
    telemetry.note(rate: trainer.learningRate)
    if isJournaled { recorder.append(.edit(step: step, time: time, edit: edit)) }
  }

  /// Makes the edits of a journal whose step has come.
  func applyScheduled() {
    guard let trainer else { return }
    // Weights are adopted after a validation, and never before the one of the same step.
    while phase != .solvingHead,
      let next = script.next(at: trainer.progress.step, adoptionsWait: phase == .validating)
    {
      if let objection = objection(to: next.edit, trainer) {
        noteMisfit(next.step, objection)
        continue
      }
      edit(next.edit, trainer: trainer, isJournaled: script.isReplay)
    }
  }

  /// Makes the edits of a checkpoint's own step again, which may be in it or not: all together they
  /// come to what they came to before, since each sets a value. One that does not fit the network is
  /// said and left out, as it is at any later step.
  func repeatEdits(_ edits: [JournaledEdit], on trainer: Trainer) {
    var rest = edits[...]
    // Weights come into the network as it was then, and take the place of a head that was solved before.
    while let place = rest.firstIndex(where: \.edit.isAdoption) {
      repeatSettings(rest[..<place], on: trainer)
      repeatAdoption(rest[place], on: trainer)
      rest = rest[(place + 1)...]
    }
    // Of the same layers below it the same head is solved, whether the checkpoint has it or not.
    if rest.contains(where: { $0.edit == .solveHead }) { headDue = .repeated }
    repeatSettings(rest, on: trainer)
  }

  private func repeatAdoption(_ entry: JournaledEdit, on trainer: Trainer) {
    guard case .adopt(let adoption) = entry.edit else { return }
    let check = check(trainer.settings, trainer.graph, trainer)
    if let objection = check.objection(toRepeating: entry.edit)
      ?? Self.objection({ try takeUp(adoption, trainer) })
    {
      noteMisfit(entry.step, objection)
    }
  }

  private func repeatSettings(_ edits: ArraySlice<JournaledEdit>, on trainer: Trainer) {
    guard !edits.isEmpty else { return }
    var settings = trainer.settings
    for entry in edits {
      let graph = (try? trainer.model.graph.tuned(by: settings)) ?? trainer.graph
      let check = check(settings, graph, trainer)
      if let objection = check.objection(toRepeating: entry.edit) {
        noteMisfit(entry.step, objection)
      } else {
        settings = settings.applying(entry.edit)
      }
    }
    let step = trainer.progress.step
    let headed = (try? trainer.model.graph.headed(by: settings)) ?? trainer.model.graph
    guard BackwardReach(headed, frozen: settings.frozen).trains.contains(true) else {
      return noteMisfit(step, .nothingLeftToTrain)
    }
    do {
      try trainer.apply(settings)
    } catch {
      noteMisfit(step, .unfit("\(error)"))
    }
  }

  private func noteMisfit(_ step: Int, _ objection: Objection) {
    outbox.put(.misfit(step: step, objection))
  }

  /// - Returns: why it cannot be done.
  func carryOut(_ control: Control, _ trainer: Trainer) -> Objection? {
    switch control {
    case .pause:
      guard phase == .training || phase == .validating || phase == .solvingHead else {
        return .nothingRuns
      }
      pause.isOn = true
      recorder.journal { try $0.flush() }
    case .resume: return goOn(trainer)
    case .singleStep:
      guard pause.isOn else { return .isNotPaused }
      pause.singleSteps += 1
    case .checkpoint:
      guard run != nil else { return .isKeptNowhere }
      guard phase != .solvingHead else { return .isSolvingHead }
      guard canBeSaved else { return .isNotWorthKeeping }
      if case .unsaved(_, let ending) = phase { conclude(ending) } else { writeCheckpoint() }
    case .stop(let checkpoint): stop(checkpoint: checkpoint, trainer)
    case .goBack: return goBack()
    }
    return nil
  }

  func goOn(_ trainer: Trainer) -> Objection? {
    switch phase {
    case .failed(let failure): return .hasFailed(failure.error)
    case .unsaved(_, .failed(let error)): return .hasFailed(error)
    case .finished where recorder.isDropped: return .isDropped
    case .finished, .unsaved:
      guard !trainer.isDone else {
        return .epochsAreDone(trainer.settings.epochs)
      }
      patience.renew(for: trainer)
      do {
        try enterTraining(trainer)
      } catch {
        return .error("\(error)")
      }
    default: break
    }
    pause.isOn = false
    pause.singleSteps = 0
    sideSearch?.comeBack()
    return nil
  }

  func stop(checkpoint: Bool, _ trainer: Trainer) {
    letGoOfExperiment()
    sideSearch?.leave(outbox)
    let step = trainer.progress.step
    var ending = Ending.finished(.stopped(step: step))
    switch phase {
    case .failed: return
    case .finished where !recorder.hasUnsavedWork || recorder.isDropped: return
    // It was done before it was left.
    case .finished(let earlier): ending = .finished(earlier)
    case .unsaved(_, let meant): ending = meant
    case .preparing, .solvingHead, .training, .validating: break
    }
    if !checkpoint, recorder.hasUnsavedWork, !recorder.isDropped {
      ending = .finished(.dropped(step: step, backTo: recorder.dropWork()))
    }
    conclude(ending)
  }
}

extension Edit {
  var isAdoption: Bool { if case .adopt = self { true } else { false } }

  /// A group is frozen as one; those of its layers that have no parameters are left out.
  func withoutLayersThatCannotFreeze(in graph: Graph) -> Edit {
    func weighted(_ layers: [String]) -> [String] {
      layers.filter { name in
        graph.index(of: name).map { !graph.specifications[$0].isEmpty } ?? false
      }
    }
    switch self {
    case .freeze(let layers): return .freeze(layers: weighted(layers))
    case .thaw(let layers): return .thaw(layers: weighted(layers))
    default: return self
    }
  }
}
