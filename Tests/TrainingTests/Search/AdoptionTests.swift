import EngineInterface
import Files
import Foundation
import RunStore
import TestSupport
import Testing

@testable import Training

/// A run takes over what a trial of the search beside it has found.
@Suite struct AdoptionTests {
  private func driver(
    _ order: SearchOrder = SideSearchTests.order(), on disk: RunOnDisk? = nil,
    searchesToTheEnd: Bool = true
  ) throws -> EngineDriver {
    let configuration = SideSearchTests.configuration()
    let driver = EngineDriver(configuration, run: try disk?.create(configuration))
    driver.train(toStep: 9)
    driver.send(.pause)
    driver.steer(.start(order))
    if searchesToTheEnd { driver.finish() }
    return driver
  }

  private func adoption(in events: [EngineEvent]) -> AdoptedTrial? {
    for case .notice(.adopted(_, let adopted)) in events { return adopted }
    return nil
  }

  @Test func valuesComeAsOneEditThatCanBeUndone() throws {
    let driver = try driver()
    let before = driver.trainer.settings
    let trial = try #require(driver.core.search?.trials[3])
    let adopted = try #require(
      adoption(in: driver.steer(.adopt(trial: 3, withWeights: false))))
    #expect(driver.core.history.edits.count == 1)
    #expect(driver.trainer.settings.learningRate == trial.point.values[0].number)
    #expect(driver.trainer.settings.maxNorm == trial.point.values[1].number)
    // All else is the run's.
    #expect(driver.trainer.settings.epochs == before.epochs)
    #expect(driver.trainer.settings.frozen == before.frozen)
    #expect(adopted.before == before && adopted.after == driver.trainer.settings)
    #expect(
      driver.refusal(steering: .adopt(trial: 3, withWeights: false)) == .hasTheseValues(trial: 3))
    driver.send(
      .replace(driver.trainer.settings.undoing(from: adopted.before, to: adopted.after)))
    #expect(driver.trainer.settings == before)
  }

  @Test func aRoundsRateIsOneOfTheValues() throws {
    let driver = try driver(SideSearchTests.order(["max-norm"], trials: 14))
    let search = try #require(driver.core.search)
    let trial = try #require(search.trials.last { $0.point.rateFactor < 1 })
    let rate = driver.trainer.settings.learningRate
    driver.send(.setLearningRate(rate * 5))
    driver.steer(.adopt(trial: trial.id, withWeights: false))
    #expect(driver.trainer.settings.learningRate == rate * trial.point.rateFactor)
  }

  @Test func optionsOfTheBeginningCannotBeAdopted() throws {
    let driver = try driver(
      SideSearchTests.order(["optimizer=adam|sgd", "learning-rate"], trials: 4))
    #expect(
      driver.refusal(steering: .adopt(trial: 0, withWeights: false)) == .noEdits([.optimizer]))
    #expect(driver.refusal(steering: .adopt(trial: 99, withWeights: false)) == .noTrial(99))
  }

  @Test func weightsComeWithTheirOptimiser() throws {
    let disk = RunOnDisk()
    let driver = try driver(on: disk)
    let core = try #require(driver.core.sideSearch?.core)
    let best = try #require(core.planner.best?.trial)
    let trial = SideSearchTests.state(of: try core.trained(best))
    let (step, epoch) = (driver.step, driver.trainer.progress.epoch)
    let isOther = SideSearchTests.state(of: driver.trainer) != trial
    #expect(isOther)
    let adopted = try #require(
      adoption(in: driver.steer(.adopt(trial: best, withWeights: true))))
    let isTaken = SideSearchTests.state(of: driver.trainer) == trial
    #expect(isTaken)
    #expect(driver.step == step && driver.trainer.progress.epoch == epoch)
    #expect(adopted.edit.isAdoption)
    driver.send(.resume)
    driver.finish()
    #expect(driver.state == .finished(.completed(epochs: 4)))
  }

  /// Killed after it, or made again from its journal, the run comes to the same bits.
  @Test(arguments: [false, true]) func aRunWithAdoptedWeightsIsRepeatable(atEpochEnd: Bool) throws {
    let configuration = SideSearchTests.configuration()
    let disk = RunOnDisk()
    // Layers freeze or thaw with the weights.
    let order = SideSearchTests.order(
      ["learning-rate=1e-4..1e-1", "frozen-depth=0..2"], trials: 7)
    var driver: EngineDriver? = try driver(order, on: disk)
    if atEpochEnd {
      driver?.send(.resume)
      driver?.train(toStep: driver!.trainer.stepsPerEpoch * 2)
      // It waits for the validation.
      driver?.steer(.adopt(trial: 2, withWeights: true))
    } else {
      driver?.steer(.adopt(trial: 2, withWeights: true))
      driver?.send(.setLearningRate(0.004))
      driver?.send(.resume)
    }
    driver?.finish()
    let expected = SideSearchTests.state(of: driver!.trainer)
    #expect(driver?.core.history.edits.contains { $0.change == .adopted(trial: 2) } == true)
    driver = nil
    // From before it, and from after it, or its own step.
    for step in [0, 14] {
      let copy = RunOnDisk()
      try FileManager.default.copyItem(atPath: disk.folder.path, toPath: copy.folder.path)
      let resumed = EngineDriver(
        configuration, run: try copy.open(), start: .resume(from: .step(step)))
      #expect(resumed.core.failure == nil)
      resumed.finish()
      let isSame = SideSearchTests.state(of: resumed.trainer) == expected
      #expect(isSame, "from step \(step)")
    }
    let other = RunOnDisk()
    let script = try ReplayScript(of: disk.folder)
    let replayed = EngineDriver(
      configuration, run: try other.create(configuration), start: script.start)
    replayed.finish()
    let isSame = SideSearchTests.state(of: replayed.trainer) == expected
    #expect(isSame)
    #expect(try script.difference(in: other.folder) == nil)
    // The copy stands alone.
    let file = try #require(
      try Folder.names(in: other.folder.path).first { $0.hasPrefix("adopted-") })
    #expect(InputFile.exists(other.folder.adoptionPath(file)))
  }

  @Test func weightsThatCannotBeHadAreRefused() throws {
    let nowhere = try driver()
    #expect(nowhere.refusal(steering: .adopt(trial: 1, withWeights: true)) == .isKeptNowhere)
    let early = try driver(on: RunOnDisk(), searchesToTheEnd: false)
    #expect(early.refusal(steering: .adopt(trial: 1, withWeights: true)) == .isUntrained(trial: 1))
    early.send(
      .adopt(Adoption(trial: 1, file: "../run.json", settings: early.trainer.settings)))
    #expect(early.core.history.edits.isEmpty)
    let file = Adoption(trial: 1, file: "adopted-9-1.safetensors", settings: early.trainer.settings)
    let weights = early.trainer.weights
    let events = early.send(.adopt(file))
    #expect(
      events.contains {
        if case .notice(.editFailed(let words)) = $0 { words.contains(file.file) } else { false }
      })
    let isLeft = early.trainer.weights == weights
    #expect(isLeft)
  }
}
