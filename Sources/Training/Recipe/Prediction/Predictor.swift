import Files
import Kernels
import Network

/// Runs a model on images, layers in inference mode. An image's answer is the same bits alone as
/// among any others. Belongs to one queue at a time.
package final class Predictor {
  /// Values of one image.
  package let inputCount: Int
  /// Values of one answer.
  package let outputCount: Int
  /// Images that run at once where nobody says how many.
  package static let standardBatch = 32
  /// Images that run at once.
  let batch: Int
  private let plans: PlanCache

  /// - Parameters:
  ///   - graph: over the model's parameters; by default the model's own. A run's answers come from
  ///     `PreparedModel.answerGraph`.
  ///   - batch: images that run at once, fewer where memory is short.
  ///   - available: bytes of memory that can be taken.
  /// - Throws: `MemoryShortage` where not even one image fits.
  package init(
    _ model: Model, graph: Graph? = nil, batch: Int = standardBatch, pool: WorkerPool,
    available: Int = SystemMemory.available
  ) throws(MemoryShortage) {
    precondition(batch > 0, "batch \(batch)")
    let graph = graph ?? model.graph
    func demand(_ batch: Int) -> MemoryDemand {
      .inference(
        model, graph: graph, batch: batch, threads: pool.threads, available: available)
    }
    let fits = demand(batch).afterReading <= available
    let batch =
      fits
      ? batch
      : MemoryDemand.largestBatch(upTo: batch - 1, fitting: available, demand: demand)
    guard batch > 0 else {
      throw MemoryShortage(
        what: "one image in \(graph.name)",
        needed: MemoryDemand.inference(model, graph: graph, batch: 1, threads: pool.threads)
          .afterReading, available: available)
    }
    inputCount = graph.inputShape.count
    outputCount = graph.outputShape.count
    self.batch = batch
    plans = PlanCache(model, graph: graph, frozen: [], pool: pool)
  }

  /// - Parameters:
  ///   - images: `[count, shape…]`, as the network reads them.
  ///   - answers: `[count, outputs…]`: what the last layer gives.
  package func predict(
    _ images: UnsafePointer<Float>, count: Int, into answers: UnsafeMutablePointer<Float>
  ) {
    for start in stride(from: 0, to: count, by: batch) {
      let size = min(batch, count - start)
      let plan = plans.plan(.inference, batch: size)
      plan.forward(images + start * inputCount, random: PlanRandomKey(seed: 0, step: 0))
      (answers + start * outputCount).update(from: plan.output, count: size * outputCount)
    }
  }

  /// The same, with arrays.
  /// - Precondition: a whole number of images.
  package func predict(_ images: [Float]) -> [Float] {
    precondition(images.count % inputCount == 0, "\(images.count) values")
    let count = images.count / inputCount
    return [Float](unsafeUninitializedCapacity: count * outputCount) { answers, initialized in
      images.withUnsafeBufferPointer { images in
        if count > 0 {
          predict(images.baseAddress!, count: count, into: answers.baseAddress!)
        }
      }
      initialized = count * outputCount
    }
  }
}
