import EngineInterface
import Kernels
import Network
import RunStore
import TestSupport
import Testing

@testable import Training

/// A paused run's network, cut after a layer of one's choice, with a new head on it.
struct MoveHeadTests {
  private static func configuration() -> EngineConfiguration {
    var configuration = SmallProblem.configuration()
    configuration.head = HeadRequest()
    configuration.freeze = ["conv1"]
    configuration.multipliers = [PatternValue(pattern: "dense1", value: 0.5)]
    return configuration
  }

  private static func edit(_ driver: EngineDriver, atStep step: Int, _ edits: [Edit]) {
    driver.train(toStep: step)
    driver.send(.pause)
    for edit in edits {
      #expect(driver.refusal(of: edit) == nil, "\(edit)")
      while driver.core.phase == .solvingHead { driver.core.tick() }
    }
    driver.send(.resume)
  }

  @Test func networkOfAPausedRunIsCut() throws {
    let driver = EngineDriver(Self.configuration())
    driver.train(toStep: 4)
    let before = driver.trainer.weights
    Self.edit(driver, atStep: 4, [.moveHead(after: "flatten")])
    let names = driver.core.makeSnapshot().layers.map(\.name)
    #expect(
      names == [
        "conv1", "norm1", "relu1", "pool1", "conv2", "flatten", "output_flatten",
      ])
    #expect(driver.core.history.edits.map(\.change) == [.movedHead(after: "flatten")])
    driver.train(toStep: 9)
    let after = driver.trainer.weights
    // What was cut off waits as it was; the rest trains.
    for name in ["dense1/kernel", "output/kernel", "conv1/kernel"] {
      #expect(after[name] == before[name], "\(name)")
    }
    #expect(after["conv2/kernel"] != before["conv2/kernel"])
    #expect(after["output_flatten/kernel"]?.count == 8 * 3)
    driver.finish()
    #expect(driver.trainer.isDone)
  }

  @Test func whatHasHeightAndWidthIsAveraged() {
    let driver = EngineDriver(Self.configuration())
    Self.edit(driver, atStep: 2, [.moveHead(after: "relu1")])
    let layers = driver.core.makeSnapshot().layers
    #expect(layers.suffix(2).map(\.name) == ["output_relu1_pool", "output_relu1"])
    driver.train(toStep: 4)
    #expect(driver.step == 4)
  }

  @Test func itIsRefusedWithAReason() {
    let driver = EngineDriver(Self.configuration())
    driver.train(toStep: 2)
    #expect(driver.refusal(of: .moveHead(after: "flatten")) == .isNotPaused)
    driver.send(.pause)
    driver.send(.insertDropout(after: "conv2", rate: 0.5))
    #expect(driver.refusal(of: .moveHead(after: "none")) == .unknownLayer("none"))
    #expect(driver.refusal(of: .moveHead(after: "output")) == .cannotCarryHead("output"))
    #expect(
      driver.refusal(of: .moveHead(after: "conv2_dropout")) == .cannotCarryHead("conv2_dropout"))
    #expect(driver.refusal(of: .moveHead(after: "flatten")) == nil)
    #expect(driver.refusal(of: .moveHead(after: "dense1")) == .unknownLayer("dense1"))
    driver.send(.freeze(layers: ["norm1", "conv2"]))
    driver.send(.solveHead)
    #expect(driver.refusal(of: .moveHead(after: "pool1")) == .isSolvingHead)
    #expect(driver.refusal(of: .replace(TuningSettings())) == .isSolvingHead)
  }

  @Test func whatWasSaidOfLayersThatAreCutOffWaits() {
    let driver = EngineDriver(Self.configuration())
    Self.edit(
      driver, atStep: 2,
      [
        .setDropout(layer: "dropout1", rate: 0.3), .insertDropout(after: "dense1", rate: 0.2),
        .insertDropout(after: "flatten", rate: 0.4), .moveHead(after: "flatten"),
      ])
    #expect(
      driver.core.makeSnapshot().layers.suffix(2).map(\.name)
        == ["flatten_dropout", "output_flatten"])
    driver.train(toStep: 3)
    let settings = driver.trainer.settings
    var back = settings
    back.headAfter = nil
    Self.edit(driver, atStep: 3, [.replace(back)])
    let layers = driver.core.makeSnapshot().layers
    #expect(layers.last?.name == "output")
    #expect(layers.first { $0.name == "dropout1" }?.dropout == 0.3)
    #expect(layers.contains { $0.name == "dense1_dropout" })
    driver.train(toStep: 5)
    #expect(driver.step == 5)
  }

  /// The old head is there again as it was; one that is put on a layer anew begins anew.
  @Test func takenBackTheOldHeadIsThereAgain() {
    let driver = EngineDriver(Self.configuration())
    driver.train(toStep: 3)
    let old = driver.trainer.weights
    let settings = driver.trainer.settings
    Self.edit(driver, atStep: 3, [.moveHead(after: "flatten")])
    let fresh = driver.trainer.weights["output_flatten/kernel"]
    driver.train(toStep: 6)
    #expect(driver.trainer.weights["output_flatten/kernel"] != fresh)
    Self.edit(driver, atStep: 6, [.replace(settings)])
    #expect(driver.trainer.weights["output/kernel"] == old["output/kernel"])
    #expect(driver.trainer.weights["output_flatten/kernel"] == nil)
    Self.edit(driver, atStep: 6, [.moveHead(after: "flatten")])
    #expect(driver.trainer.weights["output_flatten/kernel"] == fresh)
    for parameter in driver.trainer.model.parameters["output_flatten"]! {
      #expect(driver.trainer.updater.memory.steps(of: parameter) == 0)
    }
  }

  @Test(arguments: [nil, 2, 5, 8] as [Int?])
  func resumedRunsEndWithTheSameBits(checkpointAt step: Int?) throws {
    let configuration = Self.configuration()
    func train(_ driver: EngineDriver, to end: Int? = nil) {
      func save(_ at: Int) {
        guard step == at else { return }
        driver.train(toStep: at)
        driver.send(.checkpoint)
      }
      save(2)
      Self.edit(
        driver, atStep: 5,
        [
          .moveHead(after: "dense1"), .moveHead(after: "flatten"),
          .freeze(layers: ["norm1", "conv2"]), .solveHead, .thaw(layers: ["conv2"]),
        ])
      save(5)
      save(8)
      if let end { driver.train(toStep: end) } else { driver.finish() }
    }
    let whole = EngineDriver(configuration)
    train(whole)
    let disk = RunOnDisk()
    do {
      let killed = EngineDriver(configuration, run: try disk.create(configuration))
      train(killed, to: 9)
    }
    let resumed = EngineDriver(configuration, run: try disk.open(), start: .resume())
    #expect(resumed.step == step ?? 0 || resumed.step == 7)
    resumed.finish()
    #expect(resumed.trainer.weights == whole.trainer.weights)
    #expect(
      !resumed.core.takeEvents().contains {
        if case .notice(.misfit) = $0 { true } else { false }
      })
    let replayed = EngineDriver(
      configuration, start: .replay(try disk.folder.journal().edits))
    replayed.finish()
    #expect(replayed.trainer.weights == whole.trainer.weights)
  }

  @Test func checkpointsAnswerWithTheHeadThatTheyHave() throws {
    let configuration = Self.configuration()
    let disk = RunOnDisk()
    let driver = EngineDriver(configuration, run: try disk.create(configuration))
    Self.edit(driver, atStep: 3, [.moveHead(after: "flatten")])
    driver.finish()
    let pool = WorkerPool(threads: 1)
    let prepared = try SmallProblem.inputs(configuration).prepared
    let graph = try prepared.restore(
      disk.folder.checkpoint(.last), seed: configuration.seed, pool: pool)
    #expect(graph.index(of: "output_flatten") != nil && graph.index(of: "dense1") == nil)
    let answers = try Predictor(prepared.model, graph: graph, pool: pool)
      .predict([Float](repeating: 0.5, count: 36))
    #expect(answers.count == 3 && abs(answers.reduce(0, +) - 1) < 1e-5)
  }

  @Test func damagedCheckpointsAreRefused() throws {
    let temporary = TemporaryFolder()
    let trainer = try SmallProblem.trainer(Self.configuration())
    for layer in ["none", "", "output"] {
      var checkpoint = trainer.checkpoint()
      checkpoint.settings.headAfter = layer
      try checkpoint.write(to: temporary("checkpoint"))
      let file = try CheckpointFile(path: temporary("checkpoint"))
      #expect(throws: (any Error).self, "\(layer)") {
        try SmallProblem.trainer(Self.configuration()).restore(file)
      }
    }
  }
}
