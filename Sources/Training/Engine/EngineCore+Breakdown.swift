import EngineInterface
import Kernels
import RunStore

/// A loss or weights that are no numbers, and the way back from there.
extension EngineCore {
  /// Of the learning rate that training broke down at, or of the one before where that was lower.
  private static let rateShare = 0.1

  /// Where training has broken down, and where it can go on from; `nil` while it has not.
  var breakdown: Breakdown? {
    guard case .failed = phase, let trainer, case .broken(let step) = trainer.condition else {
      return nil
    }
    let before = recorder.lastCheckpoint?.learningRate ?? beginning?.settings.learningRate
    let rate = min(trainer.settings.learningRate, before ?? .infinity) * Self.rateShare
    return Breakdown(
      step: step,
      backTo: recorder.lastCheckpoint?.step ?? (beginning?.makeTrainer == nil ? nil : 0),
      learningRate: max(rate, TuningRange.learningRate.values.lowerBound))
  }

  /// Puts the value that stopped training beside those before it: a chart shows where it happened.
  func noteBreakdown(_ error: any Error) {
    // Weights are in no chart, and the loss of that step was a number.
    guard case .lossNotFinite(let step, let loss) = error as? TrainingError else { return }
    telemetry.noteBreakdown(loss: loss, step: step)
    recorder.journal { try $0.append(step: step, [.trainLoss: Float(loss)]) }
  }

  /// Goes on from the last checkpoint, or from the beginning where there is none yet, at a tenth of the
  /// rate. What came after it is dropped, edits included.
  /// - Returns: why it cannot be done.
  func goBack() -> Objection? {
    guard let breakdown else { return .hasNotBrokenDown }
    guard let step = breakdown.backTo else { return .nothingToGoBackTo }
    do {
      if let place = recorder.lastCheckpoint, let run {
        try trainer?.restore(run.folder.checkpoint(.step(place.step)))
      } else if let makeTrainer = beginning?.makeTrainer {
        // The old one goes first: there may not be room for two.
        trainer = nil
        trainer = try makeTrainer()
        headDue = configuration.headStart == .ridge ? .start : nil
      }
    } catch {
      return .error("\(error)")
    }
    guard let trainer else { return .nothingToTrain }
    recorder.append(.discarded(step: step, time: RunRecorder.now))
    tables.goBack(to: step)
    patience = Patience()
    patience.renew(for: trainer)
    telemetry.goBack(
      to: step, edits: recorder.lastCheckpoint?.editCount ?? 0, best: trainer.progress.best)
    // Those of a resumed run were its own, and have been dropped.
    if !script.isReplay { script.clear() }
    failure = nil
    recorder.forgetWork()
    pause = Pause()
    do {
      try enterTraining(trainer)
    } catch {
      failTraining(error)
      return .error("\(error)")
    }
    edit(.setLearningRate(breakdown.learningRate), trainer: trainer)
    outbox.put(.goneBack(step: step))
    return nil
  }
}
