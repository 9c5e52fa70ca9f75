import EngineInterface
import FoundationEssentials
import Kernels
import Network
import RunStore

/// The engine's state machine: what commands and the passing of steps do to a run. Does one unit of
/// work at a call and never waits, so that whoever owns it can put commands in between. Belongs to
/// one queue at a time.
final class EngineCore {
  enum Phase: Equatable {
    case preparing(String)
    case training
    case validating
    case finished(String)
    case failed(String)
  }

  let configuration: EngineConfiguration
  let model: String
  let run: Run?
  let start: EngineStart

  var phase = Phase.preparing("starting")
  var isPaused = false
  /// Steps that were asked for one by one.
  private var singleSteps = 0
  /// A single step has ended an epoch: what belongs to its end runs although paused.
  private var endsEpochWhilePaused = false
  /// What happened since `takeEvents`.
  private var events: [EngineEvent] = []
  private(set) var lastCommandApplied: CommandID = 0
  /// Why the run failed.
  private(set) var failure: (any Error)?

  private(set) var trainer: Trainer?
  /// Edits of a journal that are still to be made, each at its step.
  private var scheduled: ArraySlice<JournalContents.Command> = []
  private(set) var edits = EditLog()
  private(set) var history = History()
  private(set) var latest = LatestMetrics()
  private(set) var stepTimer = StepTimer()
  private(set) var throughput = ThroughputMeter()
  private(set) var validationShare = 0.0
  private(set) var validationSeconds = 0.0
  /// The step at which each layer was last frozen or thawed.
  private(set) var stateSinceStep: [String: Int] = [:]
  private var lastCheckpoint: (path: String, step: Int)?
  private var hasUnsavedWork = false
  /// Work was dropped on the way out: what stands in memory is no longer what the journal says.
  private var isDropped = false
  private var hasJournalTrouble = false

  init(configuration: EngineConfiguration, model: String, run: Run?, start: EngineStart) {
    self.configuration = configuration
    self.model = model
    self.run = run
    self.start = start
  }

  // MARK: - Preparation

  /// Reads what is to be trained, and gets ready for the first step.
  func prepare(_ read: () throws -> EngineInputs) {
    do {
      let inputs = try read()
      for notice in inputs.notices { events.append(.notice(notice)) }
      let pool = WorkerPool(threads: configuration.threads)
      let prepared = try PreparedModel(
        inputs.model, configuration: configuration, classes: inputs.data.classes.count,
        pool: pool)
      for notice in prepared.notices { events.append(.notice(notice)) }
      let trainer = try Trainer(
        prepared, data: inputs.data, configuration: configuration, pool: pool)
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

  private func resume(_ trainer: Trainer) throws {
    guard let run else { return }
    let initial = trainer.settings
    do {
      let (checkpoint, damaged) = try run.lastCheckpoint()
      for problem in damaged { events.append(.notice("checkpoint set aside: \(problem)")) }
      try trainer.restore(checkpoint)
      lastCheckpoint = (checkpoint.path, checkpoint.step)
    } catch RunStoreError.noCheckpoint(_, let damaged) {
      for problem in damaged { events.append(.notice("checkpoint cannot be used: \(problem)")) }
      events.append(.notice("no checkpoint yet: the run starts again from its beginning"))
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
  private func restoreEdits(
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
  private func trainOn(_ trainer: Trainer) throws {
    let epochs = trainer.settings.epochs + configuration.epochs
    events.append(
      .notice("all \(trainer.settings.epochs) epochs were done: training on to \(epochs)"))
    edit(.setEpochs(epochs), trainer: trainer)
  }

  // MARK: - Work

  /// Whether `tick` would do something now.
  var wantsToRun: Bool {
    switch phase {
    case .training: !isPaused || singleSteps > 0
    case .validating: !isPaused || singleSteps > 0 || endsEpochWhilePaused
    case .preparing, .finished, .failed: false
    }
  }

  /// One step, or one batch of validation, or the end of an epoch.
  func tick() {
    guard wantsToRun, let trainer else { return }
    applyScheduled()
    do {
      switch phase {
      case .training: try step(trainer)
      case .validating: try validate(trainer)
      case .preparing, .finished, .failed: break
      }
    } catch {
      failTraining(error)
    }
  }

  private func step(_ trainer: Trainer) throws {
    let start = ContinuousClock.now
    let (metrics, rate, images) = try trainer.step()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    stepTimer.note(seconds)
    throughput.note(images: images, seconds: seconds)
    hasUnsavedWork = true

    let step = trainer.progress.step
    var values: [History.Key: Float] = [
      .trainLoss: Float(metrics.loss), .trainAccuracy: Float(metrics.accuracy),
      .learningRate: Float(rate),
    ]
    if let top5 = metrics.top5 { values[.trainTop5] = Float(top5) }
    for (key, value) in values { history.append(key, step: step, value: Double(value)) }
    journal { try $0.append(step: step, values) }
    latest.trainLoss = metrics.loss
    latest.trainAccuracy = metrics.accuracy
    latest.trainTop5 = metrics.top5
    latest.learningRate = rate
    latest.clippedShare = trainer.measurements.clippedShare

    if singleSteps > 0 {
      singleSteps -= 1
      endsEpochWhilePaused = isPaused && trainer.isAtEpochEnd
    }
    if trainer.isAtEpochEnd {
      phase = .validating
      validationShare = 0
      validationSeconds = 0
    }
  }

  private func validate(_ trainer: Trainer) throws {
    let start = ContinuousClock.now
    validationShare = try trainer.validateBatch()
    validationSeconds += (ContinuousClock.now - start) / .seconds(1)
    guard validationShare == 1 else { return }
    let (summary, isBest) = trainer.endEpoch()
    endsEpochWhilePaused = false
    phase = .training
    note(summary)
    if isBest {
      latest.bestLoss = trainer.progress.best?.loss
      latest.bestEpoch = trainer.progress.best?.epoch
    }
    if let validation = summary.validation {
      history.append(.validationLoss, step: summary.step, value: validation.loss)
      history.append(.validationAccuracy, step: summary.step, value: validation.accuracy)
      if let top5 = validation.top5 {
        history.append(.validationTop5, step: summary.step, value: top5)
      }
    }
    journal { try $0.append(.epoch(time: Self.now, summary: summary)) }
    events.append(.epochEnded(summary))
    hasUnsavedWork = true
    writeCheckpoint(isBest: isBest)
    if trainer.isDone { finish("all \(trainer.settings.epochs) epochs done", .finished) }
  }

  private func note(_ summary: EpochSummary) {
    latest.validationLoss = summary.validation?.loss
    latest.validationAccuracy = summary.validation?.accuracy
    latest.validationTop5 = summary.validation?.top5
  }

  private func finish(_ reason: String, _ how: RunEnd) {
    phase = .finished(reason)
    isPaused = false
    singleSteps = 0
    if let trainer {
      let step = trainer.progress.step
      journal { try $0.append(.ended(step: step, time: Self.now, how: how, reason: reason)) }
    }
    events.append(.finished(reason))
  }

  // MARK: - Failure

  private func failTraining(_ error: any Error) {
    let last =
      lastCheckpoint.map { "the last good checkpoint is \($0.path)" }
      ?? (run == nil ? "nothing was kept" : "there is no checkpoint yet")
    fail(error, "\(error); \(last)")
    hasUnsavedWork = false
    if let trainer {
      let step = trainer.progress.step
      journal {
        try $0.append(.ended(step: step, time: Self.now, how: .failed, reason: "\(error)"))
      }
    }
  }

  private func fail(_ error: any Error, _ text: String) {
    failure = error
    phase = .failed(text)
    isPaused = false
    singleSteps = 0
    events.append(.failed(text))
  }

  /// Does something with the journal. What it cannot write is said once and tried again with the
  /// next entry: a full disk does not end training.
  private func journal(_ body: (Journal) throws -> Void) {
    guard let journal = run?.journal else { return }
    do {
      try body(journal)
      hasJournalTrouble = false
    } catch {
      if !hasJournalTrouble { events.append(.notice("the journal cannot be written: \(error)")) }
      hasJournalTrouble = true
    }
  }

  /// - Returns: why it could not be written; `nil` where it was, or nothing is to be kept.
  @discardableResult
  private func writeCheckpoint(isBest: Bool) -> (any Error)? {
    guard let run, let trainer else { return nil }
    do {
      let path = try run.write(trainer.checkpoint(), isBest: isBest, time: Self.now)
      lastCheckpoint = (path, trainer.progress.step)
      hasUnsavedWork = false
      events.append(.checkpointWritten(path: path, step: trainer.progress.step))
      return nil
    } catch {
      events.append(.notice("the checkpoint could not be written: \(error)"))
      return error
    }
  }

  // MARK: - Commands

  /// Carries out a command, between two units of work.
  func perform(_ command: EngineCommand, id: CommandID) {
    defer { lastCommandApplied = id }
    guard let trainer else {
      if case .stop = command, case .failed = phase { return }
      return reject(id, "there is nothing to train")
    }
    let objection = command.isEdit ? editObjection(command, trainer) : control(command, trainer)
    if let objection { return reject(id, objection) }
    if command.isEdit { edit(command, trainer: trainer) }
  }

  private func reject(_ id: CommandID, _ reason: String) {
    events.append(.rejected(id, reason))
  }

  private func editObjection(_ command: EngineCommand, _ trainer: Trainer) -> String? {
    if case .failed(let reason) = phase { return "the run has failed: \(reason)" }
    if isDropped { return "the run was stopped, and what followed its last checkpoint dropped" }
    return EditCheck(
      settings: trainer.settings, modelGraph: trainer.model.graph, graph: trainer.graph,
      optimizer: configuration.optimizer
    ).objection(to: command)
  }

  /// Makes an edit that nothing speaks against, and writes it down.
  private func edit(_ command: EngineCommand, trainer: Trainer, isJournaled: Bool = true) {
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
    latest.learningRate = trainer.learningRate
    if isJournaled {
      journal { try $0.append(.command(step: step, time: time, command: command)) }
    }
  }

  private func noteEdit(
    _ command: EngineCommand, from before: TuningSettings, to after: TuningSettings, graph: Graph,
    step: Int, time: Double, validationLoss: Double?
  ) {
    for name in before.frozen.symmetricDifference(after.frozen) { stateSinceStep[name] = step }
    edits.note(
      command, before: before, after: after, graph: graph, step: step, time: time,
      validationLoss: validationLoss)
  }

  /// Makes the edits of a journal whose step has come.
  private func applyScheduled() {
    guard let trainer else { return }
    while let next = scheduled.first, next.step <= trainer.progress.step {
      scheduled.removeFirst()
      guard next.command.isEdit else { continue }
      if let objection = editObjection(next.command, trainer) {
        events.append(.notice("an edit of step \(next.step) no longer fits: \(objection)"))
        continue
      }
      // A resumed run's journal has them; a replay is a run of its own.
      var isReplay = false
      if case .replay = start { isReplay = true }
      edit(next.command, trainer: trainer, isJournaled: isReplay)
    }
  }

  /// - Returns: why it cannot be done.
  private func control(_ command: EngineCommand, _ trainer: Trainer) -> String? {
    switch command {
    case .pause:
      guard phase == .training || phase == .validating else { return "nothing is running" }
      isPaused = true
      journal { try $0.flush() }
    case .resume: return goOn(trainer)
    case .singleStep:
      guard isPaused else { return "single steps work while paused" }
      singleSteps += 1
    case .checkpoint:
      guard run != nil else { return "this run is kept nowhere" }
      guard canBeSaved else { return "these weights are not to be kept" }
      writeCheckpoint(isBest: false)
    case .stop(let checkpoint): stop(checkpoint: checkpoint, trainer)
    default: preconditionFailure("\(command) is an edit")
    }
    return nil
  }

  private func goOn(_ trainer: Trainer) -> String? {
    switch phase {
    case .failed(let reason): return "the run has failed: \(reason)"
    case .finished where isDropped:
      return "the run was stopped, and what followed its last checkpoint dropped"
    case .finished:
      guard !trainer.isDone else {
        return "all \(trainer.settings.epochs) epochs are done: set more epochs first"
      }
      phase = trainer.isAtEpochEnd ? .validating : .training
    default: break
    }
    isPaused = false
    singleSteps = 0
    return nil
  }

  /// Whether what is in memory is what training made of it, and may be written over nothing better.
  private var canBeSaved: Bool {
    if case .failed = phase { return failure is FileErrorOnTheWayOut }
    return !isDropped
  }

  private func stop(checkpoint: Bool, _ trainer: Trainer) {
    if case .failed = phase, !(failure is FileErrorOnTheWayOut) { return }
    if checkpoint, hasUnsavedWork, canBeSaved, let error = writeCheckpoint(isBest: false) {
      // Nothing is lost yet: with room made, stopping can be tried again.
      fail(FileErrorOnTheWayOut(error: error), "\(error); nothing is lost while this stays open")
      return
    }
    if !checkpoint, hasUnsavedWork, !isDropped {
      isDropped = true
      let step = lastCheckpoint?.step ?? 0
      journal { try $0.append(.discarded(step: step, time: Self.now)) }
    }
    failure = nil
    if case .finished = phase { return }
    finish("stopped after step \(trainer.progress.step)", .stopped)
  }

  static var now: Double { Date().timeIntervalSince1970 }

  func takeEvents() -> [EngineEvent] {
    defer { events = [] }
    return events
  }

  /// Says what preparation is busy with.
  func notePreparation(_ text: String) { phase = .preparing(text) }
}

/// The last checkpoint could not be written: the weights are good and still there.
struct FileErrorOnTheWayOut: Error, CustomStringConvertible {
  let error: any Error
  var description: String { "\(error)" }
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
