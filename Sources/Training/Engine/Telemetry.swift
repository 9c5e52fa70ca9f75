import EngineInterface
import Network

/// What is measured of training, and what a screen is told of it. Nothing that is learned depends on it.
struct Telemetry {
  private(set) var history = History()
  private(set) var latest = LatestMetrics()
  private(set) var layerCosts = LayerCosts()
  /// The step at which each layer was last frozen or thawed.
  private(set) var stateSinceStep: [String: Int] = [:]
  private(set) var validationShare = 0.0
  private var editLog = EditLog()
  private var stepTimer = StepTimer()
  private var throughput = ThroughputMeter()
  private var validationSeconds = 0.0

  var stepTime: StepTime { stepTimer.stepTime }

  // MARK: - Steps

  /// What a step that begins now is to be measured with; `nil` for most of them.
  mutating func profile() -> PlanProfile? { layerCosts.profile(at: .now) }

  /// Takes down a step that was done.
  /// - Returns: what a journal keeps of it.
  mutating func note(
    _ metrics: EpochSummary.Metrics, rate: Double, clippedShare: Double?, step: Int
  ) -> [MetricName: Float] {
    var values: [MetricName: Float] = [
      .trainLoss: Float(metrics.loss), .trainAccuracy: Float(metrics.accuracy),
      .learningRate: Float(rate),
    ]
    if let top5 = metrics.top5 { values[.trainTop5] = Float(top5) }
    for (name, value) in values { history.append(name, step: step, value: Double(value)) }
    latest.trainLoss = metrics.loss
    latest.trainAccuracy = metrics.accuracy
    latest.trainTop5 = metrics.top5
    latest.learningRate = rate
    latest.clippedShare = clippedShare
    return values
  }

  /// Takes down how long it took.
  /// - Parameters:
  ///   - waited: seconds of it spent waiting for images.
  ///   - isProfiled: whether `profile()` gave a profile for it.
  mutating func note(images: Int, seconds: Double, waited: Double, isProfiled: Bool) {
    stepTimer.note(seconds)
    throughput.note(images: images, seconds: seconds, waited: waited)
    if isProfiled { layerCosts.note() }
  }

  /// Puts a loss that stopped training beside those before it: a chart shows where it happened.
  mutating func noteBreakdown(loss: Double, step: Int) {
    history.append(.trainLoss, step: step, value: loss)
    latest.trainLoss = loss
  }

  // MARK: - Epochs

  mutating func beginValidation() {
    validationShare = 0
    validationSeconds = 0
  }

  mutating func noteValidation(share: Double, seconds: Double) {
    validationShare = share
    validationSeconds += seconds
  }

  mutating func note(_ summary: EpochSummary, best: TrainingProgress.Best?) {
    noteLast(summary)
    latest.bestLoss = best?.loss
    latest.bestEpoch = best?.epoch
    guard let validation = summary.validation else { return }
    history.append(.validationLoss, step: summary.step, value: validation.loss)
    history.append(.validationAccuracy, step: summary.step, value: validation.accuracy)
    if let top5 = validation.top5 {
      history.append(.validationTop5, step: summary.step, value: top5)
    }
  }

  private mutating func noteLast(_ summary: EpochSummary) {
    latest.validationLoss = summary.validation?.loss
    latest.validationAccuracy = summary.validation?.accuracy
    latest.validationTop5 = summary.validation?.top5
  }

  // MARK: - Edits

  /// The rate that will be in force in the next step.
  mutating func note(rate: Double) { latest.learningRate = rate }

  /// Steps are other ones from now on.
  mutating func noteChange(from before: TuningSettings, to after: TuningSettings) {
    if after.frozen != before.frozen { stepTimer.begin() }
    if after.changesPlan(from: before) { layerCosts.begin() }
  }

  /// - Parameter validationLoss: last known before the edit.
  mutating func noteEdit(
    _ edit: Edit, from before: TuningSettings, to after: TuningSettings, graph: Graph,
    step: Int, time: Double, validationLoss: Double?
  ) {
    for name in before.frozen.symmetricDifference(after.frozen) { stateSinceStep[name] = step }
    editLog.note(
      edit, before: before, after: after, graph: graph, step: step, time: time,
      validationLoss: validationLoss, in: &history)
  }

  // MARK: - Other beginnings

  /// Takes up what a run has measured before it was resumed.
  mutating func takeUp(_ history: History, lastEpoch: EpochSummary?, best: TrainingProgress.Best?) {
    self.history = history
    if let lastEpoch { noteLast(lastEpoch) }
    latest.bestLoss = best?.loss
    latest.bestEpoch = best?.epoch
  }

  /// Drops what came after `step`, and all but the first edits.
  mutating func goBack(to step: Int, edits: Int, best: TrainingProgress.Best?) {
    history = history.upTo(step: step, edits: edits)
    editLog.forgetLast()
    stateSinceStep = stateSinceStep.filter { $0.value <= step }
    stepTimer = StepTimer()
    throughput = ThroughputMeter()
    validationShare = 0
    func last(_ name: MetricName) -> Double? { history[name].last.map { Double($0.value) } }
    latest = LatestMetrics()
    latest.trainLoss = last(.trainLoss)
    latest.trainAccuracy = last(.trainAccuracy)
    latest.trainTop5 = last(.trainTop5)
    latest.validationLoss = last(.validationLoss)
    latest.validationAccuracy = last(.validationAccuracy)
    latest.validationTop5 = last(.validationTop5)
    latest.bestLoss = best?.loss
    latest.bestEpoch = best?.epoch
  }

  // MARK: - How far it is

  func progress(of trainer: Trainer, isValidating: Bool) -> Progress {
    var progress = Progress()
    progress.step = trainer.progress.step
    progress.epochs = trainer.settings.epochs
    progress.epoch = min(trainer.progress.epoch, trainer.settings.epochs)
    progress.stepsPerEpoch = trainer.stepsPerEpoch
    progress.stepInEpoch = trainer.isDone ? trainer.stepsPerEpoch : trainer.progress.stepInEpoch
    progress.imagesPerSecond = throughput.imagesPerSecond
    progress.waitingShare = throughput.waitingShare
    progress.validationShare = isValidating ? validationShare : 0
    if progress.imagesPerSecond > 0, !trainer.isDone {
      let epochsLeft = max(0, trainer.settings.epochs - trainer.progress.epoch + 1)
      let share = Double(trainer.progress.stepInEpoch) / Double(trainer.stepsPerEpoch)
      let images = (Double(epochsLeft) - share) * Double(trainer.data.train.count)
      progress.remainingSeconds =
        images / progress.imagesPerSecond + validationSeconds * Double(epochsLeft)
    }
    return progress
  }
}
