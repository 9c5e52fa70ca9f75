import Datasets
import EngineInterface
import Files
import Glibc
import Images
import Kernels
import Network
import RunStore
import TestSupport
import Testing

@testable import Training

/// Training on pictures in files: augmented and cached by view, killed and resumed, with some that vanish.
struct PhotographTrainingTests {
  private let temporary = TemporaryFolder()

  init() throws {
    try PictureFolder.write(classes: ["blue", "green", "red"], count: 15, to: temporary)
  }

  private func data(_ strength: Augmentation.Strength, views: Int) throws -> TrainingData {
    try PictureData.load(temporary.path, options: ReadingOptions(seed: 4)).prepared(
      .assumed, width: 6, height: 6, channels: 1, augmentation: Augmentation(strength),
      views: views, seed: 4)
  }

  private func configuration(
    freeze: [String] = ["conv1", "norm1"], threads: Int = 1, budget: Int? = nil
  ) -> EngineConfiguration {
    var configuration = SmallProblem.configuration()
    configuration.batch = 8
    configuration.epochs = 5
    configuration.freeze = freeze
    configuration.threads = threads
    configuration.cacheBudget = budget
    return configuration
  }

  private func metrics(_ epochs: [EpochSummary]) -> [EpochSummary.Metrics?] {
    epochs.flatMap { [$0.train, $0.validation] }
  }

  @Test(arguments: [Augmentation.Strength.standard, .strong])
  func augmentedTrainingIsTheSameBitsWithAndWithoutTheCache(strength: Augmentation.Strength) throws
  {
    let data = try data(strength, views: 2)
    let reference = try SmallProblem.trainer(configuration(budget: 0), data: data)
    let expected = metrics(try reference.run(epochs: 5))
    for threads in [1, 2, 4] {
      let trainer = try SmallProblem.trainer(configuration(threads: threads), data: data)
      #expect(metrics(try trainer.run(epochs: 5)) == expected)
      #expect(trainer.weights == reference.weights)
      #expect(trainer.cacheStatus.isUsed)
    }
  }

  /// Mixed, without a cache and in every epoch another view.
  @Test func freshViewsAreTheSameBitsAtAnyNumberOfThreads() throws {
    let data = try data(.strong, views: 0)
    let reference = try SmallProblem.trainer(configuration(freeze: []), data: data)
    _ = try reference.run(epochs: 2)
    for threads in [2, 4] {
      let trainer = try SmallProblem.trainer(
        configuration(freeze: [], threads: threads), data: data)
      _ = try trainer.run(epochs: 2)
      #expect(trainer.weights == reference.weights)
    }
    let frozen = try SmallProblem.trainer(configuration(), data: data)
    #expect(frozen.cacheStatus.obstacle == .augmentation)
  }

  @Test func severalViewsCostOnePassEach() throws {
    let trainer = try SmallProblem.trainer(configuration(), data: data(.standard, views: 3))
    let shares = try trainer.run(epochs: 5).map(\.cacheHitShare)
    #expect(shares == [0, 0, 0, 1, 1])
    let status = trainer.cacheStatus
    #expect(status.cachedImages == 3 * 36 + 9 && status.images == status.cachedImages)
  }

  /// A deeper freeze line is computed from what a shallower one has kept of every view.
  @Test func viewsFollowTheFreezeLine() throws {
    let data = try data(.strong, views: 2)
    let trainers = try [nil, 0].map {
      try SmallProblem.trainer(configuration(budget: $0), data: data)
    }
    for trainer in trainers {
      _ = try trainer.run(epochs: 2)
      try trainer.apply(trainer.settings.applying(.freeze(layers: ["conv2"])))
      _ = try trainer.run(epochs: 2)
      try trainer.apply(trainer.settings.applying(.thaw(layers: ["conv2"])))
      _ = try trainer.run(epochs: 1)
    }
    #expect(trainers[0].weights == trainers[1].weights)
  }

  @Test(arguments: [3, 6, 11, 17], [1, 2])
  func killedAndResumedEqualsUninterrupted(killedAt: Int, threads: Int) throws {
    var configuration = configuration()
    configuration.classWeights = .balanced
    let whole = EngineDriver(configuration, data: try data(.strong, views: 2))
    whole.finish()
    configuration.threads = threads
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(
      configuration, run: try disk.create(configuration), data: try data(.strong, views: 2))
    engine!.train(toStep: killedAt)
    engine!.send(.checkpoint)
    engine = nil
    let resumed = EngineDriver(
      configuration, run: try disk.open(), start: .resume(), data: try data(.strong, views: 2))
    #expect(resumed.core.failure == nil)
    resumed.finish()
    #expect(resumed.trainer.weights == whole.trainer.weights)
    #expect(resumed.step == whole.step)
  }

  // MARK: - Pictures that vanish

  private func remarks(_ engine: EngineDriver) -> [String] {
    engine.core.takeEvents().compactMap {
      if case .notice(.remark(let text)) = $0 { text } else { nil }
    }
  }

  @Test func aPictureThatBreaksWhileTrainingIsNamedOnceAndLeftOut() throws {
    let data = try data(.none, views: 1)
    let engine = EngineDriver(configuration(freeze: []), data: data)
    // One that is trained on, and one that is not.
    let broken = [data.train.name(0), data.validation!.name(0)]
    for name in broken { try temporary.write([1, 2, 3], to: name) }
    engine.finish()
    #expect(engine.state == .finished(.completed(epochs: 5)))
    let said = remarks(engine)
    for name in broken { #expect(said.count { $0.contains(name) } == 1, "\(said)") }
    #expect(engine.trainer.confusion?.images == 8)
  }

  @Test func aStepWithoutAnImageChangesNothingButItsNumber() throws {
    let data = try data(.none, views: 1)
    var configuration = configuration(freeze: [])
    configuration.batch = 1
    configuration.epochs = 1
    let trainer = try SmallProblem.trainer(configuration, data: data)
    for index in 0..<data.train.count { unlink(temporary(data.train.name(index))) }
    // Two of them were read before they vanished, and a third may have been.
    var skipped = 0
    while !trainer.isAtEpochEnd {
      let (before, step) = (trainer.weights, trainer.progress.step)
      let images = try trainer.step().images
      #expect(trainer.progress.step == step + 1)
      guard images == 0 else { continue }
      skipped += 1
      #expect(trainer.weights == before)
    }
    #expect(skipped >= data.train.count - 4)
    #expect(trainer.unreadable.takeUntold().count == skipped)
  }

  // MARK: - How runs end and what they leave

  @Test func patienceEndsTrainingAndAResumeTrainsOn() throws {
    var configuration = configuration(freeze: [])
    configuration.epochs = 50
    configuration.patience = 2
    // Nothing is learned, so that nothing gets better.
    configuration.learningRate = 1e-12
    configuration.optimizer = .sgd
    let graph = try SmallProblem.classifier(dropout: 0)
    #expect(graph.index(of: "norm1") != nil)
    configuration.freeze = ["norm1"]
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    engine!.finish()
    let best = try #require(engine!.trainer.progress.best)
    #expect(engine!.trainer.progress.epoch == best.epoch + 3)
    #expect(engine!.state == .finished(.stopped(step: engine!.step)))
    #expect(remarks(engine!).contains { $0.contains("no better loss in 2 epochs") })
    #expect(try disk.folder.bestCheckpoint().step == best.epoch * engine!.trainer.stepsPerEpoch)
    let epoch = engine!.trainer.progress.epoch
    engine = nil
    let resumed = EngineDriver(configuration, run: try disk.open(), start: .resume())
    resumed.finish()
    #expect(resumed.trainer.progress.epoch > epoch)
  }

  @Test func theRunsTablesSayWhatTheJournalSays() throws {
    let disk = RunOnDisk()
    let configuration = configuration(freeze: [])
    var engine: EngineDriver? = EngineDriver(
      configuration, run: try disk.create(configuration), data: try data(.none, views: 1))
    engine!.train(toStep: 12)
    engine = nil
    let resumed = EngineDriver(
      configuration, run: try disk.open(), start: .resume(), data: try data(.none, views: 1))
    resumed.finish()
    let epochs = try disk.folder.journal().epochs
    let lines = try text(disk.folder.resultsPath).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(lines.count == 6 && lines.allSatisfy { $0.count == lines[0].count })
    #expect(lines.dropFirst().map { Int($0[0]) } == [1, 2, 3, 4, 5])
    #expect(lines.dropFirst().map { Double($0[6]) } == epochs.map { $0.validation?.loss })
    let confusion = try #require(resumed.trainer.confusion)
    let rows = try text(disk.folder.confusionPath).split(separator: "\n").map {
      $0.split(separator: ",").map(String.init)
    }
    #expect(rows[0] == ["class", "blue", "green", "red", "none of them"])
    #expect(rows[1] == ["blue"] + [0, 1, 2, nil].map { "\(confusion[0, $0])" })
    #expect(confusion.accuracy == epochs.last?.validation?.accuracy)
  }

  private func text(_ path: String) throws -> String {
    let file = try InputFile(path: path)
    return String(decoding: try file.bytes(at: 0, count: file.size), as: UTF8.self)
  }
}
