import Datasets

/// One pass over the validation data in inference mode, a batch at a time.
final class ValidationPass {
  private(set) var sums = MetricSums()
  private let loader: BatchLoader
  private var batches = 0

  init(_ images: any ImageDataset, batchSize: Int) {
    loader = BatchLoader(dataset: images, batchSize: batchSize, order: .sequential)
  }

  /// 0…1
  var shareDone: Double { Double(batches) / Double(loader.batchesPerEpoch) }

  func runBatch(plans: PlanCache, meter: LossMeter) throws {
    let batch = try loader.next()
    let plan = plans.plan(.inference, batch: batch.count)
    plan.forward(batch.images, random: PlanRandomKey(seed: 0, step: 0))
    sums += meter.evaluate(
      rows: batch.count, logits: plan.output, labels: batch.labels, gradient: nil)
    batches += 1
  }
}
