import EngineInterface
import Network
import RunStore

/// Commands and the edits among them.
extension EngineCore {
  /// Carries out a command, between two units of work.
  func perform(_ command: EngineCommand, id: CommandID) {
    defer { lastCommandApplied = id }
    if case .goBack = command {
      if let objection = goBack() { reject(id, objection) }
      return
    }
    guard let trainer else {
      if case .stop = command, case .failed = phase { return }
      return reject(id, "there is nothing to train")
    }
    let objection = command.isEdit ? editObjection(command, trainer) : control(command, trainer)
    if let objection { return reject(id, objection) }
    if command.isEdit { edit(command, trainer: trainer) }
  }

  func reject(_ id: CommandID, _ reason: String) {
    events.append(.rejected(id, reason))
  }

  func editObjection(_ command: EngineCommand, _ trainer: Trainer) -> String? {
    if case .failed(let reason) = phase { return "the run has failed: \(reason)" }
    if isDropped { return "the run was stopped, and what followed its last checkpoint dropped" }
    return EditCheck(
      settings: trainer.settings, modelGraph: trainer.model.graph, graph: trainer.graph,
      optimizer: configuration.optimizer
    ).objection(to: command)
  }

  /// Makes an edit that nothing speaks against, and writes it down.
  func edit(_ command: EngineCommand, trainer: Trainer, isJournaled: Bool = true) {
    let command = command.withoutLayersThatCannotFreeze(in: trainer.graph)
    let before = trainer.settings
    let after = before.applying(command)
    guard after != before else { return }
    do {
      try trainer.apply(after)
    } catch {
      // The check before has made sure; what is left to go wrong is said and not done.
      events.append(.notice("the edit could not be made: \(error)"))
      return
    }
    let step = trainer.progress.step
    let time = Self.now
    if after.frozen != before.frozen { stepTimer.begin() }
    noteEdit(
      command, from: before, to: after, graph: trainer.model.graph, step: step, time: time,
      validationLoss: latest.validationLoss)
    hasUnsavedWork = true
    isUnsavedBest = false
    latest.learningRate = trainer.learningRate
    if isJournaled {
      journal { try $0.append(.command(step: step, time: time, command: command)) }
    }
  }

  func noteEdit(
    _ command: EngineCommand, from before: TuningSettings, to after: TuningSettings, graph: Graph,
    step: Int, time: Double, validationLoss: Double?
  ) {
    for name in before.frozen.symmetricDifference(after.frozen) { stateSinceStep[name] = step }
    edits.note(
      command, before: before, after: after, graph: graph, step: step, time: time,
      validationLoss: validationLoss)
  }

  /// Makes the edits of a journal whose step has come.
  func applyScheduled() {
    guard let trainer else { return }
    while phase != .solvingHead, let next = scheduled.first, next.step <= trainer.progress.step {
      scheduled.removeFirst()
      guard next.command.isEdit else { continue }
      if let objection = editObjection(next.command, trainer) {
        noteMisfit(next, objection)
        continue
      }
      // A resumed run's journal has them; a replay is a run of its own.
      var isReplay = false
      if case .replay = start { isReplay = true }
      edit(next.command, trainer: trainer, isJournaled: isReplay)
    }
  }

  /// Makes the edits of a checkpoint's own step again, which may be in it or not: all together they
  /// come to what they came to before, since each sets a value. One that does not fit the network is
  /// said and left out, as it is at any later step.
  func repeatEdits(_ commands: [JournalContents.Command], on trainer: Trainer) {
    var settings = trainer.settings
    for entry in commands where entry.command.isEdit {
      let graph = (try? trainer.model.graph.tuned(by: settings)) ?? trainer.graph
      let check = EditCheck(
        settings: settings, modelGraph: trainer.model.graph, graph: graph,
        optimizer: configuration.optimizer)
      if let objection = check.objection(toRepeating: entry.command) {
        noteMisfit(entry, objection)
      } else {
        settings = settings.applying(entry.command)
      }
    }
    let misfit = "the edits of step \(trainer.progress.step) no longer fit: "
    guard BackwardReach(trainer.model.graph, frozen: settings.frozen).trains.contains(true) else {
      events.append(.notice(misfit + "nothing would be left to train"))
      return
    }
    do {
      try trainer.apply(settings)
    } catch {
      events.append(.notice(misfit + "\(error)"))
    }
  }

  private func noteMisfit(_ entry: JournalContents.Command, _ objection: String) {
    events.append(.notice("an edit of step \(entry.step) no longer fits: \(objection)"))
  }

  /// - Returns: why it cannot be done.
  func control(_ command: EngineCommand, _ trainer: Trainer) -> String? {
    switch command {
    case .pause:
      guard phase == .training || phase == .validating || phase == .solvingHead else {
        return "nothing is running"
      }
      isPaused = true
      journal { try $0.flush() }
    case .resume: return goOn(trainer)
    case .singleStep:
      guard isPaused else { return "single steps work while paused" }
      singleSteps += 1
    case .checkpoint:
      guard run != nil else { return "this run is kept nowhere" }
      guard phase != .solvingHead else { return "the head is being solved" }
      guard canBeSaved else { return "these weights are not to be kept" }
      if case .unsaved(_, let ending) = phase { conclude(ending) } else { writeCheckpoint() }
    case .stop(let checkpoint): stop(checkpoint: checkpoint, trainer)
    default: preconditionFailure("\(command) is an edit")
    }
    return nil
  }

  func goOn(_ trainer: Trainer) -> String? {
    switch phase {
    case .failed(let reason), .unsaved(_, .failed(let reason)):
      return "the run has failed: \(reason)"
    case .finished where isDropped:
      return "the run was stopped, and what followed its last checkpoint dropped"
    case .finished, .unsaved:
      guard !trainer.isDone else {
        return "all \(trainer.settings.epochs) epochs are done: set more epochs first"
      }
      do {
        try enterTraining(trainer)
      } catch {
        return "\(error)"
      }
    default: break
    }
    isPaused = false
    singleSteps = 0
    return nil
  }

  func stop(checkpoint: Bool, _ trainer: Trainer) {
    var ending = Ending.stopped("stopped after step \(trainer.progress.step)")
    switch phase {
    case .failed: return
    case .finished where !hasUnsavedWork: return
    // It was done before it was left.
    case .finished(let reason): ending = .finished(reason)
    case .unsaved(_, let meant): ending = meant
    case .preparing, .solvingHead, .training, .validating: break
    }
    if !checkpoint, hasUnsavedWork, !isDropped {
      isDropped = true
      let step = lastCheckpoint?.step ?? 0
      journal { try $0.append(.discarded(step: step, time: Self.now)) }
      ending = .stopped("stopped after step \(trainer.progress.step), back to that of step \(step)")
    }
    conclude(ending)
  }
}

extension EngineCommand {
  /// A group is frozen as one; those of its layers that have no parameters are left out.
  fileprivate func withoutLayersThatCannotFreeze(in graph: Graph) -> EngineCommand {
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
