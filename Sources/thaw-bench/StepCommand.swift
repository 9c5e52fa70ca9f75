import ArgumentParser
import Datasets
import EngineInterface
import Glibc
import Kernels
import ModelFormats
import Network
import Training

/// The rate of steps of one network: the median of many.
struct StepCommand: ParsableCommand {
  enum Mode: String, ExpressibleByArgument, CaseIterable {
    /// All layers train.
    case train
    /// Only the last layer trains, and no features are kept.
    case head
    /// Answers only.
    case infer
  }

  static let configuration = CommandConfiguration(
    commandName: "step", abstract: "Time the steps of a network of the zoo.")

  @OptionGroup var options: StepOptions

  @Option(help: "train (all layers), head (the last one, no cache) or infer.")
  var mode = Mode.train

  @Option(help: "Steps to time, after two that are not.")
  var steps = 5

  func run() throws {
    try options.check(steps: steps)
    let pool = WorkerPool(threads: options.threads)
    let step = try mode == .infer ? inference(pool) : training(pool)
    for _ in 0..<StepOptions.untimed { try step() }
    var seconds: [Double] = []
    for _ in 0..<steps { seconds.append(try Measurement.seconds(step)) }
    let rate = Double(options.batch) / Measurement.median(seconds)
    print(
      """
      {"model": "\(options.model)", "mode": "\(mode.rawValue)", "batch": \(options.batch), \
      "imagesPerSecond": \(rate), "peakMemoryMB": \(Measurement.peakMemory), \
      "threads": \(pool.threads)}
      """)
  }

  private func inference(_ pool: WorkerPool) throws -> () throws -> Void {
    let batch = options.batch
    let graph = try Architecture.named(options.model).graph()
    let predictor = try Predictor(
      Model(initializing: graph, seed: 0, pool: pool), batch: batch, pool: pool)
    let images = FloatBuffer(count: batch * predictor.inputCount)
    let answers = FloatBuffer(count: batch * predictor.outputCount)
    let random = RandomStream(seed: 0, purpose: .test)
    for i in 0..<images.count { images.pointer[i] = random.uniform(UInt64(i)) }
    return { predictor.predict(images.pointer, count: batch, into: answers.pointer) }
  }

  private func training(_ pool: WorkerPool) throws -> () throws -> Void {
    let trainer = try options.trainer(headOnly: mode == .head, steps: steps, pool: pool)
    return { _ = try trainer.step() }
  }
}

/// Trainers of the zoo's networks on noise.
enum TrainerFactory {
  static func make(
    model: String, batch: Int, images: Int, headOnly: Bool, cacheBudget: Int?,
    optimizer: OptimizerKind = .sgd, pool: WorkerPool
  ) throws -> Trainer {
    let graph = try Architecture.named(model).graph()
    let classes = (0..<graph.outputShape.count).map(String.init)
    var configuration = EngineConfiguration()
    configuration.optimizer = optimizer
    configuration.momentum = optimizer.hasMomentum ? 0.9 : nil
    configuration.batch = batch
    configuration.epochs = 1_000
    configuration.freezeAllButHead = headOnly
    configuration.cacheBudget = cacheBudget
    let imported = ImportedModel(
      model: Model(initializing: graph, seed: 0, pool: pool),
      report: ImportReport(format: "built in, random weights"))
    let prepared = try PreparedModel(
      imported, configuration: configuration, classes: classes, pool: pool)
    let data = TrainingData(
      path: "noise",
      train: RandomImages(
        count: images, shape: graph.inputShape.dimensions, classes: classes.count),
      validation: nil)
    return try Trainer(prepared, data: data, configuration: configuration, pool: pool)
  }
}
