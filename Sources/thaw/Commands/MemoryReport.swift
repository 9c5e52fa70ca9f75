import EngineInterface
import Files
import Kernels
import ModelFormats
import Network
import Training

/// What a model takes of memory, and what there is, in bytes: the largest that the program will have
/// been, images of the data that are all in memory not counted.
struct MemoryReport: Encodable {
  struct Use: Encodable {
    let batch: Int
    let total: Int
    let weights: Int
    let optimizer: Int
    let activations: Int
    let workspaces: Int
    let batches: Int

    fileprivate init(_ demand: MemoryDemand, batch: Int, program: Int) {
      self.batch = batch
      let (sum, overflow) = demand.total.addingReportingOverflow(program)
      total = overflow ? .max : sum
      weights = demand.weights
      optimizer = demand.optimizer
      activations = demand.activations
      workspaces = demand.workspaces
      batches = demand.batches
    }
  }

  /// As `tune` trains where nothing else is said, the layers frozen that the file says are.
  let training: Use
  let optimizer: String
  let inference: Use
  /// What is free now.
  let available: Int

  /// - Parameter program: bytes that the program itself takes.
  /// - Throws: `MemoryShortage` where not even one image can be answered.
  init(_ imported: ImportedModel, program: Int) throws {
    let model = imported.model
    let threads = WorkerPool.coreCount
    let configuration = EngineConfiguration()
    let settings = TuningSettings(
      momentum: configuration.optimizer.defaultMomentum, frozen: Set(imported.frozenLayers))
    available = SystemMemory.available
    let one = MemoryDemand.inference(model, graph: model.graph, batch: 1, threads: threads)
    try MemoryShortage.check(
      one.total == .max ? nil : one.total - one.weights, for: "one image in \(model.graph.name)",
      available: available)
    let batch = configuration.batch
    let memory = TrainingMemory(
      model, configuration: configuration,
      images: TrainingMemory.Images(train: batch, validation: 0), threads: threads)
    training = Use(
      memory.demand(graph: model.graph, settings: settings, batch: batch), batch: batch,
      program: program)
    optimizer = configuration.optimizer.rawValue
    let many = Predictor.standardBatch
    inference = Use(
      .inference(model, graph: model.graph, batch: many, threads: threads), batch: many,
      program: program)
  }

  var line: String {
    "memory: \(Self.text(training.total)) to train at batch \(training.batch) (\(optimizer)), "
      + "\(Self.text(inference.total)) to answer \(inference.batch) images at once; "
      + "\(NumberText.size(available)) are free"
  }

  private static func text(_ bytes: Int) -> String {
    bytes == .max ? "more than can be counted" : NumberText.size(bytes)
  }
}
