import EngineInterface
import FoundationEssentials
import Kernels
import Network
import RunStore

/// The engine's state machine: what requests and the passing of steps do to a run. Does one unit of
/// work at a call and never waits, so that whoever owns it can put requests in between. Belongs to
/// one queue at a time.
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

  private(set) var configuration: EngineConfiguration
  let model: String
  private(set) var run: Run?
  let start: EngineStart

  var phase = Phase.preparing(.starting)
  var isPaused = false
  /// Steps that were asked for one by one.
  var singleSteps = 0
  /// A single step has ended an epoch: what belongs to its end runs although paused.
  var endsEpochWhilePaused = false
  /// Why the head is to be solved before the next step; `nil`: it is not.
  var headDue: HeadDue?
  /// What happened since `takeEvents`.
  var events: [EngineEvent] = []
  /// Of each sender the last request that was carried out or refused.
  var lastApplied: [UInt64: UInt64] = [:]
  /// Why the run failed.
  var failure: (any Error)?

  var trainer: Trainer?
  /// Edits of a journal that are still to be made, each at its step.
  var scheduled: ArraySlice<JournaledEdit> = []
  var editLog = EditLog()
  var history = History()
  var latest = LatestMetrics()
  var stepTimer = StepTimer()
  var layerCosts = LayerCosts()
  var throughput = ThroughputMeter()
  var validationShare = 0.0
  var validationSeconds = 0.0
  /// The step at which each layer was last frozen or thawed.
  var stateSinceStep: [String: Int] = [:]
  var lastCheckpoint: SavedPlace?
  /// As the run began.
  var initialSettings: TuningSettings?
  /// Makes the trainer as it was at the beginning of the run; `nil` where that cannot be had again.
  var makeTrainer: (() throws -> Trainer)?
  var hasUnsavedWork = false
  /// What stands in memory is the best so far, and its checkpoint could not be written yet.
  var isUnsavedBest = false
  /// Work was dropped on the way out: what stands in memory is no longer what the journal says.
  var isDropped = false
  var hasJournalTrouble = false
  /// Why features are not kept, as it was said last.
  var cacheTrouble: CacheObstacle?

  init(configuration: EngineConfiguration, model: String, start: EngineStart) {
    self.configuration = configuration
    self.model = model
    self.start = start
  }

  /// Takes over what was read, and the run that was made of it.
  func adopt(_ inputs: EngineInputs) {
    configuration = inputs.configuration
    run = inputs.run
  }

  // MARK: - Work

  /// Whether `tick` would do something now.
  var wantsToRun: Bool {
    switch phase {
    case .training: !isPaused || singleSteps > 0
    case .validating: !isPaused || singleSteps > 0 || endsEpochWhilePaused
    case .solvingHead: true
    case .preparing, .unsaved, .finished, .failed: false
    }
  }

  /// One step, or one batch of validation, or the end of an epoch.
  func tick() {
    guard wantsToRun, let trainer else { return }
    if phase == .solvingHead { return solveHead(trainer) }
    applyScheduled()
    // One of them may have been a head to be solved.
    guard phase != .solvingHead else { return }
    do {
      switch phase {
      // Fewer epochs than are done can have been asked for in the middle of one.
      case .training where trainer.isDone:
        conclude(.finished(.completed(epochs: trainer.settings.epochs)))
      case .training: try step(trainer)
      case .validating: try validate(trainer)
      case .preparing, .solvingHead, .unsaved, .finished, .failed: break
      }
    } catch {
      failTraining(error)
    }
  }

  func step(_ trainer: Trainer) throws {
    let start = ContinuousClock.now
    let waited = trainer.waitedSeconds
    let profile = layerCosts.profile(at: start)
    if profile != nil { trainer.profile = profile }
    let (metrics, rate, images) = try trainer.step()
    if profile != nil {
      trainer.profile = nil
      layerCosts.note()
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    stepTimer.note(seconds)
    throughput.note(images: images, seconds: seconds, waited: trainer.waitedSeconds - waited)
    hasUnsavedWork = true
    isUnsavedBest = false
    noteCache(trainer)

    let step = trainer.progress.step
    var values: [MetricName: Float] = [
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

  func validate(_ trainer: Trainer) throws {
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
    isUnsavedBest = isBest
    if trainer.isDone {
      conclude(.finished(.completed(epochs: trainer.settings.epochs)))
    } else {
      writeCheckpoint()
    }
  }

  /// Says why features of frozen layers are not kept, or no more of them, when that is news.
  func noteCache(_ trainer: Trainer) {
    let trouble =
      trainer.settings.frozen.isEmpty || configuration.cacheBudget == 0
      ? nil : trainer.cacheStatus.obstacle
    guard trouble != cacheTrouble else { return }
    cacheTrouble = trouble
    guard let trouble else { return }
    events.append(
      .notice(trainer.cacheStatus.isUsed ? .cacheFull(trouble) : .cacheUnused(trouble)))
  }

  func note(_ summary: EpochSummary) {
    latest.validationLoss = summary.validation?.loss
    latest.validationAccuracy = summary.validation?.accuracy
    latest.validationTop5 = summary.validation?.top5
  }

  static var now: Double { Date().timeIntervalSince1970 }

  func takeEvents() -> [EngineEvent] {
    defer { events = [] }
    return events
  }

  /// Says what preparation is busy with.
  func notePreparation(_ stage: PreparationStage) { phase = .preparing(stage) }
}
