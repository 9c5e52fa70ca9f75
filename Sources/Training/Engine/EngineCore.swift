import EngineInterface
import Kernels
import Network
import RunStore

/// The engine's state machine: what requests and the passing of steps do to a run. Does one unit of
/// work at a call and never waits, so that whoever owns it can put requests in between. Belongs to
/// one queue at a time.
///
/// What is measured is `Telemetry`'s, what is kept `RunRecorder`'s, what a journal still has to say
/// `EditScript`'s; here is what happens next.
final class EngineCore {
  enum Phase: Equatable {
    case preparing(PreparationStage)
    /// The head's weights are being found: before the first step, or while paused.
    case solvingHead
    case training
    case validating
    /// Over, but for a checkpoint that could not be written yet; the error's words.
    case unsaved(String, Ending)
    case finished(RunEnding)
    case failed(RunFailure)
  }

  /// How a run comes to its end.
  enum Ending: Equatable {
    case finished(RunEnding)
    /// The error's words. What stands in memory is good all the same.
    case failed(String)
  }

  /// Whether a person has stopped the clock.
  struct Pause {
    var isOn = false
    /// Steps that were asked for one by one.
    var singleSteps = 0
    /// A single step has ended an epoch: what belongs to its end runs although paused.
    var endsEpoch = false
  }

  /// Where the run began, to go back to where it has no checkpoint.
  struct Beginning {
    let settings: TuningSettings
    /// Makes the trainer as it was then; `nil` where that cannot be had again.
    let makeTrainer: (() throws -> Trainer)?
    let searchSource: SearchSource
  }

  var configuration: EngineConfiguration
  let model: String
  let start: EngineStart
  let outbox = Outbox()

  var phase = Phase.preparing(.starting)
  var pause = Pause()
  /// Why the head is to be solved before the next step; `nil`: it is not.
  var headDue: HeadDue?
  /// Of each sender the last request that was carried out or refused.
  var lastApplied: [UInt64: UInt64] = [:]
  /// Why the run failed.
  var failure: (any Error)?

  var trainer: Trainer?
  var beginning: Beginning?
  var recorder: RunRecorder
  var telemetry = Telemetry()
  var script = EditScript()
  var tables = RunTables()
  var patience = Patience()
  /// Work on copies of the run, which waits meanwhile.
  var currentExperiment: (any Experiment)?
  /// What is to be tried when the validation is over.
  var awaitedExperiment: (control: ExperimentControl, id: RequestID)?
  /// Beside the run, which does not wait for it.
  var sideSearch: SideSearch?
  /// The trial whose weights are to be taken up when the validation is over.
  var awaitedAdoption: (trial: Int, id: RequestID)?
  /// What reading the data has found.
  var findings: [String] = []
  /// Why features are not kept, as it was said last.
  private var cacheTrouble: CacheObstacle?

  init(configuration: EngineConfiguration, model: String, start: EngineStart) {
    self.configuration = configuration
    self.model = model
    self.start = start
    recorder = RunRecorder(nil, outbox)
  }

  var run: Run? { recorder.run }
  var history: History { telemetry.history }

  func takeEvents() -> [EngineEvent] { outbox.take() }

  // MARK: - Work

  /// Whether `tick` would do something now.
  var wantsToRun: Bool {
    if let currentExperiment { return currentExperiment.wantsToRun }
    return runWantsToRun || sideSearch?.wantsToRun == true
  }

  /// The same of the run alone.
  var runWantsToRun: Bool {
    switch phase {
    case .training: !pause.isOn || pause.singleSteps > 0
    case .validating: !pause.isOn || pause.singleSteps > 0 || pause.endsEpoch
    case .solvingHead: true
    case .preparing, .unsaved, .finished, .failed: false
    }
  }

  /// One step, or one batch of validation, or the end of an epoch; or as much of an experiment, or of the
  /// search beside the run.
  func tick() {
    guard wantsToRun, let trainer else { return }
    if let currentExperiment { return advance(currentExperiment) }
    if let sideSearch, sideSearch.takesTurn(besides: runWantsToRun) {
      return sideSearch.tick(outbox)
    }
    if phase == .solvingHead { return solveHead(trainer) }
    applyScheduled()
    // One of them may have been a head to be solved.
    guard phase != .solvingHead else { return }
    do {
      switch phase {
      case .training:
        // Fewer epochs than are done can have been asked for in the middle of one.
        if let ending = ending(of: trainer) {
          conclude(.finished(ending))
        } else {
          try step(trainer)
        }
      case .validating: try validate(trainer)
      case .preparing, .solvingHead, .unsaved, .finished, .failed: break
      }
    } catch {
      failTraining(error)
    }
  }

  /// How the run ends where it stands; `nil` where it goes on.
  private func ending(of trainer: Trainer) -> RunEnding? {
    if trainer.isDone { return .completed(epochs: trainer.settings.epochs) }
    let step = trainer.progress.step
    if patience.isLost(by: trainer) { return .stopped(step: step) }
    return script.lastStep.flatMap { step >= $0 ? .stopped(step: step) : nil }
  }

  private func step(_ trainer: Trainer) throws {
    let start = ContinuousClock.now
    let waited = trainer.waitedSeconds
    let profile = telemetry.profile()
    if profile != nil { trainer.profile = profile }
    defer { if profile != nil { trainer.profile = nil } }
    let (metrics, rate, images) = try trainer.step()
    noteUnreadable(trainer)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    telemetry.note(
      images: images, seconds: seconds, waited: trainer.waitedSeconds - waited,
      isProfiled: profile != nil)
    recorder.noteWork()
    noteCache(trainer)
    let step = trainer.progress.step
    if images > 0 {
      let values = telemetry.note(
        metrics, rate: rate, clippedShare: trainer.measurements.clippedShare, step: step)
      recorder.journal { try $0.append(step: step, values) }
    }
    if pause.singleSteps > 0 {
      pause.singleSteps -= 1
      pause.endsEpoch = pause.isOn && trainer.isAtEpochEnd
    }
    if trainer.isAtEpochEnd {
      phase = .validating
      telemetry.beginValidation()
    }
  }

  private func validate(_ trainer: Trainer) throws {
    let start = ContinuousClock.now
    let share = try trainer.validateBatch()
    noteUnreadable(trainer)
    telemetry.noteValidation(share: share, seconds: (ContinuousClock.now - start) / .seconds(1))
    guard share == 1 else { return }
    defer {
      makeAwaitedAdoption()
      beginAwaitedExperiment()
    }
    let (summary, isBest) = trainer.endEpoch()
    pause.endsEpoch = false
    phase = .training
    telemetry.note(summary, best: trainer.progress.best)
    recorder.append(.epoch(time: RunRecorder.now, summary: summary))
    outbox.put(.epochEnded(summary))
    if let run, let error = tables.note(summary, confusion: trainer.confusion, in: run.folder) {
      outbox.put(.remark("\(error)"))
    }
    if let best = patience.best(whenLostBy: trainer) { outbox.put(.remark(best)) }
    recorder.noteWork(isBest: isBest)
    // Edits of this very step may say that there are more epochs: they come before the end.
    if ending(of: trainer) != nil { applyScheduled() }
    // One of them may have been a head to be solved.
    guard phase != .solvingHead else { return }
    if let ending = ending(of: trainer) {
      conclude(.finished(ending))
    } else {
      recorder.writeCheckpoint(of: trainer, editCount: history.edits.count)
    }
  }

  /// Names images that could not be read.
  private func noteUnreadable(_ trainer: Trainer) {
    for sentence in trainer.unreadable.takeUntold() { outbox.put(.remark(sentence)) }
  }

  /// Says why features of frozen layers are not kept, or no more of them, when that is news.
  private func noteCache(_ trainer: Trainer) {
    let trouble =
      trainer.settings.frozen.isEmpty || configuration.cacheBudget == 0
      ? nil : trainer.cacheStatus.obstacle
    guard trouble != cacheTrouble else { return }
    cacheTrouble = trouble
    guard let trouble else { return }
    outbox.put(trainer.cacheStatus.isUsed ? .cacheFull(trouble) : .cacheUnused(trouble))
  }

  /// Says what preparation is busy with.
  func notePreparation(_ stage: PreparationStage) { phase = .preparing(stage) }
}
