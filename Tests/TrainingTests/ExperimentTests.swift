import Datasets
import EngineInterface
import Files
import Images
import Kernels
import Network
import RunStore
import TestSupport
import Testing

@testable import Training

/// What is tried on copies of a run leaves the run as it was.
struct ExperimentTests {
  private let temporary = TemporaryFolder()

  init() throws {
    try PictureFolder.write(classes: ["blue", "green", "red"], count: 15, to: temporary)
  }

  /// A run, with what may matter to its bits.
  enum Kind: CaseIterable {
    /// Dropout and batch-norm that trains, momentum remembered.
    case plain
    /// Features of frozen layers come from the cache.
    case frozen
    /// Views of augmented photographs, mixed with each other, read ahead.
    case photographs
    /// The same with weighted classes and images left out from the next epoch on.
    case corrected
  }

  private func configuration(_ kind: Kind) -> EngineConfiguration {
    var configuration = SmallProblem.configuration()
    configuration.epochs = 4
    if kind == .plain { (configuration.optimizer, configuration.momentum) = (.sgd, 0.9) }
    if kind != .plain { configuration.freeze = ["conv1", "norm1"] }
    if kind == .photographs { configuration.clipNorm = 1 }
    if kind == .photographs || kind == .corrected { configuration.batch = 8 }
    if kind == .corrected { configuration.classWeights = .balanced }
    return configuration
  }

  private func data(_ kind: Kind) throws -> TrainingData {
    guard kind == .photographs || kind == .corrected else { return SmallProblem.data() }
    return try PictureData.load(temporary.path, options: ReadingOptions(seed: 4)).prepared(
      .assumed, width: 6, height: 6, channels: 1, augmentation: Augmentation(.strong), views: 2,
      seed: 4)
  }

  private func driver(_ kind: Kind) throws -> EngineDriver {
    try EngineDriver(configuration(kind), data: data(kind))
  }

  /// All tensors of a checkpoint, and all counters.
  private func state(of trainer: Trainer) -> [String: [Float]] {
    let checkpoint = trainer.checkpoint()
    var state = trainer.weights
    for slot in checkpoint.slots { state["\(slot.parameter)/\(slot.name)"] = slot.values.values }
    for (name, count) in checkpoint.counters { state[name] = [Float(count)] }
    return state
  }

  /// What a history keeps, the times of edits aside.
  private func points(_ history: History) -> [MetricName: [MetricSeries.Point]] {
    let names: [MetricName] = [
      .trainLoss, .trainAccuracy, .learningRate, .validationLoss, .validationAccuracy,
    ]
    return Dictionary(uniqueKeysWithValues: names.map { ($0, history[$0].points(from: 0)) })
  }

  private func leaveOut(_ driver: EngineDriver) {
    let images = driver.trainer.data.train
    driver.send(
      .leaveOut(images: [
        ImageReference(part: .train, index: 3, name: images.name(3)),
        ImageReference(part: .train, index: 7, name: images.name(7)),
      ]))
  }

  @Test(arguments: Kind.allCases) func theRunIsAfterwardsWhatItWouldHaveBeen(kind: Kind) throws {
    let alone = try driver(kind)
    let driver = try driver(kind)
    // In the middle of an epoch, and once more later, over its end.
    for step in [3, alone.trainer.stepsPerEpoch * 2 - 1] {
      for one in [alone, driver] {
        one.train(toStep: step)
        if kind == .corrected, step == 3 { leaveOut(one) }
      }
      #expect(driver.refusal(of: .testRange(RangeTestRequest(steps: 25))) == nil)
      let before = driver.step
      driver.finish()
      #expect(driver.step == before && driver.core.experiment?.phase == .done)
      #expect(driver.core.experiment?.rangeTest?.points.isEmpty == false)
      driver.send(.end)
      let edits: [Edit] = [
        .setLearningRate(0.05), .setDropout(layer: "dropout1", rate: 0.4),
        kind == .plain ? .freeze(layers: ["conv1"]) : .thaw(layers: ["conv1", "norm1"]),
      ]
      #expect(driver.refusal(of: .compare(ComparisonRequest(edits: edits, steps: 9))) == nil)
      driver.finish()
      #expect(driver.step == before && driver.core.experiment?.phase == .done)
      driver.send(.end)
      // One that is left in the middle.
      driver.send(.compare(ComparisonRequest(edits: edits, steps: 9)))
      driver.tick(17)
      #expect(driver.core.experiment?.phase == .running)
      driver.send(.end)
    }
    alone.finish()
    driver.finish()
    #expect(driver.state == .finished(.completed(epochs: 4)))
    #expect(state(of: driver.trainer) == state(of: alone.trainer))
    #expect(driver.trainer.settings == alone.trainer.settings)
    #expect(points(driver.core.history) == points(alone.core.history))
    #expect(driver.core.history.edits.map(\.change) == alone.core.history.edits.map(\.change))
    var (mine, others) = (driver.trainer.progress, alone.trainer.progress)
    (mine.seconds, others.seconds) = (0, 0)
    #expect(mine == others)
  }

  @Test func journalAndCheckpointsAreThoseOfTheRunAlone() throws {
    func journaled(experiments: Bool) throws -> (JournalContents, [String: [Float]]) {
      let disk = RunOnDisk()
      let driver = EngineDriver(run: try disk.create(SmallProblem.configuration()))
      driver.train(toStep: 4)
      if experiments {
        driver.send(.testRange(RangeTestRequest(steps: 12)))
        driver.finish()
        driver.send(.end)
        driver.send(.compare(ComparisonRequest(edits: [.setMomentum(0.5)], steps: 5)))
        driver.finish()
        driver.send(.end)
      }
      driver.finish()
      return (try disk.folder.journal(), state(of: driver.trainer))
    }
    let (with, without) = (
      try journaled(experiments: true), try journaled(experiments: false)
    )
    #expect(points(with.0.history) == points(without.0.history))
    #expect(with.0.edits.isEmpty && without.0.edits.isEmpty)
    #expect(with.0.checkpoints.map(\.step) == without.0.checkpoints.map(\.step))
    #expect(with.1 == without.1)
  }

  @Test(arguments: Kind.allCases) func withoutTheEditTheCopyDoesWhatTheRunWould(kind: Kind) throws {
    let driver = try driver(kind)
    driver.train(toStep: 4)
    if kind == .corrected { leaveOut(driver) }
    let steps = driver.trainer.stepsPerEpoch + 2
    driver.send(.compare(ComparisonRequest(edits: [.setWeightDecay(0.1)], steps: steps)))
    driver.finish()
    let comparison = try #require(driver.core.experiment?.comparison)
    #expect(comparison.without.allSatisfy { $0.steps == steps })
    driver.send(.end)
    driver.train(toStep: 4 + steps)
    let losses = driver.core.history[.trainLoss].points(from: 4).prefix(steps).map(\.value)
    #expect(comparison.without[0].losses == losses)
    // Other orders of the data are others.
    #expect(comparison.without[1].losses != losses)
    #expect(comparison.without[2].losses != comparison.without[1].losses)
  }

  @Test func aScheduleThatWaitsForAPlateauIsFollowed() throws {
    var configuration = SmallProblem.configuration()
    configuration.schedule = try Schedule(text: "plateau:1,0.1")
    configuration.learningRate = 1e-9
    configuration.epochs = 5
    let driver = EngineDriver(configuration)
    driver.train(toStep: 8)
    let steps = 3 * driver.trainer.stepsPerEpoch
    driver.send(.compare(ComparisonRequest(edits: [.setMomentum(0.5)], steps: steps)))
    driver.finish()
    let losses = try #require(driver.core.experiment?.comparison?.without[0].losses)
    driver.send(.end)
    driver.train(toStep: 8 + steps)
    #expect(
      losses == driver.core.history[.trainLoss].points(from: 8).prefix(steps).map(\.value))
    #expect(driver.trainer.progress.plateau.factor < 1)
  }

  // MARK: - Range test

  @Test func theRateRisesFromBoundToBoundAndTheTestEndsWhereTheLossDoes() throws {
    let driver = EngineDriver()
    driver.train(toStep: 5)
    driver.send(.testRange(RangeTestRequest()))
    driver.finish()
    let test = try #require(driver.core.experiment?.rangeTest)
    #expect(test.ending == .diverged || test.ending == .notANumber)
    #expect(test.learningRate == 0.01 && test.scheduleFactor == 1)
    #expect(test.points.count > 50 && test.points.count <= 100)
    #expect(test.points[0].rate == 1e-7)
    let ratios = zip(test.points, test.points.dropFirst()).map { $1.rate / $0.rate }
    #expect(ratios.allSatisfy { abs($0 - ratios[0]) < 1e-9 })
    let valley = try #require(test.valley.map { test.points[$0].rate })
    let steepest = try #require(test.steepest.map { test.points[$0].rate })
    #expect(1e-6...1 ~= valley && 1e-6...1 ~= steepest)
  }

  @Test func aLossThatIsNoNumberEndsItAndNotTheRun() throws {
    let driver = EngineDriver()
    driver.train(toStep: 2)
    driver.send(.testRange(RangeTestRequest(lowest: 1e5, highest: 1e6, steps: 10)))
    driver.finish()
    let test = try #require(driver.core.experiment?.rangeTest)
    #expect(test.ending != nil && test.ending != .complete)
    #expect(test.valley == nil)
    driver.send(.end)
    driver.finish()
    #expect(driver.state == .finished(.completed(epochs: 3)))
  }

  @Test func aRunThatIsDoneCanBeTestedAndNotCompared() throws {
    let driver = EngineDriver()
    driver.finish()
    #expect(
      driver.refusal(of: .compare(ComparisonRequest(edits: [.setMomentum(0)], steps: 5)))
        == .epochsAreDone(3))
    #expect(driver.refusal(of: .testRange(RangeTestRequest(steps: 20))) == nil)
    driver.finish()
    #expect(driver.core.experiment?.rangeTest?.points.isEmpty == false)
    driver.send(.end)
    #expect(driver.state == .finished(.completed(epochs: 3)))
  }

  // MARK: - Comparison

  @Test func aFrozenNetworkIsClearlyWorseAndAnEditThatBreaksItIsBroken() throws {
    let driver = EngineDriver()
    driver.train(toStep: 2)
    driver.send(.compare(ComparisonRequest(edits: [.setLearningRate(1e-9)], steps: 12)))
    driver.finish()
    var comparison = try #require(driver.core.experiment?.comparison)
    let difference = try #require(comparison.trainingDifference)
    #expect(difference.mean > 0 && difference.isClear)
    #expect(comparison.sampledImages == 30)
    #expect(try #require(comparison.validationDifference).mean > 0)
    #expect(comparison.changes == [.value(.learningRate, from: 0.01, to: 1e-9)])
    driver.send(.end)
    driver.send(.compare(ComparisonRequest(edits: [.setLearningRate(1e6)], steps: 12)))
    driver.finish()
    comparison = try #require(driver.core.experiment?.comparison)
    if comparison.isBroken { #expect(comparison.trainingDifference == nil) }
    #expect(comparison.without.allSatisfy { $0.brokenAt == nil && $0.steps == 12 })
    #expect(driver.core.experiment?.phase == .done)
  }

  @Test func moreStepsGoOnFromWhereItIsAndFewerEndIt() throws {
    func losses(_ body: (EngineDriver) -> Void) throws -> Comparison {
      let driver = EngineDriver()
      driver.train(toStep: 3)
      body(driver)
      driver.finish()
      return try #require(driver.core.experiment?.comparison)
    }
    let whole = try losses {
      $0.send(.compare(ComparisonRequest(edits: [.setMomentum(0.5)], steps: 8)))
    }
    let extended = try losses {
      $0.send(.compare(ComparisonRequest(edits: [.setMomentum(0.5)], steps: 4)))
      $0.finish()
      $0.send(.setSteps(8))
    }
    #expect(extended == whole)
    let shortened = try losses {
      $0.send(.compare(ComparisonRequest(edits: [.setMomentum(0.5)], steps: 8)))
      $0.tick(6 + 2 * 6)
      $0.send(.setSteps(1))
    }
    #expect(shortened.steps == 2 && shortened.stepsDone == 2)
    // A run has no more steps than are left to it.
    let most = try losses {
      $0.send(.compare(ComparisonRequest(edits: [.setMomentum(0.5)], steps: 5000)))
    }
    #expect(most.steps == 3 * 7 - 3 && most.mostSteps == most.steps)
  }

  // MARK: - What is refused

  @Test func whatCannotBeTriedIsRefused() throws {
    let driver = EngineDriver()
    func refusal(_ edits: [Edit], steps: Int = 5) -> Objection? {
      driver.refusal(of: .compare(ComparisonRequest(edits: edits, steps: steps)))
    }
    #expect(refusal([]) == .changesNothing)
    #expect(refusal([.setLearningRate(0.01)]) == .changesNothing)
    #expect(refusal([.solveHead]) == .cannotCompare(.solveHead))
    #expect(refusal([.moveHead(after: "conv1")]) == .cannotCompare(.moveHead(after: "conv1")))
    #expect(refusal([.setDropout(layer: "conv1", rate: 0.5)]) == .noDropoutLayer("conv1"))
    #expect(
      refusal([.freeze(layers: driver.trainer.graph.nodes.map(\.name))]) == .nothingLeftToTrain)
    // The second counts on the first.
    #expect(
      refusal([
        .insertDropout(after: "conv1", rate: 0.2),
        .setDropout(layer: "conv1_dropout", rate: 0.3),
      ]) == nil)
    #expect(driver.refusal(of: Edit.setMomentum(0.5)) == .isExperimenting)
    #expect(driver.refusal(of: .testRange(RangeTestRequest())) == .isExperimenting)
    driver.send(.end)
    #expect(driver.refusal(of: .setSteps(9)) == .noExperiment)
    #expect(driver.refusal(of: .end) == nil)
    #expect(refusal([.setMomentum(0.5)], steps: 0) != nil)
    for request in [
      RangeTestRequest(lowest: 0), RangeTestRequest(highest: .nan),
      RangeTestRequest(lowest: 1, highest: 1), RangeTestRequest(steps: 2),
    ] {
      #expect(driver.refusal(of: .testRange(request)) != nil)
    }
    driver.train(toStep: 7)
    #expect(driver.core.phase == .validating)
    driver.send(.pause)
    #expect(driver.refusal(of: .testRange(RangeTestRequest())) == .isValidating)
  }

  @Test func aValidationIsWaitedFor() throws {
    let driver = EngineDriver()
    driver.train(toStep: 7)
    #expect(driver.core.phase == .validating)
    #expect(driver.refusal(of: .testRange(RangeTestRequest(steps: 10))) == nil)
    #expect(driver.core.experiment == nil)
    driver.finish()
    #expect(driver.step == 7 && driver.core.history[.validationLoss].count == 1)
    #expect(driver.core.experiment?.phase == .done)
    driver.send(.end)
    driver.train(toStep: 14)
    driver.send(.testRange(RangeTestRequest(steps: 10)))
    driver.send(.end)
    driver.finish()
    #expect(driver.state == .finished(.completed(epochs: 3)))
  }

  @Test func memoryThatIsNotThereIsSaidWithBothNumbers() throws {
    let configuration = SmallProblem.configuration()
    let prepared = try PreparedModel(
      SmallProblem.imported(SmallProblem.classifier()), configuration: configuration,
      classes: SmallProblem.data().classes, pool: WorkerPool(threads: 1))
    final class Memory { var free = 1 << 30 }
    let memory = Memory()
    let trainer = try Trainer(
      prepared, data: SmallProblem.data(), configuration: configuration, cachePath: nil,
      availableMemory: { memory.free }, pool: WorkerPool(threads: 1))
    _ = try RangeTestRun(RangeTestRequest(), on: trainer)
    memory.free = 1000
    let error = #expect(throws: MemoryShortage.self) {
      _ = try RangeTestRun(RangeTestRequest(), on: trainer)
    }
    #expect(error.map { $0.needed > 1000 && $0.available == 1000 } == true)
    #expect(throws: MemoryShortage.self) {
      _ = try ComparisonRun(
        ComparisonRequest(edits: [], steps: 5), edited: trainer.settings, changes: [], on: trainer)
    }
  }

  // MARK: - Beside the run's own controls

  @Test func aPausedRunStaysPausedAndARunThatIsStoppedLetsGo() throws {
    let driver = EngineDriver()
    driver.train(toStep: 3)
    driver.send(.pause)
    driver.send(.testRange(RangeTestRequest(steps: 10)))
    #expect(driver.core.wantsToRun && driver.state == .paused)
    driver.finish()
    driver.send(.end)
    #expect(!driver.core.wantsToRun && driver.state == .paused && driver.step == 3)
    driver.send(.resume)
    driver.send(.testRange(RangeTestRequest(steps: 10)))
    driver.tick(4)
    driver.send(.stop(checkpoint: true))
    #expect(driver.core.experiment == nil)
    #expect(driver.state == .finished(.stopped(step: 3)))
  }

  @Test func theEngineShowsItAndSaysWhatCameOfIt() async {
    let waiter = EngineWaiter()
    var configuration = SmallProblem.configuration()
    configuration.epochs = 1000
    let engine = Engine(
      configuration: configuration, model: "small",
      prepare: { [configuration] _ in try SmallProblem.inputs(configuration) },
      onChange: { waiter.wake() })
    let sender = RequestSender(3)
    sender.send(.control(.pause), to: engine)
    sender.send(.experiment(.testRange(RangeTestRequest(steps: 30))), to: engine)
    await waiter.wait { engine.experiment?.phase == .done }
    #expect(engine.snapshot.progress.step == 0)
    let said = engine.events(after: 0).contains {
      if case .notice(.rangeTested) = $0.event { true } else { false }
    }
    #expect(said)
    sender.send(.experiment(.end), to: engine)
    await waiter.wait { engine.experiment == nil }
    sender.send(.control(.stop(checkpoint: false)), to: engine)
    await waiter.wait { if case .finished = engine.snapshot.state { true } else { false } }
  }
}
