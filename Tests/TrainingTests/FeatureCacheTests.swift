import EngineInterface
import Files
import Kernels
import Network
import Synchronization
import TestSupport
import Testing

@testable import Datasets
@testable import Training

/// Training from kept features is training, bit for bit.
struct FeatureCacheTests {
  private static func configuration(freeze: [String], budget: Int?) -> EngineConfiguration {
    var configuration = SmallProblem.configuration()
    configuration.freeze = freeze
    configuration.cacheBudget = budget
    return configuration
  }

  private static func trainer(
    freeze: [String], budget: Int? = nil, graph: Graph? = nil,
    limits: FeatureMemory.Limits? = nil, disk: any DiskSpace = SystemDisk(), threads: Int = 1,
    data: TrainingData = SmallProblem.data()
  ) throws -> Trainer {
    var configuration = configuration(freeze: freeze, budget: budget)
    configuration.threads = threads
    let pool = WorkerPool(threads: threads)
    let prepared = try PreparedModel(
      SmallProblem.imported(graph ?? SmallProblem.classifier()), configuration: configuration,
      classes: data.classes, pool: pool)
    return try Trainer(
      prepared, data: data, configuration: configuration, cachePath: nil, cacheLimits: limits,
      disk: disk, pool: pool)
  }

  private func metrics(_ epochs: [EpochSummary]) -> [EpochSummary.Metrics?] {
    epochs.flatMap { [$0.train, $0.validation] }
  }

  /// A branched prefix leaves several tensors, and a range in the middle none at all.
  @Test(arguments: [
    ["conv1", "norm1"], ["conv1", "norm1", "conv2", "norm2"], ["conv*", "norm*"],
  ])
  func weightsAreTheSameBitsWithAndWithout(freeze: [String]) throws {
    for graph in [try SmallProblem.classifier(), try SmallProblem.branchedGraph(dropout: 0.2)] {
      let patterns = freeze.filter { pattern in
        graph.nodes.contains { LayerPattern(pattern).matches($0.name) && !$0.layer.isRandom }
      }
      let data = SmallProblem.data(classes: graph.outputShape.count)
      let with = try Self.trainer(freeze: patterns, graph: graph, data: data)
      let without = try Self.trainer(
        freeze: patterns, budget: 0, graph: graph, threads: 2, data: data)
      #expect(metrics(try with.run(epochs: 3)) == metrics(try without.run(epochs: 3)))
      #expect(with.weights == without.weights)
      #expect(with.cacheStatus.isUsed && !without.cacheStatus.isUsed)
      #expect(with.cacheStatus.cachedImages == 130)
    }
  }

  @Test func theSecondEpochComesFromTheCacheAndReadsNoImage() throws {
    let counting = CountingImages(SmallProblem.data().train)
    let data = TrainingData(path: "small", train: counting, validation: nil)
    let trainer = try Self.trainer(freeze: ["conv*", "norm*"], data: data)
    let first = try trainer.run(epochs: 1)
    #expect(first[0].cacheHitShare == 0)
    // Two batches may have been asked for before the first epoch's last features were kept.
    let second = try trainer.run(epochs: 1)
    #expect(second[0].cacheHitShare == 1)
    let reads = counting.reads
    let third = try trainer.run(epochs: 1)
    #expect(third[0].cacheHitShare == 1)
    #expect(counting.reads == reads)
    #expect(reads <= 100 + 2 * 16)
  }

  @Test func itFollowsTheFreezeLine() throws {
    let steps: [(after: Int, command: Edit)] = [
      (3, .freeze(layers: ["conv1", "norm1"])), (9, .freeze(layers: ["conv2"])),
      (17, .thaw(layers: ["conv2"])), (20, .freeze(layers: ["conv2"])),
      (26, .thaw(layers: ["conv1"])), (30, .freeze(layers: ["conv1"])),
    ]
    let trainers = try [nil, 0].map { try Self.trainer(freeze: [], budget: $0) }
    for trainer in trainers {
      for _ in 0..<5 {
        while !trainer.isAtEpochEnd {
          for step in steps where step.after == trainer.progress.step {
            try trainer.apply(trainer.settings.applying(step.command))
          }
          _ = try trainer.step()
        }
        while try trainer.validateBatch() < 1 {}
        _ = trainer.endEpoch()
        if trainer.isDone { try trainer.apply(trainer.settings.applying(.setEpochs(5))) }
      }
    }
    #expect(trainers[0].weights == trainers[1].weights)
  }

  @Test func aDeeperLineIsComputedFromAShallowerOne() throws {
    let counting = CountingImages(SmallProblem.data().train)
    let data = TrainingData(path: "small", train: counting, validation: nil)
    let trainer = try Self.trainer(freeze: ["conv1", "norm1"], data: data)
    _ = try trainer.run(epochs: 2)
    let reads = counting.reads
    try trainer.apply(trainer.settings.applying(.freeze(layers: ["conv2"])))
    let third = try trainer.run(epochs: 1)
    #expect(third[0].cacheHitShare == 0)
    #expect(counting.reads == reads)
    #expect(trainer.cacheStatus.cachedImages == 100)
    // Thawed without a step in between: what the shallower line gave is still known.
    try trainer.apply(trainer.settings.applying(.thaw(layers: ["conv2"])))
    #expect(trainer.cacheStatus.cachedImages == 100)
    try trainer.apply(trainer.settings.applying(.freeze(layers: ["conv2"])))
    #expect(trainer.cacheStatus.cachedImages == 100)
  }

  @Test func othersWeightsAreOtherFeatures() throws {
    let trainer = try Self.trainer(freeze: ["conv*", "norm*"])
    _ = try trainer.run(epochs: 1)
    #expect(trainer.cacheStatus.cachedImages == 130)
    try trainer.apply(trainer.settings.applying(.thaw(layers: ["conv1"])))
    _ = try trainer.step()
    try trainer.apply(trainer.settings.applying(.freeze(layers: ["conv1"])))
    #expect(trainer.cacheStatus.isUsed)
    #expect(trainer.cacheStatus.cachedImages == 0)
  }

  @Test func reasonsAreSaid() throws {
    func obstacle(_ freeze: [String], budget: Int? = nil, input: Double? = nil) throws
      -> CacheObstacle?
    {
      var configuration = Self.configuration(freeze: freeze, budget: budget)
      configuration.inputDropout = input
      return try SmallProblem.trainer(configuration).cacheStatus.obstacle
    }
    #expect(try obstacle([]) == .nothingFrozen)
    #expect(try obstacle(["conv2"]) == .liveLayer("conv1"))
    #expect(try obstacle(["conv1"], budget: 0) == .switchedOff)
    #expect(try obstacle(["conv1"], input: 0.2) == .dropout(layer: "input_dropout"))
    #expect(try obstacle(["conv1"]) == nil)
    let random = TrainingData(
      path: "small", train: CountingImages(SmallProblem.data().train, isRepeatable: false),
      validation: nil)
    #expect(
      try Self.trainer(freeze: ["conv1"], data: random).cacheStatus.obstacle == .augmentation)
  }

  @Test func memoryFirstThenAFileWithinTheBudget() throws {
    let temporary = TemporaryFolder()
    let path = temporary("cache")
    let expected = try Self.trainer(freeze: ["conv*", "norm*"], budget: 0)
    _ = try expected.run(epochs: 3)
    // A row: 8 floats.
    let row = 4 * expected.graph.shapes[expected.graph.index(of: "flatten")!].count
    for (total, cached, inFile) in [(row * 20 + 4096 * 64, 130, true), (row * 20, 20, false)] {
      let trainer = try Self.trainer(
        freeze: ["conv*", "norm*"],
        limits: FeatureMemory.Limits(memory: row * 20, total: total, path: path))
      _ = try trainer.run(epochs: 3)
      #expect(trainer.weights == expected.weights)
      #expect(trainer.cacheStatus.cachedImages == cached)
      #expect((trainer.cacheStatus.fileBytes > 0) == inFile)
      #expect(trainer.cacheStatus.bytes <= total)
      #expect((trainer.cacheStatus.obstacle != nil) == (cached < 130))
    }
  }

  @Test func whatAKilledProcessLeftIsRemovedAndNothingIsLeft() throws {
    let temporary = TemporaryFolder()
    let path = temporary("cache")
    try OutputFile.write(Array("stale".utf8), to: path)
    let trainer = try Self.trainer(
      freeze: ["conv*", "norm*"],
      limits: FeatureMemory.Limits(memory: 0, total: 1 << 20, path: path))
    _ = try trainer.run(epochs: 1)
    #expect(trainer.cacheStatus.fileBytes > 0)
    #expect(try Folder.names(in: temporary.path).isEmpty)
  }

  @Test func theEngineSaysWhyThereIsNoCacheOnce() {
    var configuration = SmallProblem.configuration()
    configuration.freeze = ["conv2"]
    let engine = EngineDriver(configuration)
    engine.finish()
    let notices = engine.core.takeEvents().filter {
      if case .notice = $0 { true } else { false }
    }
    #expect(
      notices == [
        .notice(.cacheUnused(.liveLayer("conv1")))
      ])
    #expect(!engine.core.makeSnapshot().cache.isUsed)
  }

  @Test func aFileThatCannotGrowIsNoEndOfTraining() throws {
    let temporary = TemporaryFolder()
    let trainer = try Self.trainer(
      freeze: ["conv*", "norm*"],
      limits: FeatureMemory.Limits(
        memory: 0, total: 1 << 30, path: temporary("missing") + "/cache"))
    let epochs = try trainer.run(epochs: 2)
    #expect(epochs[1].cacheHitShare == 0)
    guard case .error(let words) = trainer.cacheStatus.obstacle else {
      Issue.record("\(String(describing: trainer.cacheStatus.obstacle))")
      return
    }
    #expect(words.contains("cannot create"))
  }

  /// A disk that says how much is left of it.
  private struct SmallDisk: DiskSpace {
    let free: Int
    func freeBytes(in folder: String) -> Int? { free }
  }

  /// The reserve is never touched, whatever the budget.
  @Test(arguments: [(1_000_000, false), (1_004_095, false), (2_000_000, true)])
  func theFileLeavesRoomForCheckpoints(free: Int, hasFile: Bool) throws {
    let temporary = TemporaryFolder()
    let expected = try Self.trainer(freeze: ["conv*", "norm*"], budget: 0)
    _ = try expected.run(epochs: 2)
    let trainer = try Self.trainer(
      freeze: ["conv*", "norm*"],
      limits: FeatureMemory.Limits(
        memory: 0, total: 1 << 30, path: temporary("cache"), diskReserve: 1_000_000),
      disk: SmallDisk(free: free))
    _ = try trainer.run(epochs: 2)
    #expect(trainer.weights == expected.weights)
    #expect((trainer.cacheStatus.fileBytes > 0) == hasFile)
    #expect(
      trainer.cacheStatus.obstacle
        == (hasFile ? nil : .diskNeeded(free: free, reserve: 1_000_000)))
  }

  /// Given up in the middle of an epoch, with batches read ahead that left pixels out.
  @Test(arguments: [0, 20, 60]) func givenUpTheFileChangesNoBit(rowsInMemory: Int) throws {
    let temporary = TemporaryFolder()
    let expected = try Self.trainer(freeze: ["conv*", "norm*"], budget: 0)
    let losses = metrics(try expected.run(epochs: 3))
    let row = 4 * expected.graph.shapes[expected.graph.index(of: "flatten")!].count
    let trainer = try Self.trainer(
      freeze: ["conv*", "norm*"],
      limits: FeatureMemory.Limits(
        memory: row * rowsInMemory, total: 1 << 30, path: temporary("cache")))
    var found = metrics(try trainer.run(epochs: 1))
    for _ in 0..<3 { _ = try trainer.step() }
    #expect(trainer.giveUpCacheFiles())
    #expect(!trainer.giveUpCacheFiles())
    #expect(trainer.cacheStatus.fileBytes == 0)
    #expect(trainer.cacheStatus.cachedImages <= rowsInMemory)
    found += metrics(try trainer.run(epochs: 2))
    #expect(found == losses)
    #expect(trainer.weights == expected.weights)
    #expect(trainer.cacheStatus.fileBytes == 0)
    #expect(trainer.cacheStatus.obstacle == .gaveWay)
  }

  /// A checkpoint that the disk has no room for takes the cache's.
  @Test func theCacheGivesWayToACheckpoint() async {
    await #expect(processExitsWith: .success) {
      var configuration = SmallProblem.configuration()
      configuration.freeze = ["conv*", "norm*"]
      let disk = RunOnDisk()
      let run = try disk.create(configuration)
      let engine = EngineDriver(configuration, run: run)
      let trainer = try Self.trainer(
        freeze: configuration.freeze,
        limits: FeatureMemory.Limits(memory: 0, total: 1 << 30, path: disk.folder.cachePath))
      engine.core.trainer = trainer
      engine.train(toStep: 3)
      precondition(trainer.cacheStatus.fileBytes > 0)
      // No room at all: it gives way, and what could not be written is said once.
      UnwillingDisk.limitFiles(to: 1000)
      let events = engine.send(.checkpoint)
      precondition(trainer.cacheStatus.fileBytes == 0)
      guard events.count == 1, case .notice(.checkpointUnwritable) = events[0] else {
        preconditionFailure("\(events)")
      }
      UnwillingDisk.liftLimit()
      engine.send(.checkpoint)
      engine.finish()
      precondition(engine.core.failure == nil)
    }
  }

  @Test func aFeatureIsTheSameBitsInAnyBatch() throws {
    let graph = try SmallProblem.branchedGraph()
    let model = SmallProblem.model(graph)
    let frozen: Set<String> = ["conv1", "norm1", "conv2", "norm2", "conv3"]
    let plans = PlanCache(model, graph: graph, frozen: frozen, pool: WorkerPool(threads: 2))
    let line = FreezeLine(graph, prefix: FrozenPrefix(graph, frozen: frozen), model: model)
    let cut = PlanCut(inputs: [.input(0)], outputs: line.boundary)
    let images = FloatBuffer(count: 7 * 36)
    let data = SmallProblem.data().train
    for index in 0..<7 { try data.copyImage(index, into: images.pointer + index * 36) }
    func features(_ range: Range<Int>) -> [[Float]] {
      let plan = plans.plan(.inference, batch: range.count, cut: cut)
      plan.forward(
        [UnsafePointer(images.pointer + range.lowerBound * 36)],
        random: PlanRandomKey(seed: 0, step: 0))
      return zip(line.boundary, line.counts).map { source, count in
        let values = plan.output(of: source.name(in: graph))
        return (0..<range.count * count).map { values[$0] }
      }
    }
    let all = features(0..<7)
    for image in 0..<7 {
      for (whole, alone) in zip(all, features(image..<image + 1)) {
        #expect(Array(whole[image * alone.count..<(image + 1) * alone.count]) == alone)
      }
    }
  }
}

/// Counts how often images are read.
private final class CountingImages: ImageDataset {
  let base: any ImageDataset
  let isRepeatable: Bool
  private let readCount = Mutex(0)

  init(_ base: any ImageDataset, isRepeatable: Bool = true) {
    self.base = base
    self.isRepeatable = isRepeatable
  }

  var imageShape: [Int] { base.imageShape }
  var classes: [String] { base.classes }
  var labels: [Int32] { base.labels }
  var reads: Int { readCount.withLock { $0 } }

  func copyImage(_ index: Int, into pixels: UnsafeMutablePointer<Float>) throws {
    readCount.withLock { $0 += 1 }
    try base.copyImage(index, into: pixels)
  }
}
