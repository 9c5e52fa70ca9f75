import EngineInterface
import Network
import Testing

@testable import Training

struct EditTests {
  @Test func editsTakeEffectAndAreAcknowledged() {
    let engine = EngineDriver()
    engine.tick(2)
    engine.send(.freeze(layers: ["conv1", "norm1", "relu1"]))
    engine.send(.setLearningRate(3e-4))
    let snapshot = engine.core.makeSnapshot()
    #expect(snapshot.lastApplied == [RequestID(sender: 1, number: 2)])
    #expect(snapshot.settings.frozen == ["conv1", "norm1"])
    #expect(snapshot.settings.learningRate == 3e-4)
    #expect(
      engine.core.history.edits.map(\.change) == [
        .froze(["conv1", "norm1"]), .value(.learningRate, from: 0.01, to: 3e-4),
      ])
    #expect(engine.core.history.edits.map(\.step) == [2, 2])
    let layers = Dictionary(uniqueKeysWithValues: snapshot.layers.map { ($0.name, $0) })
    #expect(layers["conv1"]!.isFrozen && layers["conv1"]!.isInFrozenPrefix)
    #expect(!layers["relu1"]!.isFrozen && layers["relu1"]!.isInFrozenPrefix)
    #expect(!layers["conv2"]!.isFrozen && !layers["conv2"]!.isInFrozenPrefix)
    #expect(layers["conv1"]!.stateSinceStep == 2)
    #expect(layers["dense1"]!.dropoutLayer == "dropout1")
    #expect(layers["dropout1"]!.dropout == 0.1)
    let frozen = layers["conv1"]!.parameterCount + layers["norm1"]!.trainableParameterCount
    #expect(
      snapshot.trainableParameters
        == snapshot.layers.reduce(0) { $0 + $1.trainableParameterCount } - frozen)
  }

  @Test func whatCannotBeDoneIsRefusedAndChangesNothing() {
    let engine = EngineDriver()
    let before = engine.trainer.settings
    let edits: [Edit] = [
      .freeze(layers: []), .freeze(layers: ["nowhere"]), .freeze(layers: ["relu1", "flatten"]),
      .freeze(layers: ["conv1", "norm1", "conv2", "dense1", "output"]),
      .thaw(layers: ["nowhere"]), .setLearningRate(.nan), .setLearningRate(-1),
      .setMomentum(1), .setWeightDecay(-.infinity), .setMaxNorm(layers: [], limit: -1),
      .setMaxNorm(layers: ["relu1"], limit: 1), .setMaxNorm(layers: ["nowhere"], limit: nil),
      .setMultiplier(layers: ["nowhere"], factor: 1), .setMultiplier(layers: [], factor: 1),
      .setMultiplier(layers: ["conv1"], factor: -1), .setDropout(layer: "conv1", rate: 0.1),
      .setDropouts(layers: [], rate: 0.1), .setDropouts(layers: ["dropout1", "conv1"], rate: 0.1),
      .setDropout(layer: "dropout1", rate: 1), .setDropout(layer: "nowhere", rate: 0.1),
      .insertDropout(after: "output", rate: 0.1), .insertDropout(after: "nowhere", rate: 0.1),
      .insertDropout(after: "conv1", rate: .nan), .setEpochs(0),
    ]
    for edit in edits { #expect(engine.refuses(edit), "\(edit)") }
    #expect(engine.refusal(of: .singleStep) == .isNotPaused)
    #expect(engine.refusal(of: .checkpoint) == .isKeptNowhere)
    #expect(engine.trainer.settings == before)
    #expect(engine.core.history.edits.isEmpty)
    #expect(engine.core.makeSnapshot().lastApplied(of: 1) == UInt64(edits.count + 2))
    engine.finish()
    #expect(engine.state == .finished(.completed(epochs: 3)))
  }

  @Test func aSecondDropoutInTheSamePlaceIsRefused() {
    let engine = EngineDriver()
    engine.send(.pause)
    #expect(!engine.refuses(.insertDropout(after: "pool1", rate: 0.2)))
    #expect(engine.refuses(.insertDropout(after: "pool1", rate: 0.3)))
    #expect(!engine.refuses(.setDropout(layer: "pool1_dropout", rate: 0.3)))
    #expect(engine.core.makeSnapshot().layers.contains { $0.name == "pool1_dropout" })
    #expect(engine.trainer.settings.insertedDropout == ["pool1": 0.3])
  }

  @Test func momentumMeansNothingToAdagrad() {
    var configuration = SmallProblem.configuration()
    configuration.optimizer = .adagrad
    #expect(EngineDriver(configuration).refuses(.setMomentum(0.5)))
  }

  @Test func anEditThatChangesNothingLeavesNoMarker() {
    let engine = EngineDriver()
    engine.send(.setLearningRate(0.01))
    engine.send(.thaw(layers: ["conv1"]))
    #expect(engine.core.history.edits.isEmpty)
  }

  @Test func pauseStopsAndSingleStepsGoOneByOne() {
    let engine = EngineDriver()
    engine.train(toStep: 3)
    engine.send(.pause)
    #expect(engine.state == .paused)
    engine.finish()
    #expect(engine.step == 3)
    engine.send(.singleStep)
    engine.finish()
    #expect(engine.step == 4)
    #expect(engine.state == .paused)
    engine.send(.singleStep)
    engine.send(.singleStep)
    engine.finish()
    #expect(engine.step == 6)
    engine.send(.resume)
    #expect(engine.state == .running)
    engine.finish()
    #expect(engine.step == 21)
  }

  @Test func aSingleStepThatEndsAnEpochValidates() {
    let engine = EngineDriver()
    engine.train(toStep: 6)
    engine.send(.pause)
    engine.send(.singleStep)
    engine.finish()
    #expect(engine.step == 7)
    #expect(engine.trainer.progress.epoch == 2)
    #expect(engine.state == .paused)
    #expect(engine.core.makeSnapshot().latest.validationLoss != nil)
    engine.finish()
    #expect(engine.step == 7)
  }

  @Test func pauseWorksInTheMiddleOfValidation() {
    let engine = EngineDriver()
    engine.train(toStep: 7)
    #expect(engine.state == .validating)
    engine.tick()
    #expect(engine.core.makeSnapshot().progress.validationShare == 0.5)
    engine.send(.pause)
    #expect(engine.state == .paused)
    engine.finish()
    #expect(engine.trainer.progress.epoch == 1)
    engine.send(.singleStep)
    engine.finish()
    #expect(engine.step == 8)
    #expect(engine.trainer.progress.epoch == 2)
  }

  @Test func aFinishedRunTrainsOnWithMoreEpochs() {
    let engine = EngineDriver()
    engine.finish()
    #expect(engine.state == .finished(.completed(epochs: 3)))
    #expect(engine.refusal(of: .resume) == .epochsAreDone(3))
    #expect(engine.refuses(.pause))
    #expect(!engine.refuses(.setEpochs(5)))
    #expect(!engine.refuses(.resume))
    engine.finish()
    #expect(engine.step == 35)
    #expect(engine.core.makeSnapshot().progress.epoch == 5)
  }

  @Test func stoppedItCanGoOn() {
    let engine = EngineDriver()
    engine.train(toStep: 3)
    engine.send(.stop(checkpoint: true))
    #expect(engine.state == .finished(.stopped(step: 3)))
    engine.finish()
    #expect(engine.step == 3)
    engine.send(.resume)
    engine.finish()
    #expect(engine.step == 21)
  }

  @Test func freezingShowsTheStepTimeBeforeAndNow() {
    let engine = EngineDriver()
    engine.train(toStep: 5)
    #expect(engine.core.makeSnapshot().stepTime.nowMilliseconds != nil)
    #expect(engine.core.makeSnapshot().stepTime.beforeMilliseconds == nil)
    let before = engine.core.makeSnapshot().stepTime.nowMilliseconds
    engine.send(.freeze(layers: ["conv1"]))
    engine.send(.freeze(layers: ["norm1"]))
    #expect(engine.core.makeSnapshot().stepTime.beforeMilliseconds == before)
    #expect(engine.core.makeSnapshot().stepTime.nowMilliseconds == nil)
    engine.train(toStep: 10)
    #expect(engine.core.makeSnapshot().stepTime.beforeMilliseconds == before)
    #expect(engine.core.makeSnapshot().stepTime.nowMilliseconds != nil)
  }

  @Test func everyStepAndEpochIsInTheHistory() {
    let engine = EngineDriver()
    engine.finish()
    let history = engine.core.history
    #expect(history[.trainLoss].count == 21)
    #expect(history[.trainAccuracy].count == 21)
    #expect(history[.learningRate].count == 21)
    #expect(history[.validationLoss].count == 3)
    #expect(history[.validationLoss].last?.step == 21)
    #expect(history[.trainTop5].count == 0)
    let layer = engine.core.makeSnapshot().layers.first { $0.name == "conv1" }!
    #expect(layer.gradientHistory.count == 21)
    #expect(layer.gradientNorm != nil && layer.weightNorm != nil && layer.updateRatio != nil)
  }

  @Test func aSliderThatMovesLeavesOneMarker() {
    let engine = EngineDriver()
    engine.tick()
    for rate in [0.009, 0.008, 0.0005] { engine.send(.setLearningRate(rate)) }
    engine.send(.setDropout(layer: "dropout1", rate: 0.2))
    engine.send(.setDropout(layer: "dropout1", rate: 0.25))
    #expect(
      engine.core.history.edits.map(\.change) == [
        .value(.learningRate, from: 0.01, to: 5e-4),
        .dropout(layer: "dropout1", from: 0.1, to: 0.25),
      ])
  }

  @Test func aLossThatIsNoNumberStopsTheRun() {
    var configuration = SmallProblem.configuration()
    configuration.optimizer = .sgd
    let engine = EngineDriver(configuration)
    engine.train(toStep: 3)
    engine.send(.setLearningRate(1e6))
    engine.send(.setMultiplier(layers: ["output"], factor: 1e6))
    engine.send(.setMultiplier(layers: ["dense1"], factor: 1e6))
    engine.finish()
    guard case .failed(let failure) = engine.state else {
      Issue.record("state \(engine.state)")
      return
    }
    #expect(failure.rest == .keptNowhere)
    #expect(engine.core.failure is TrainingError)
    #expect(engine.core.takeEvents().contains(.failed(failure)))
    #expect(engine.refusal(of: .resume) == .hasFailed(failure.error))
    #expect(engine.refuses(.setLearningRate(1e-3)))
    engine.tick()
  }

  @Test func whatCannotBePreparedFailsWithItsError() {
    let core = EngineCore(
      configuration: SmallProblem.configuration(), model: "small", start: .new)
    core.prepare { throw ConfigurationError(option: "x", expected: "y", found: "z") }
    let failure = RunFailure(error: "--x: expected y, found 'z'")
    #expect(core.makeSnapshot().state == .failed(failure))
    #expect(core.takeEvents() == [.failed(failure)])
    core.perform(.edit(.freeze(layers: ["conv1"])), id: RequestID(sender: 1, number: 1))
    core.perform(.control(.stop(checkpoint: true)), id: RequestID(sender: 1, number: 2))
    #expect(core.takeEvents() == [.rejected(RequestID(sender: 1, number: 1), .nothingToTrain)])
    #expect(!core.wantsToRun)
  }

  @Test func dataThatDoesNotFitFails() {
    let core = EngineCore(
      configuration: SmallProblem.configuration(), model: "small", start: .new)
    core.prepare {
      let graph = try Graph(
        name: "other", inputShape: Shape(height: 5, width: 6, channels: 1),
        nodes: [
          Graph.Node(name: "flatten", layer: Flatten(), inputs: [""]),
          Graph.Node(name: "output", layer: Dense(units: 3), inputs: ["flatten"]),
        ])
      return try SmallProblem.inputs(SmallProblem.configuration(), graph: graph)
    }
    #expect("\(core.failure!)".contains("6×6×1"))
  }

  @Test func fewerEpochsThanAreDoneEndTheRunInTheMiddleOfOne() {
    let engine = EngineDriver()
    engine.train(toStep: 10)
    engine.send(.setEpochs(1))
    engine.finish()
    #expect(engine.step == 10)
    #expect(engine.state == .finished(.completed(epochs: 1)))
    engine.send(.setEpochs(2))
    engine.send(.resume)
    engine.finish()
    #expect(engine.step == 14)
  }
}
