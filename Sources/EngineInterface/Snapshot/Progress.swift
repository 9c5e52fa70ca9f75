package struct Progress: Sendable, Codable, Equatable {
  /// Steps done since the run began.
  package var step = 0
  /// The epoch being trained, from 1.
  package var epoch = 1
  package var epochs = 0
  package var stepInEpoch = 0
  package var stepsPerEpoch = 0
  /// Training images per second, over the last second or so; 0 before the first step.
  package var imagesPerSecond = 0.0
  /// Share of that time in which the engine waited for images, 0…1.
  package var waitingShare = 0.0
  /// Seconds to the end of the last epoch; `nil` while unknown.
  package var remainingSeconds: Double?
  /// Share of validation done, 0…1, while validating.
  package var validationShare = 0.0

  package init() {}
}

package struct LatestMetrics: Sendable, Codable, Equatable {
  /// Of the last step, or the last finished epoch where named so. Accuracies are fractions.
  package var trainLoss: Double?
  package var trainAccuracy: Double?
  package var trainTop5: Double?
  package var validationLoss: Double?
  package var validationAccuracy: Double?
  package var validationTop5: Double?
  /// Lowest validation loss (training loss of an epoch, where there is no validation).
  package var bestLoss: Double?
  package var bestEpoch: Int?
  /// The rate in force: schedule × slider.
  package var learningRate = 0.0
  /// Share of units that max-norm clipped in the last step; `nil` while it is off.
  package var clippedShare: Double?

  package init() {}
}

package struct StepTime: Sendable, Codable, Equatable {
  /// Median milliseconds a step before the last change of the frozen set.
  package var beforeMilliseconds: Double?
  /// The same since.
  package var nowMilliseconds: Double?
  /// How far apart steps of either are, as their quartiles are: a smaller difference says nothing.
  package var spreadMilliseconds = 0.0

  package init() {}

  /// What the change has brought or cost, in milliseconds; `nil` where it is less than steps differ
  /// among themselves, or not known.
  package var change: Double? {
    guard let beforeMilliseconds, let nowMilliseconds else { return nil }
    let change = nowMilliseconds - beforeMilliseconds
    return change.magnitude > spreadMilliseconds ? change : nil
  }
}
