import EngineInterface
import Files
import Network
import RunStore
import TestSupport
import Testing

@testable import Training

/// A search beside an open run: the run does not notice it.
@Suite struct SideSearchTests {
  static func configuration() -> EngineConfiguration {
    var configuration = SmallProblem.configuration()
    configuration.epochs = 4
    configuration.freeze = ["conv1", "norm1"]
    configuration.momentum = 0.8
    return configuration
  }

  static func order(
    _ wishes: [String] = ["learning-rate", "max-norm"], trials: Int = 6, epochs: Int = 2,
    from origin: SearchOrder.Origin = .now
  ) -> SearchOrder {
    SearchOrder(
      wishes: wishes, budget: SearchBudget(trials: trials, epochs: epochs), origin: origin)
  }

  /// All tensors of a checkpoint, and all counters.
  static func state(of trainer: Trainer) -> [String: [Float]] {
    let checkpoint = trainer.checkpoint()
    var state = trainer.weights
    for slot in checkpoint.slots { state["\(slot.parameter)/\(slot.name)"] = slot.values.values }
    for (name, count) in checkpoint.counters { state[name] = [Float(count)] }
    return state
  }

  static func points(_ driver: EngineDriver) -> [[MetricSeries.Point]] {
    [.trainLoss, .trainAccuracy, .learningRate, .validationLoss, .validationAccuracy].map {
      driver.core.history[$0].points(from: 0)
    }
  }

  // MARK: - The run

  @Test(arguments: [SearchOrder.Origin.now, .start], [false, true])
  func theRunEndsWithTheSameBitsAsAlone(origin: SearchOrder.Origin, isEdited: Bool) throws {
    let alone = EngineDriver(Self.configuration())
    let driver = EngineDriver(Self.configuration())
    let lastStep = alone.trainer.stepsPerEpoch * 2 + 1
    for step in [3, lastStep] {
      for one in [alone, driver] { one.train(toStep: step) }
      if step == 3 { #expect(driver.refusal(steering: .start(Self.order(from: origin))) == nil) }
      guard isEdited else { continue }
      for one in [alone, driver] {
        one.send(.setLearningRate(step == 3 ? 0.03 : 0.004))
        one.send(step == 3 ? .thaw(layers: ["conv1", "norm1"]) : .freeze(layers: ["conv2"]))
      }
    }
    // Both have had a part of the work.
    #expect(driver.core.search?.steps ?? 0 > 0)
    alone.finish()
    driver.finish()
    #expect(driver.state == .finished(.completed(epochs: 4)))
    let isSame = Self.state(of: driver.trainer) == Self.state(of: alone.trainer)
    #expect(isSame)
    #expect(driver.trainer.settings == alone.trainer.settings)
    #expect(Self.points(driver) == Self.points(alone))
    let search = try #require(driver.core.search)
    #expect(search.phase == .over(.trials(6)))
  }

  @Test func workIsSharedStepByStep() throws {
    let driver = EngineDriver(Self.configuration())
    driver.train(toStep: 2)
    driver.steer(.start(Self.order()))
    for count in 1...5 {
      driver.tick(2)
      #expect(driver.step == 2 + count)
    }
    // The search alone has the queue while the run waits, and the run alone while the search does.
    driver.send(.pause)
    let step = driver.step
    driver.tick(5)
    #expect(driver.step == step && driver.core.wantsToRun)
    driver.steer(.pause)
    #expect(!driver.core.wantsToRun && driver.core.search?.phase == .paused)
    driver.send(.resume)
    let trials = driver.core.search?.trials
    driver.tick(1)
    #expect(driver.step > step || driver.core.search?.trials == trials)
  }

  /// A search is a matter of weights, settings and its seed alone.
  @Test func itComesToTheTableOfTheSameSearchAlone() throws {
    let driver = EngineDriver(Self.configuration())
    driver.train(toStep: 9)
    let trainer = driver.trainer
    let subject = SearchSubject(
      trainer.prepared.branched(trainer.settings) { _ in false }, settings: trainer.settings,
      data: trainer.data, configuration: Self.configuration(), pool: trainer.pool
    ) { _ in throw Objection.noSearch }
    driver.steer(.start(Self.order()))
    driver.finish()
    let record = SearchRecord(
      dimensions: try #require(driver.core.search).dimensions, budget: Self.order().budget,
      seed: Self.configuration().seed)
    let core = try SearchCore(subject, record, folder: nil)
    while core.wantsToRun { core.tick() }
    #expect(core.planner.trials == driver.core.search?.trials)
  }

  @Test func fromTheStartItHasTheWeightsThatTheRunBeganWith() throws {
    let early = EngineDriver(Self.configuration())
    early.steer(.start(Self.order()))
    early.finish()
    let late = EngineDriver(Self.configuration())
    late.train(toStep: 11)
    late.send(.setLearningRate(0.5))
    late.steer(.start(Self.order(from: .start)))
    late.finish()
    let (first, second) = (early.core.search, late.core.search)
    #expect(first?.trials == second?.trials)
    #expect(second?.beginning == SearchBeginning(origin: .start, step: 0))
  }

  // MARK: - On disk

  @Test(arguments: [1, 40, 90])
  func killedInTheMiddleBothGoOn(ticks: Int) throws {
    let configuration = Self.configuration()
    let whole = EngineDriver(configuration)
    whole.train(toStep: 8)
    whole.steer(.start(Self.order()))
    whole.finish()
    let disk = RunOnDisk()
    var driver: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    driver?.train(toStep: 8)
    driver?.steer(.start(Self.order()))
    driver?.tick(ticks)
    driver = nil
    let resumed = EngineDriver(
      configuration, run: try disk.open(), start: .resume(trainsOn: false))
    #expect(resumed.core.failure == nil)
    #expect(resumed.core.search?.beginning == SearchBeginning(origin: .now, step: 8))
    resumed.finish()
    #expect(resumed.core.search?.trials == whole.core.search?.trials)
    let isSame = Self.state(of: resumed.trainer) == Self.state(of: whole.trainer)
    #expect(isSame)
  }

  @Test func stoppedItIsLeftAndCanBeGoneOnWith() throws {
    let configuration = Self.configuration()
    let disk = RunOnDisk()
    var driver: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    driver?.train(toStep: 4)
    driver?.steer(.start(Self.order()))
    driver?.tick(30)
    driver?.send(.stop(checkpoint: true))
    #expect(driver?.core.wantsToRun == false)
    driver = nil
    let resumed = EngineDriver(
      configuration, run: try disk.open(), start: .resume(trainsOn: false))
    resumed.finish()
    #expect(resumed.core.search?.phase == .over(.trials(6)))
    // A second one has a folder of its own, and the first stays.
    #expect(resumed.refusal(steering: .start(Self.order(["dropout"]))) == nil)
    #expect(try disk.folder.lastSearch()?.name == "search-2")
  }

  @Test func aDamagedSearchLeavesTheRunAsItIs() throws {
    let configuration = Self.configuration()
    let disk = RunOnDisk()
    var driver: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    driver?.train(toStep: 4)
    driver?.steer(.start(Self.order()))
    driver?.tick(30)
    driver = nil
    let folder = try #require(try disk.folder.lastSearch())
    try OutputFile.write(Array("nonsense".utf8), to: folder.startPath)
    let resumed = EngineDriver(
      configuration, run: try disk.open(), start: .resume(trainsOn: false))
    let events = resumed.core.takeEvents()
    #expect(
      events.contains {
        if case .notice(.searchFailed(let words)) = $0 {
          words.contains("start.safetensors")
        } else {
          false
        }
      })
    resumed.finish()
    #expect(resumed.state == .finished(.completed(epochs: 4)))
  }

  // MARK: - What cannot be

  @Test func whatCannotBeSearchedIsRefusedWithTheReason() throws {
    let blind = EngineDriver(
      Self.configuration(), data: SmallProblem.data(validation: 0))
    #expect(blind.refusal(steering: .start(Self.order())) == .noValidation)
    let driver = EngineDriver(Self.configuration())
    func words(_ order: SearchOrder) -> String {
      if case .outOfRange(let objection) = driver.refusal(steering: .start(order)) {
        "\(objection)"
      } else {
        ""
      }
    }
    #expect(words(Self.order(trials: 0)).contains("1 to 100000 trials"))
    let endless = SearchOrder(wishes: [], budget: SearchBudget(epochs: 2), origin: .now)
    #expect(words(endless).contains("a number of trials"))
    #expect(words(Self.order(["nonsense"])).contains("found nonsense"))
    #expect(words(Self.order(["dropout:nowhere"])).contains("found nowhere"))
    #expect(words(Self.order(["learning-rate=2..1"])).contains("learning-rate"))
    #expect(driver.refusal(steering: .pause) == .noSearch)
    #expect(driver.core.search == nil)
    driver.steer(.start(Self.order()))
    #expect(driver.refusal(steering: .start(Self.order())) == .isSearching)
    driver.steer(.stop)
    #expect(driver.refusal(steering: .start(Self.order())) == nil)
  }

  @Test func aNetworkWithoutDropoutIsOfferedAPlaceForIt() throws {
    let driver = EngineDriver(
      SmallProblem.configuration(), graph: try SmallProblem.withoutDropout())
    driver.train(toStep: 3)
    guard case .outOfRange(let offer)? = driver.refusal(steering: .start(Self.order(["dropout"])))
    else {
      Issue.record("dropout was not refused")
      return
    }
    #expect("\(offer)".contains("dropout:dense1"), "\(offer)")
    #expect(driver.refusal(steering: .start(Self.order(["dropout:dense1"]))) == nil)
    driver.finish()
    // Adopted, it is put into the run's network, and undone it goes again.
    let (before, rate) = (
      driver.trainer.settings, driver.core.search?.trials[2].point.values[0].number
    )
    driver.steer(.adopt(trial: 2, withWeights: false))
    #expect(driver.trainer.settings.insertedDropout["dense1"] == rate && rate != nil)
    driver.send(.replace(before))
    #expect(driver.trainer.settings.insertedDropout.isEmpty)
  }
}

extension SmallProblem {
  /// The small network without its dropout layer.
  static func withoutDropout() throws -> Graph {
    let whole = try classifier()
    return try Graph(
      name: "plain", inputShape: whole.inputShape,
      nodes: whole.nodes.filter { $0.name != "dropout1" }.map {
        $0.name == "output"
          ? Graph.Node(name: $0.name, layer: $0.layer, inputs: ["dense1"]) : $0
      })
  }
}
