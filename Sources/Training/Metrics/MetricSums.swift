import EngineInterface
import Kernels

/// Sums over samples as they were seen, from which an epoch's means come. Part of a checkpoint, so
/// that an epoch that was interrupted ends with the same numbers.
struct MetricSums: Codable, Sendable, Equatable {
  private(set) var loss = 0.0
  private(set) var correct = 0
  private(set) var topFive = 0
  private(set) var samples = 0

  init() {}

  /// Of one batch.
  /// - Parameter loss: summed over its samples.
  init(loss: Double, counts: ClassificationCounts, samples: Int) {
    self.loss = loss
    correct = counts.correct
    topFive = counts.topFive
    self.samples = samples
  }

  static func += (sums: inout MetricSums, other: MetricSums) {
    sums.loss += other.loss
    sums.correct += other.correct
    sums.topFive += other.topFive
    sums.samples += other.samples
  }

  /// - Parameter outputs: of the network: with five or fewer the top five say nothing.
  func means(outputs: Int) -> EpochSummary.Metrics {
    let count = Double(max(samples, 1))
    return EpochSummary.Metrics(
      loss: loss / count, accuracy: Double(correct) / count,
      top5: outputs > 5 ? Double(topFive) / count : nil)
  }

  /// Whether a file's sums can be gone on with: counting on from them cannot overflow.
  var isPlausible: Bool {
    loss.isFinite && [correct, topFive, samples].allSatisfy { 0...(1 << 53) ~= $0 }
  }
}
