import EngineInterface

/// How far a run has come, with all that the rest of it depends on besides weights, optimiser and
/// settings. Part of a checkpoint.
struct TrainingProgress: Codable, Sendable, Equatable {
  struct Best: Codable, Sendable, Equatable {
    var loss: Double
    var epoch: Int
  }

  /// Steps done since the run began.
  var step = 0
  /// The epoch being trained, from 1; the one after the last when all are done.
  var epoch = 1
  /// Steps done in it. All of them: its end, validation and all, is still to come.
  var stepInEpoch = 0
  /// Over the epoch's samples so far.
  var sums = MetricSums()
  /// Time spent in the epoch's steps so far.
  var seconds = 0.0
  /// The rate that was in force in the last step.
  var learningRate = 0.0
  var plateau = PlateauTracker()
  var best: Best?
  /// What was said of images when the epoch began, and holds until it ends; `nil`: nothing.
  var corrections: ImageCorrections?

  /// Takes down a step that was done.
  mutating func note(_ sums: MetricSums, rate: Double, since start: ContinuousClock.Instant) {
    learningRate = rate
    step += 1
    stepInEpoch += 1
    self.sums += sums
    seconds += (ContinuousClock.now - start) / .seconds(1)
  }

  /// Why a file's progress cannot be gone on with; `nil` where it can.
  /// - Parameters:
  ///   - step: of its checkpoint.
  ///   - stepsPerEpoch: of the data.
  func objection(step: Int, stepsPerEpoch: Int) -> OutOfRange? {
    if let objection = TuningRange.steps.objection(to: self.step)
      ?? TuningRange.epoch.objection(to: epoch)
      ?? best.flatMap({ TuningRange.epoch.objection(to: $0.epoch) })
      ?? plateau.objection
    {
      return objection
    }
    guard self.step == step, 0...stepsPerEpoch ~= stepInEpoch else {
      return OutOfRange(
        expected: "step \(step) of epochs of \(stepsPerEpoch) steps",
        found: "step \(self.step), epoch \(epoch), \(stepInEpoch) steps in it")
    }
    guard sums.isPlausible, seconds.isFinite, seconds >= 0, learningRate.isFinite,
      best?.loss.isFinite ?? true
    else {
      return OutOfRange(
        expected: "sums, times and losses that training can have come to", found: "others")
    }
    return nil
  }
}
