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

  /// Whether a file's progress can be gone on with.
  func isPlausible(step: Int, stepsPerEpoch: Int) -> Bool {
    self.step == step && 1...(1 << 31) ~= epoch && 0...stepsPerEpoch ~= stepInEpoch
      && sums.isPlausible
  }
}
