/// Means over an epoch's samples as they were seen. Accuracies are fractions.
package struct EpochSummary: Sendable, Codable, Equatable {
  package struct Metrics: Sendable, Codable, Equatable {
    package var loss: Double
    package var accuracy: Double
    /// `nil` where the network has five outputs or fewer.
    package var top5: Double?

    package init(loss: Double, accuracy: Double, top5: Double?) {
      self.loss = loss
      self.accuracy = accuracy
      self.top5 = top5
    }
  }

  package var epoch: Int
  package var step: Int
  package var train: Metrics
  package var validation: Metrics?
  /// Training images per second of this epoch, validation not counted.
  package var imagesPerSecond: Double
  /// The rate in force at its last step.
  package var learningRate: Double
  /// Share of its training images that came from the feature cache; `nil` where none was used.
  package var cacheHitShare: Double?

  package init(
    epoch: Int, step: Int, train: Metrics, validation: Metrics?, imagesPerSecond: Double,
    learningRate: Double, cacheHitShare: Double? = nil
  ) {
    self.epoch = epoch
    self.step = step
    self.train = train
    self.validation = validation
    self.imagesPerSecond = imagesPerSecond
    self.learningRate = learningRate
    self.cacheHitShare = cacheHitShare
  }
}
