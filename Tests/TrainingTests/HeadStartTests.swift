import EngineInterface
import Foundation
import Kernels
import ModelFormats
import Network
import RunStore
import TestSupport
import Testing

@testable import Datasets
@testable import Training

/// A head that is solved before the first step, and one that is put after a layer of one's choice.
struct HeadStartTests {
  private static func ridge(
    _ change: (inout EngineConfiguration) -> Void = { _ in }
  ) -> EngineConfiguration {
    var configuration = SmallProblem.configuration()
    configuration.head = HeadRequest()
    configuration.headStart = .ridge
    change(&configuration)
    return configuration
  }

  /// Works until the head is solved.
  private static func solve(_ driver: EngineDriver) {
    while driver.core.phase == .solvingHead { driver.core.tick() }
  }

  /// What the layers below the head make of the training images, computed another way.
  private static func features(_ trainer: Trainer) throws -> [Float] {
    let graph = trainer.model.graph
    let trunk = try Graph(
      name: "trunk", inputShape: graph.inputShape, nodes: Array(graph.nodes.dropLast()))
    let images = trainer.data.train
    let pixels = FloatBuffer(count: images.count * images.imageCount)
    for index in 0..<images.count {
      try images.copyImage(index, into: pixels.pointer + index * images.imageCount)
    }
    return try Predictor(trainer.model, graph: trunk, pool: WorkerPool(threads: 1))
      .predict(pixels.values)
  }

  @Test func headBeginsWithTheSolutionOnTheFrozenTrunk() throws {
    let driver = EngineDriver(Self.ridge { $0.freezeAllButHead = true })
    let trainer = driver.trainer
    #expect(driver.core.phase == .solvingHead)
    #expect(driver.state == .preparing(.solvingHead(.readingFeatures(share: 0))))
    let before = trainer.weights
    Self.solve(driver)
    #expect(driver.core.phase == .training && driver.step == 0)

    let solver = try RidgeSolver(
      labels: trainer.data.train.labels, width: 16, outputs: 3, pool: WorkerPool(threads: 1))
    let features = try Self.features(trainer)
    while solver.stage != .done {
      guard solver.wantsRows else {
        try solver.compute()
        continue
      }
      features.withUnsafeBufferPointer { solver.add(100, $0.baseAddress!) }
    }
    let wanted = try #require(solver.solution)
    #expect(trainer.weights["output/kernel"] == wanted.weights)
    #expect(trainer.weights["output/bias"] == wanted.bias)
    // Everything else stands as it was.
    for (name, values) in before where !name.hasPrefix("output/") {
      #expect(trainer.weights[name] == values, "\(name)")
    }
    #expect(wanted.leaveOneOutAccuracy > 0.8)
  }

  @Test func solvedHeadIsGoodBeforeItHasTrained() throws {
    func accuracy(_ start: HeadStart) throws -> Double {
      let driver = EngineDriver(
        Self.ridge {
          $0.headStart = start
          $0.optimizer = .sgd
          $0.learningRate = 1e-9
          $0.epochs = 1
        })
      driver.finish()
      return try #require(driver.core.telemetry.latest.validationAccuracy)
    }
    let (solved, random) = try (accuracy(.ridge), accuracy(.random))
    #expect(solved > random + 0.2, "\(solved), \(random)")
  }

  enum Way: CaseIterable {
    case withoutCache, otherBatch, moreThreads, nothingFrozen, someFrozen, dropoutBeforeAll

    func change(_ configuration: inout EngineConfiguration) {
      switch self {
      case .withoutCache: configuration.cacheBudget = 0
      case .otherBatch: configuration.batch = 7
      case .moreThreads: configuration.threads = 3
      case .nothingFrozen: configuration.freezeAllButHead = false
      case .someFrozen:
        configuration.freezeAllButHead = false
        configuration.freeze = ["conv1"]
      case .dropoutBeforeAll: configuration.inputDropout = 0.2
      }
    }
  }

  /// However features are found, and whoever computes them: the same bits.
  @Test(arguments: Way.allCases)
  func solutionDependsOnWeightsAndImagesAlone(_ way: Way) throws {
    let plain = EngineDriver(Self.ridge { $0.freezeAllButHead = true })
    Self.solve(plain)
    let other = EngineDriver(
      Self.ridge {
        $0.freezeAllButHead = true
        way.change(&$0)
      })
    Self.solve(other)
    #expect(plain.trainer.weights == other.trainer.weights)
  }

  @Test func featuresOfTheFrozenTrunkAreComputedOnce() throws {
    let driver = EngineDriver(Self.ridge { $0.freezeAllButHead = true })
    Self.solve(driver)
    #expect(driver.trainer.cacheStatus.cachedImages >= driver.trainer.data.train.count)
    driver.train(toStep: 3)
    // Training goes on with them.
    #expect(driver.trainer.cacheStatus.hitShare == 1)
  }

  // MARK: - Ends and beginnings

  @Test func killedBeforeItsFirstCheckpointARunSolvesItsHeadAgain() throws {
    let configuration = Self.ridge()
    let whole = EngineDriver(configuration)
    whole.finish()
    let disk = RunOnDisk()
    for ticks in [0, 3, 12] {
      let start: EngineStart = ticks == 0 ? .new : .resume()
      let run = try ticks == 0 ? disk.create(configuration) : disk.open()
      let killed = EngineDriver(configuration, run: run, start: start)
      killed.tick(ticks)
      #expect(killed.core.phase == .solvingHead || killed.step < 3)
    }
    let resumed = EngineDriver(configuration, run: try disk.open(), start: .resume())
    resumed.finish()
    #expect(resumed.trainer.weights == whole.trainer.weights)
  }

  @Test func stoppedWhileItIsBeingSolvedARunGoesOnWithSolving() throws {
    let configuration = Self.ridge()
    let disk = RunOnDisk()
    let stopped = EngineDriver(configuration, run: try disk.create(configuration))
    stopped.tick(2)
    #expect(stopped.core.phase == .solvingHead)
    // Weights of which nothing is known yet are in no checkpoint.
    #expect(stopped.refuses(.checkpoint))
    stopped.send(.stop(checkpoint: true))
    #expect(stopped.state == .finished(.stopped(step: 0)))
    #expect(stopped.trainer.headSolving == nil)
    // It can go on at once, too.
    #expect(!stopped.refuses(.resume))
    #expect(stopped.core.phase == .solvingHead)
    let whole = EngineDriver(configuration)
    whole.finish()
    stopped.finish()
    #expect(stopped.trainer.weights == whole.trainer.weights)
  }

  @Test func checkpointsHaveTheHeadThatWasSolved() throws {
    let configuration = Self.ridge()
    let disk = RunOnDisk()
    do {
      let first = EngineDriver(configuration, run: try disk.create(configuration))
      first.train(toStep: 4)
      first.send(.stop(checkpoint: true))
    }
    let resumed = EngineDriver(configuration, run: try disk.open(), start: .resume())
    #expect(resumed.core.phase == .training && resumed.step == 4)
    resumed.finish()
    let whole = EngineDriver(configuration)
    whole.finish()
    #expect(resumed.trainer.weights == whole.trainer.weights)
  }

  @Test func editsWhileItIsBeingSolvedChangeNothingOfIt() throws {
    let plain = EngineDriver(Self.ridge { $0.freezeAllButHead = true })
    Self.solve(plain)
    let edited = EngineDriver(Self.ridge { $0.freezeAllButHead = true })
    edited.tick(2)
    edited.send(.thaw(layers: ["conv1", "dense1"]))
    edited.tick(5)
    edited.send(.insertDropout(after: "conv1", rate: 0.5))
    Self.solve(edited)
    #expect(plain.trainer.weights == edited.trainer.weights)
    #expect(!edited.trainer.settings.frozen.contains("conv1"))
    edited.train(toStep: 2)
    #expect(edited.step == 2)
  }

  // MARK: - What cannot be

  private static func objection(
    outputs: Int = 3, activation: Activation? = nil,
    _ change: (inout EngineConfiguration) -> Void
  ) -> ConfigurationError? {
    do {
      var graph = try SmallProblem.classifier(outputs: outputs)
      if let activation {
        var nodes = graph.nodes
        nodes[nodes.count - 1].layer = Dense(units: outputs, activation: activation)
        graph = try Graph(name: "small", inputShape: graph.inputShape, nodes: nodes)
      }
      var configuration = SmallProblem.configuration()
      change(&configuration)
      _ = try PreparedModel(
        SmallProblem.imported(graph), configuration: configuration, classes: ["a", "b", "c"],
        pool: WorkerPool(threads: 1))
      return nil
    } catch {
      return error as? ConfigurationError
    }
  }

  @Test func onlyANewHeadIsSolved() throws {
    let kept = try #require(Self.objection { $0.headStart = .ridge })
    #expect(kept.option == "head-start" && kept.expected.contains("--head N"))
    let sigmoids = Self.objection(activation: .sigmoid) { $0.headStart = .ridge }
    #expect(sigmoids?.option == "head-start")
    // A new one has a softmax, whatever the old one had.
    #expect(
      Self.objection(activation: .sigmoid) {
        $0.headStart = .ridge
        $0.head = HeadRequest()
      } == nil)
    var configuration = Self.ridge { $0.head = HeadRequest(keepsTrained: true) }
    #expect(throws: ConfigurationError.self) { try configuration.check() }
    configuration.headStart = nil
    configuration.head?.after = "flatten"
    #expect(throws: ConfigurationError.self) { try configuration.check() }
  }

  // MARK: - After a layer of one's choice

  private static func prepared(after layer: String, hidden: [Int] = []) throws -> PreparedModel {
    var configuration = SmallProblem.configuration()
    configuration.head = HeadRequest(hidden: hidden, after: layer)
    return try PreparedModel(
      SmallProblem.imported(try SmallProblem.classifier()), configuration: configuration,
      classes: ["a", "b"], pool: WorkerPool(threads: 1))
  }

  @Test func networkIsCutAfterALayer() throws {
    let prepared = try Self.prepared(after: "flatten")
    #expect(
      prepared.model.graph.nodes.map(\.name)
        == ["conv1", "norm1", "relu1", "pool1", "conv2", "flatten", "output"])
    #expect(prepared.newLayers == ["output"])
    #expect(
      prepared.notices == [
        "the network is cut after flatten, without dense1, dropout1, output; output on it"
      ])
    let hidden = try Self.prepared(after: "dense1", hidden: [5])
    #expect(hidden.model.graph.nodes.suffix(3).map(\.name) == ["dense1", "hidden1", "output"])
  }

  /// What has height and width is averaged over them.
  @Test func imagesInTheMiddleOfANetworkAreAveraged() throws {
    let graph = try Self.prepared(after: "pool1").model.graph
    #expect(graph.nodes.suffix(3).map(\.name) == ["pool1", "output_pool", "output"])
    #expect(graph.outputShape.dimensions == [2])
  }

  @Test(arguments: [("flaten", "flatten"), ("Dense", "dense1"), ("conv", "conv1")])
  func layerThatIsNotThereIsAnsweredWithTheNearest(_ given: String, _ nearest: String) throws {
    let error = try #require(
      Self.objection { $0.head = HeadRequest(after: given) })
    #expect(error.option == "head-after" && error.found == given)
    #expect(error.expected.contains("'\(nearest)'"))
  }

  @Test func branchesThatAreNotOnTheWayGo() throws {
    let graph = try SmallProblem.branchedGraph().replacingHead(outputs: 2, after: "conv3").graph
    #expect(
      graph.nodes.map(\.name) == ["conv1", "norm1", "act1", "conv3", "output_pool", "output"])
  }

  @Test func runsRememberWhereTheirHeadIs() throws {
    let configuration = Self.ridge { $0.head = HeadRequest(outputs: 4, after: "flatten") }
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(EngineConfiguration.self, from: data) == configuration)
    // Older runs say nothing of it.
    let older = try JSONEncoder().encode(SmallProblem.configuration())
    #expect(!String(decoding: older, as: UTF8.self).contains("headStart"))
    #expect(try JSONDecoder().decode(EngineConfiguration.self, from: older).headStart == nil)
  }
}
