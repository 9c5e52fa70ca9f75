import EngineInterface
import Files
import Kernels
import Network
import Testing

@testable import Datasets
@testable import Training

/// What training takes is known before it is taken.
struct MemoryDemandTests {
  private static func configuration(
    batch: Int = 16, freeze: [String] = [], clip: Double? = nil, cache: Int? = 0
  ) -> EngineConfiguration {
    var configuration = SmallProblem.configuration()
    configuration.batch = batch
    configuration.freeze = freeze
    configuration.clipNorm = clip
    configuration.cacheBudget = cache
    return configuration
  }

  private static func trainer(
    _ configuration: EngineConfiguration, graph: Graph, pool: WorkerPool,
    data: TrainingData = SmallProblem.data(), available: @escaping () -> Int = { 1 << 40 }
  ) throws -> Trainer {
    let prepared = try PreparedModel(
      SmallProblem.imported(graph), configuration: configuration, classes: data.classes,
      pool: pool)
    return try Trainer(
      prepared, data: data, configuration: configuration, cachePath: nil,
      availableMemory: available, pool: pool)
  }

  private static func memory(_ trainer: Trainer, threads: Int) -> TrainingMemory {
    TrainingMemory(
      trainer.model, configuration: trainer.configuration, images: trainer.data.imageCounts,
      threads: threads)
  }

  /// Training, validation and the epoch's smaller last batch take what was said, to the byte.
  @Test(arguments: [
    configuration(), configuration(batch: 100), configuration(batch: 7, clip: 1),
    configuration(freeze: ["conv1", "norm1"]), configuration(freeze: ["conv*", "norm*"]),
  ])
  func theArenaIsWhatWasSaid(configuration: EngineConfiguration) throws {
    for (graph, classes) in [
      (try SmallProblem.classifier(), 3), (try SmallProblem.branchedGraph(dropout: 0.2), 4),
    ] {
      var configuration = configuration
      configuration.freeze.removeAll { pattern in
        !graph.nodes.contains { LayerPattern(pattern).matches($0.name) }
      }
      let pool = WorkerPool(threads: 2)
      let trainer = try Self.trainer(
        configuration, graph: graph, pool: pool, data: SmallProblem.data(classes: classes))
      let demand = Self.memory(trainer, threads: 2).demand(
        graph: trainer.graph, settings: trainer.settings, batch: configuration.batch)
      let parameters = trainer.model.allParameters.reduce(0) { $0 + $1.values.count }
      #expect(demand.weights == 4 * parameters)
      _ = try trainer.run(epochs: 2)
      #expect(demand.activations == 4 * trainer.arenaCount)
      // Sums and losses are added up in some more of it.
      #expect(4 * pool.takenCount >= demand.workspaces)
      #expect(4 * pool.takenCount <= demand.workspaces + 64 << 10)
      let slots = trainer.checkpoint().slots.reduce(0) { $0 + $1.values.count }
      #expect(demand.optimizer == 4 * slots)
      #expect(
        demand.batches == 4 * 36 * 3
          * (min(configuration.batch, 100) + min(configuration.batch, 30)))
    }
  }

  /// With kept features no plan takes more than was said either.
  @Test(arguments: [["conv1", "norm1"], ["conv*", "norm*"]])
  func theFeatureCacheIsCountedOn(freeze: [String]) throws {
    let configuration = Self.configuration(freeze: freeze, cache: nil)
    let trainer = try Self.trainer(
      configuration, graph: try SmallProblem.classifier(), pool: WorkerPool(threads: 1))
    let demand = Self.memory(trainer, threads: 1).demand(
      graph: trainer.graph, settings: trainer.settings, batch: 16)
    let without = Self.configuration(freeze: freeze)
    let plain = TrainingMemory(
      trainer.model, configuration: without, images: trainer.data.imageCounts, threads: 1
    ).demand(graph: trainer.graph, settings: trainer.settings, batch: 16)
    #expect(demand.batches > plain.batches)
    _ = try trainer.run(epochs: 3)
    #expect(trainer.cacheStatus.isUsed)
    #expect(4 * trainer.arenaCount <= demand.activations)
  }

  /// The batch that a refusal names fits, and the next one does not.
  @Test(arguments: [300_000, 500_000, 900_000]) func theLargestBatchFits(available: Int) throws {
    var configuration = Self.configuration(batch: 100)
    let graph = try SmallProblem.classifier()
    let pool = WorkerPool(threads: 1)
    let error = #expect(throws: MemoryShortage.self) {
      try Self.trainer(configuration, graph: graph, pool: pool, available: { available })
    }
    let shortage = try #require(error)
    #expect(shortage.needed > available && shortage.available == available)
    let remedy = try #require(shortage.remedy)
    let largest = try #require(Int(remedy.split { !$0.isNumber }.first ?? ""))
    #expect(remedy == "the largest batch that fits is \(largest) (--batch \(largest))")
    configuration.batch = largest
    _ = try Self.trainer(configuration, graph: graph, pool: pool, available: { available })
    configuration.batch = largest + 1
    #expect(throws: MemoryShortage.self) {
      try Self.trainer(configuration, graph: graph, pool: pool, available: { available })
    }
  }

  @Test func whereNothingFitsThatIsSaid() throws {
    let error = #expect(throws: MemoryShortage.self) {
      try Self.trainer(
        Self.configuration(), graph: try SmallProblem.classifier(), pool: WorkerPool(threads: 1),
        available: { 1000 })
    }
    #expect(error?.remedy == "not even one image at a time fits")
  }

  /// Thawed layers need activations that a frozen prefix does not keep.
  @Test func anEditThatDoesNotFitIsRefusedAndChangesNothing() throws {
    let available = Available()
    let trainer = try Self.trainer(
      Self.configuration(batch: 32, freeze: ["conv*", "norm*"]),
      graph: try SmallProblem.classifier(), pool: WorkerPool(threads: 1),
      available: { available.bytes })
    _ = try trainer.step()
    let before = trainer.settings
    available.bytes = 1000
    #expect(throws: MemoryShortage.self) {
      try trainer.apply(before.applying(.thaw(layers: ["conv1", "norm1", "conv2"])))
    }
    #expect(trainer.settings == before)
    // What takes no more goes on.
    try trainer.apply(before.applying(.setLearningRate(0.1)))
    _ = try trainer.step()
    available.bytes = 1 << 30
    try trainer.apply(before.applying(.thaw(layers: ["conv1", "norm1", "conv2"])))
    _ = try trainer.step()
  }

  private final class Available {
    var bytes = 1 << 30
  }

  @Test func answersComeInTheLargestBatchesThatFit() throws {
    let model = SmallProblem.model(try SmallProblem.classifier())
    let pool = WorkerPool(threads: 1)
    let images = (0..<36 * 9).map { Float($0 % 7) }
    let expected = try Predictor(model, pool: pool)
    #expect(expected.batch == Predictor.standardBatch)
    let one = MemoryDemand.inference(model, graph: model.graph, batch: 1, threads: 1)
    let few = try Predictor(model, pool: pool, available: one.total - one.weights + 3000)
    #expect(1..<Predictor.standardBatch ~= few.batch)
    #expect(few.predict(images) == expected.predict(images))
    #expect(throws: MemoryShortage.self) { try Predictor(model, pool: pool, available: 100) }
  }

  /// Sizes that a small file can ask for are counted without taking or overflowing anything.
  @Test(arguments: [1, 32, 65_536]) func hugeLayersAreCounted(batch: Int) throws {
    let side = 1 << 13
    let window = Window(3, padding: .same)
    let layers: [any Layer] = [
      Conv2D(filters: 4, window: window), BatchNormalization(), ActivationLayer(.swish),
      Conv2D(filters: 4, window: Window(7, dilation: 3, padding: .same)), BatchNormalization(),
      DepthwiseConv2D(window: window), MaxPooling2D(window: Window(3, stride: 1, padding: .same)),
      AveragePooling2D(window: Window(3, stride: 1, padding: .same)),
      Conv2D(filters: 4, window: Window(1)), ZeroPadding2D(.none), GlobalAveragePooling2D(),
      Dense(units: 4),
    ]
    let nodes = layers.enumerated().map { index, layer in
      Graph.Node(
        name: "layer\(index)", layer: layer,
        inputs: [index == 0 ? Graph.inputName : "layer\(index - 1)"])
    }
    let graph = try Graph(
      name: "huge", inputShape: Shape(height: side, width: side, channels: 4), nodes: nodes)
    let model = SmallProblem.model(graph)
    let memory = TrainingMemory(
      model, configuration: Self.configuration(batch: batch),
      images: TrainingMemory.Images(train: batch, validation: batch), threads: 2)
    let demand = memory.demand(graph: graph, settings: TuningSettings(), batch: batch)
    #expect(demand.total > 1 << 30)
    #expect(throws: MemoryShortage.self) {
      try memory.check(graph: graph, settings: TuningSettings(), available: 1 << 30)
    }
    #expect(throws: MemoryShortage.self) {
      try Predictor(model, pool: WorkerPool(threads: 1), available: 1 << 30)
    }
  }
}
