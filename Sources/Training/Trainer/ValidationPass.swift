import Datasets
import EngineInterface

/// One pass over the validation data in inference mode, a batch at a time.
final class ValidationPass {
  private(set) var sums = MetricSums()
  private(set) var confusion: ConfusionMatrix
  private(set) var outcomes: ImageOutcomes
  /// The classes that the images are validated with.
  let labels: [Int32]
  private let loader: BatchLoader
  /// What the weights add to the loss: they stand still meanwhile.
  private let penalty: Double
  private var batches = 0

  init(
    _ images: any ImageDataset, leavingOut leftOut: Set<Int>, batchSize: Int, needs: PixelNeeds,
    penalty: Double, unreadable: UnreadableImages
  ) {
    self.penalty = penalty
    confusion = ConfusionMatrix(classes: images.classes)
    outcomes = ImageOutcomes(count: images.count)
    labels = images.labels
    loader = BatchLoader(
      dataset: images, batchSize: batchSize, order: .sequential, needs: needs,
      leftOut: leftOut,
      onUnreadable: { unreadable.note(images.name($0), $1) })
  }

  /// 0…1
  var shareDone: Double { Double(batches) / Double(loader.batchesPerEpoch) }

  func runBatch(_ features: FeatureCache, meter: LossMeter) throws {
    defer { batches += 1 }
    guard
      let (batch, plan) = try features.runNext(
        of: loader, part: .validation, purpose: .inference,
        random: PlanRandomKey(seed: 0, step: 0))
    else { return }
    sums += meter.evaluate(
      rows: batch.count, logits: plan.output, labels: batch.labels, penalty: penalty,
      gradient: nil)
    for (row, said) in meter.answers(rows: batch.count, logits: plan.output).enumerated() {
      let image = batch.indices[batch.indices.startIndex + row]
      confusion.note(label: Int(batch.labels[row]), answer: said.answer)
      outcomes.note(image, loss: meter.losses.pointer[row], said)
    }
  }
}
