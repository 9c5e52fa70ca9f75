import EngineInterface
import Kernels
import RunStore

/// A loss or weights that are no numbers, and the way back from there.
extension EngineCore {
  /// A checkpoint, and what is known of the run at it.
  struct SavedPlace {
    var path: String
    var step: Int
    var learningRate: Double
    /// Edits that it contains.
    var editCount: Int
  }

  /// Of the learning rate that training broke down at, or of the one before where that was lower.
  private static let rateShare = 0.1

  /// Where training has broken down, and where it can go on from; `nil` while it has not.
  var breakdown: Breakdown? {
    guard case .failed = phase, let error = failure as? TrainingError, let trainer else {
      return nil
    }
    let before = lastCheckpoint?.learningRate ?? initialSettings?.learningRate
    let rate = min(trainer.settings.learningRate, before ?? .infinity) * Self.rateShare
    return Breakdown(
      step: error.step, backTo: lastCheckpoint?.step ?? (makeTrainer == nil ? nil : 0),
      learningRate: max(rate, TuningRange.learningRate.values.lowerBound))
  }

  /// Puts the value that stopped training beside those before it: a chart shows where it happened.
  func noteBreakdown(_ error: TrainingError) {
    // Weights are in no chart, and the loss of that step was a number.
    guard case .lossNotFinite(let step, let loss) = error else { return }
    history.append(.trainLoss, step: step, value: loss)
    latest.trainLoss = loss
    journal { try $0.append(step: step, [.trainLoss: Float(loss)]) }
  }

  /// Goes on from the last checkpoint, or from the beginning where there is none yet, at a tenth of the
  /// rate. What came after it is dropped, edits included.
  /// - Returns: why it cannot be done.
  func goBack() -> Objection? {
    guard let breakdown else { return .hasNotBrokenDown }
    guard let step = breakdown.backTo else { return .nothingToGoBackTo }
    do {
      if let place = lastCheckpoint, let run {
        try trainer?.restore(run.folder.checkpoint(.step(place.step)))
      } else if let makeTrainer {
        // The old one goes first: there may not be room for two.
        trainer = nil
        trainer = try makeTrainer()
        headDue = configuration.headStart == .ridge ? .start : nil
      }
    } catch {
      return .error("\(error)")
    }
    guard let trainer else { return .nothingToTrain }
    journal { try $0.append(.discarded(step: step, time: Self.now)) }
    history = history.upTo(step: step, edits: lastCheckpoint?.editCount ?? 0)
    editLog.forgetLast()
    stateSinceStep = stateSinceStep.filter { $0.value <= step }
    // Those of a resumed run were its own, and have been dropped.
    if case .resume = start { scheduled = [] }
    readLatest(trainer)
    failure = nil
    hasUnsavedWork = false
    isUnsavedBest = false
    isPaused = false
    singleSteps = 0
    stepTimer = StepTimer()
    throughput = ThroughputMeter()
    validationShare = 0
    do {
      try enterTraining(trainer)
    } catch {
      failTraining(error)
      return .error("\(error)")
    }
    edit(.setLearningRate(breakdown.learningRate), trainer: trainer)
    events.append(.notice(.goneBack(step: step)))
    return nil
  }

  /// What was measured last, as the history and the checkpoint have it.
  private func readLatest(_ trainer: Trainer) {
    func last(_ key: MetricName) -> Double? { history[key].last.map { Double($0.value) } }
    latest = LatestMetrics()
    latest.trainLoss = last(.trainLoss)
    latest.trainAccuracy = last(.trainAccuracy)
    latest.trainTop5 = last(.trainTop5)
    latest.validationLoss = last(.validationLoss)
    latest.validationAccuracy = last(.validationAccuracy)
    latest.validationTop5 = last(.validationTop5)
    latest.bestLoss = trainer.progress.best?.loss
    latest.bestEpoch = trainer.progress.best?.epoch
  }
}
