import EngineInterface
import Kernels
import RunStore

/// How a run begins: anew, from a checkpoint, or with the edits of another.
extension EngineCore {
  /// Reads what is to be trained, and gets ready for the first step.
  func prepare(_ read: () throws -> EngineInputs) {
    do {
      let inputs = try read()
      configuration = inputs.configuration
      recorder = RunRecorder(inputs.run, outbox)
      findings = inputs.findings
      for notice in inputs.notices { outbox.put(.remark(notice)) }
      let pool = WorkerPool(threads: configuration.threads)
      let prepared = inputs.prepared
      for notice in prepared.notices { outbox.put(.remark(notice)) }
      let trainer = try Trainer(
        prepared, data: inputs.data, configuration: configuration,
        cachePath: run?.folder.cachePath, pool: pool)
      self.trainer = trainer
      beginning = Beginning(
        settings: trainer.settings, makeTrainer: remaking(inputs, pool: pool),
        searchSource: SearchSource(
          data: inputs.data, start: (trainer.settings, inputs.prepareAgain), remake: inputs.remake))
      switch start {
      case .new: break
      case .resume(let choice, let edits, _): try resume(trainer, from: choice, edits: edits)
      case .replay(let edits, let lastStep, let files):
        script = EditScript(replaying: edits, to: lastStep, files: files)
      }
      telemetry.note(rate: trainer.learningRate)
      // A checkpoint has the head that was solved.
      if configuration.headStart == .ridge, recorder.lastCheckpoint == nil { headDue = .start }
      try enterTraining(trainer)
      applyScheduled()
      switch start {
      case .resume(_, let edits, _) where edits.setEpochs: noteEpochs(trainer)
      case .resume(_, _, trainsOn: false) where trainer.isDone:
        conclude(.finished(.completed(epochs: trainer.settings.epochs)))
      case .resume: if trainer.isDone { try trainOn(trainer) }
      case .new, .replay: break
      }
      // Nobody would look at it where a run trains on by itself.
      if case .resume(_, _, trainsOn: false) = start { reopenSearch(trainer) }
    } catch {
      failToPrepare(error)
      // A new run that cannot begin has nothing in it.
      if start.isNew { run?.folder.removeUnfinished() }
    }
  }

  /// How to make the trainer of a new model, with the same data; `nil` where the model cannot be read
  /// again, or what follows would be kept nowhere.
  private func remaking(_ inputs: EngineInputs, pool: WorkerPool) -> (() throws -> Trainer)? {
    guard let run, let prepareAgain = inputs.prepareAgain else { return nil }
    let (configuration, data, cachePath) = (configuration, inputs.data, run.folder.cachePath)
    return {
      try Trainer(
        prepareAgain(), data: data, configuration: configuration, cachePath: cachePath, pool: pool)
    }
  }

  func resume(_ trainer: Trainer, from choice: CheckpointChoice, edits: [Edit]) throws {
    guard let run else { return }
    let initial = trainer.settings
    if let checkpoint = try recorder.takeUp(choice) {
      try trainer.restore(checkpoint)
      recorder.lastCheckpoint = RunRecorder.SavedPlace(
        path: checkpoint.path, step: checkpoint.step, learningRate: trainer.settings.learningRate,
        editCount: 0)
    } else {
      outbox.put(.startsFromBeginning)
    }
    let step = trainer.progress.step
    try run.journal.append(.resumed(step: step, time: RunRecorder.now))
    let contents = try run.folder.journal()
    for line in contents.unreadableLines.prefix(3) {
      outbox.put(.unreadableJournalLine(line))
    }
    let own = contents.edits(from: step).filter { $0.step == step }
    // Weights were adopted after the validation of their step.
    let first = trainer.isAtEpochEnd ? own.firstIndex(where: \.edit.isAdoption) : nil
    let repeated = own.prefix(first ?? own.count)
    repeatEdits(Array(repeated), on: trainer)
    script = EditScript(own.dropFirst(repeated.count) + contents.edits(from: step + 1))
    try schedule(edits, in: run.journal, notBefore: step)
    patience.renew(for: trainer)
    tables.takeUp(contents.epochs)
    telemetry.takeUp(
      contents.history, lastEpoch: contents.epochs.last, best: trainer.progress.best)
    restoreEdits(
      contents.edits.prefix { $0.step <= step }, epochs: contents.epochs, from: initial)
    // Of those of its own step it may hold some: they are in the journal, too.
    recorder.lastCheckpoint?.editCount = history.edits.count { $0.step < step }
  }

  /// Takes down edits that came with the resume. They were made after all that the journal tells of,
  /// and so come after the last edit that is still to be made again.
  private func schedule(_ edits: [Edit], in journal: Journal, notBefore step: Int) throws {
    let step = script.lastEditStep ?? step
    for edit in edits {
      let made = JournaledEdit(step: step, time: RunRecorder.now, edit: edit)
      try journal.append(.edit(step: step, time: made.time, edit: edit))
      script.append(made)
    }
  }

  /// Puts the markers of earlier edits back.
  func restoreEdits(
    _ edits: ArraySlice<JournaledEdit>, epochs: [EpochSummary],
    from initial: TuningSettings
  ) {
    guard let trainer else { return }
    var settings = initial
    // Both in the order of their steps: each epoch is passed once.
    var later = epochs[...]
    var loss: Double?
    for entry in edits {
      while let epoch = later.first, epoch.step <= entry.step {
        loss = epoch.validation?.loss
        later.removeFirst()
      }
      let next = settings.applying(entry.edit)
      telemetry.noteEdit(
        entry.edit, from: settings, to: next, graph: trainer.model.graph, step: entry.step,
        time: entry.time, validationLoss: loss)
      settings = next
    }
  }

  /// Says what a resume that was told how many epochs there are to be comes to.
  private func noteEpochs(_ trainer: Trainer) {
    let wanted = script.epochs(from: trainer.settings.epochs)
    let done = trainer.progress.epoch - 1
    outbox.put(
      trainer.isDone
        ? .nothingToTrain(done: done, wanted: wanted) : .trainsOn(done: done, wanted: wanted))
  }

  /// A run that was done and is resumed gets as many epochs again.
  func trainOn(_ trainer: Trainer) throws {
    let done = trainer.settings.epochs
    let epochs = done + configuration.epochs
    outbox.put(.moreEpochs(done: done, wanted: epochs))
    edit(.setEpochs(epochs), trainer: trainer)
  }
}

extension [Edit] {
  /// Whether they say how many epochs there are to be.
  fileprivate var setEpochs: Bool {
    contains { if case .setEpochs = $0 { true } else { false } }
  }
}
