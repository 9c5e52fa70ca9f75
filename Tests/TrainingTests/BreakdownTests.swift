import EngineInterface
import RunStore
import TestSupport
import Testing

@testable import Training

/// A loss that is no number, and the way back from it.
@Suite struct BreakdownTests {
  private static func configuration(rate: Double = 0.01) -> EngineConfiguration {
    var configuration = SmallProblem.configuration()
    configuration.optimizer = .sgd
    configuration.learningRate = rate
    return configuration
  }

  /// Rates that no network survives.
  private func breakDown(_ engine: EngineDriver) {
    engine.send(.setLearningRate(1e6))
    engine.send(.setMultiplier(layers: ["output", "dense1"], factor: 1e6))
    engine.finish()
  }

  private func isRunning(_ engine: EngineDriver) -> Bool {
    engine.state == .running || engine.state == .validating
  }

  @Test func theStepThatBrokeDownIsOneAndInTheHistory() throws {
    let engine = EngineDriver(Self.configuration())
    engine.train(toStep: 3)
    breakDown(engine)
    let snapshot = engine.core.makeSnapshot()
    let breakdown = try #require(snapshot.breakdown)
    guard case .failed(let failure) = snapshot.state else {
      Issue.record("state \(snapshot.state)")
      return
    }
    #expect(failure.error.contains("step \(breakdown.step) "))
    if case .lossNotFinite = engine.core.failure as? TrainingError {
      let last = try #require(engine.core.history[.trainLoss].last)
      #expect(Int(last.step) == breakdown.step && !last.value.isFinite)
    }
    // What is kept nowhere has nowhere to go back to.
    #expect(breakdown.backTo == nil)
    #expect(engine.refuses(.goBack))
  }

  @Test func goingBackIsRefusedWhereNothingBroke() {
    let engine = EngineDriver()
    engine.train(toStep: 3)
    #expect(engine.refuses(.goBack))
    engine.finish()
    #expect(engine.refuses(.goBack))
  }

  @Test func trainingGoesOnFromTheLastCheckpointAtATenthOfItsRate() throws {
    let disk = RunOnDisk()
    let engine = EngineDriver(
      Self.configuration(), run: try disk.create(Self.configuration()))
    engine.train(toStep: 2)
    engine.send(.setMomentum(0.5))
    // Seven steps an epoch, and a checkpoint at its end.
    engine.train(toStep: 9)
    let saved = try disk.folder.checkpoint(.last)
    #expect(saved.step == 7)
    breakDown(engine)
    let breakdown = try #require(engine.core.makeSnapshot().breakdown)
    #expect(breakdown.backTo == 7)
    #expect(breakdown.learningRate == 0.001)
    let shouldBe = try SmallProblem.trainer(Self.configuration())
    try shouldBe.restore(saved)

    engine.send(.goBack)
    #expect(isRunning(engine))
    #expect(engine.step == 7)
    #expect(engine.trainer.weights == shouldBe.weights)
    let snapshot = engine.core.makeSnapshot()
    #expect(snapshot.breakdown == nil)
    #expect(engine.core.failure == nil)
    #expect(snapshot.settings.learningRate == 0.001)
    #expect(snapshot.settings.momentum == 0.5)
    #expect(snapshot.settings.multipliers.isEmpty)
    #expect(
      engine.core.history.edits.map(\.change) == [
        .value(.momentum, from: 0, to: 0.5), .value(.learningRate, from: 0.01, to: 1e-3),
      ])
    #expect(engine.core.history[.trainLoss].last?.step == 7)
    #expect(snapshot.latest.validationLoss != nil)

    engine.finish()
    #expect(engine.state == .finished(.completed(epochs: 3)))
    #expect(engine.step == 21)
    // The journal tells the same: what was dropped is gone for a later resume, too.
    let contents = try disk.folder.journal()
    #expect(contents.edits.map(\.edit) == [.setMomentum(0.5), .setLearningRate(0.001)])
    #expect(contents.history[.trainLoss].count == 21)
    #expect((0..<21).allSatisfy { contents.history[.trainLoss][$0].value.isFinite })
    #expect(contents.end?.how == .finished)
  }

  /// Before the first checkpoint, and again and again until it holds.
  @Test func trainingGoesOnFromTheBeginningWhereThereIsNoCheckpoint() throws {
    let configuration = Self.configuration(rate: 1e6)
    let disk = RunOnDisk()
    let engine = EngineDriver(configuration, run: try disk.create(configuration))
    let beginning = engine.trainer.weights
    engine.finish()
    var rates: [Double] = []
    while let breakdown = engine.core.makeSnapshot().breakdown, rates.count < 12 {
      #expect(breakdown.backTo == 0)
      engine.send(.goBack)
      #expect(engine.step == 0)
      #expect(engine.trainer.weights == beginning)
      rates.append(engine.trainer.settings.learningRate)
      engine.finish()
    }
    #expect(rates.count >= 2, "\(rates)")
    #expect(zip(rates, rates.dropFirst()).allSatisfy { abs($1 / $0 - 0.1) < 1e-9 }, "\(rates)")
    #expect(engine.state == .finished(.completed(epochs: 3)))
    #expect(engine.core.history.edits.count == 1)
  }

  @Test func aResumedRunGoesBackToWhereItWentOn() throws {
    let disk = RunOnDisk()
    do {
      let engine = EngineDriver(
        Self.configuration(), run: try disk.create(Self.configuration()))
      engine.train(toStep: 5)
      engine.send(.stop(checkpoint: true))
    }
    let engine = EngineDriver(
      Self.configuration(), run: try disk.open(), start: .resume(from: .last))
    breakDown(engine)
    #expect(engine.core.makeSnapshot().breakdown?.backTo == 5)
    engine.send(.goBack)
    #expect(engine.step == 5)
    engine.finish()
    #expect(engine.state == .finished(.completed(epochs: 3)))
  }
}
