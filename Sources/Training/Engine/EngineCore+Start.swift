import EngineInterface
import Kernels
import RunStore

/// How a run begins: anew, from a checkpoint, or with the edits of another.
extension EngineCore {
  /// Reads what is to be trained, and gets ready for the first step.
  func prepare(_ read: () throws -> EngineInputs) {
    do {
      let inputs = try read()
      for notice in inputs.notices { events.append(.notice(notice)) }
      let pool = WorkerPool(threads: configuration.threads)
      let prepared = inputs.prepared
      for notice in prepared.notices { events.append(.notice(notice)) }
      let trainer = try Trainer(
        prepared, data: inputs.data, configuration: configuration,
        cacheLimits: FeatureMemory.Limits(
          budget: configuration.cacheBudget, path: run?.folder.cachePath),
        pool: pool)
      self.trainer = trainer
      switch start {
      case .new: break
      case .resume: try resume(trainer)
      case .replay(let commands): scheduled = commands[...]
      }
      latest.learningRate = trainer.learningRate
      phase = trainer.isAtEpochEnd ? .validating : .training
      applyScheduled()
      if trainer.isDone { try trainOn(trainer) }
    } catch {
      fail(error, "\(error)")
    }
  }

  func resume(_ trainer: Trainer) throws {
    guard let run else { return }
    let initial = trainer.settings
    do {
      let (checkpoint, damaged) = try run.lastCheckpoint()
      for problem in damaged { events.append(.notice("checkpoint set aside: \(problem)")) }
      try trainer.restore(checkpoint)
      lastCheckpoint = (checkpoint.path, checkpoint.step)
    } catch RunStoreError.noCheckpoint(_, let damaged) {
      for problem in damaged { events.append(.notice("checkpoint cannot be used: \(problem)")) }
      let why = damaged.isEmpty ? "no checkpoint yet" : "no checkpoint can be read"
      events.append(.notice("\(why): the run starts again from its beginning"))
    }
    let step = trainer.progress.step
    try run.journal.append(.resumed(step: step, time: Self.now))
    let contents = try run.folder.journal()
    for line in contents.unreadableLines.prefix(3) {
      events.append(.notice("journal: line \(line) could not be understood"))
    }
    // Edits of this very step may be in the checkpoint or not. Made again all together they come to
    // what they came to before: each sets a value.
    let settings = contents.commands(from: step).filter { $0.step == step }
      .reduce(trainer.settings) { $0.applying($1.command) }
    try trainer.apply(settings)
    scheduled = contents.commands(from: step + 1)[...]
    history = contents.history
    restoreEdits(
      contents.commands.prefix { $0.step <= step }, epochs: contents.epochs, from: initial)
    if let epoch = contents.epochs.last { note(epoch) }
    if let best = trainer.progress.best {
      latest.bestLoss = best.loss
      latest.bestEpoch = best.epoch
    }
  }

  /// Puts the markers of earlier edits back.
  func restoreEdits(
    _ commands: ArraySlice<JournalContents.Command>, epochs: [EpochSummary],
    from initial: TuningSettings
  ) {
    guard let trainer else { return }
    var settings = initial
    for entry in commands where entry.command.isEdit {
      let next = settings.applying(entry.command)
      noteEdit(
        entry.command, from: settings, to: next, graph: trainer.model.graph, step: entry.step,
        time: entry.time, validationLoss: epochs.last { $0.step <= entry.step }?.validation?.loss)
      settings = next
    }
  }

  /// A run that was done and is resumed gets as many epochs again.
  func trainOn(_ trainer: Trainer) throws {
    let epochs = trainer.settings.epochs + configuration.epochs
    events.append(
      .notice("all \(trainer.settings.epochs) epochs were done: training on to \(epochs)"))
    edit(.setEpochs(epochs), trainer: trainer)
  }
}
