import EngineInterface
import Network
import RunStore
import Testing

@testable import Training

/// The head of a paused run, solved in closed form: an edit like others, but for what it changes.
struct SolveHeadTests {
  private static func configuration(
    _ change: (inout EngineConfiguration) -> Void = { _ in }
  ) -> EngineConfiguration {
    var configuration = SmallProblem.configuration()
    configuration.head = HeadRequest()
    configuration.freezeAllButHead = true
    change(&configuration)
    return configuration
  }

  /// Works until the head is solved.
  private static func solve(_ driver: EngineDriver) {
    while driver.core.phase == .solvingHead { driver.core.tick() }
  }

  /// Trains, pauses, solves the head, and trains on.
  private static func train(_ driver: EngineDriver, toStep step: Int) {
    driver.train(toStep: step)
    driver.send(.pause)
    driver.send(.solveHead)
    solve(driver)
    driver.send(.resume)
  }

  @Test func headOfAPausedRunIsSolved() throws {
    let driver = EngineDriver(Self.configuration())
    driver.train(toStep: 5)
    driver.send(.pause)
    #expect(driver.refusal(of: .solveHead) == nil)
    #expect(driver.core.phase == .solvingHead && driver.core.wantsToRun)
    Self.solve(driver)
    #expect(driver.state == .paused && driver.step == 5)
    let events = driver.core.takeEvents()
    #expect(
      events.contains { event in
        guard case .notice(.headSolved(let features, let images, let accuracy)) = event else {
          return false
        }
        return features == 16 && images == 100 && accuracy > 0.8
      })
    #expect(driver.core.history.edits.map(\.change) == [.solvedHead])
    // On the same layers the same head is solved as before the first step.
    let first = EngineDriver(Self.configuration { $0.headStart = .ridge })
    Self.solve(first)
    #expect(driver.trainer.weights == first.trainer.weights)
    // The optimiser begins anew with it.
    for parameter in driver.trainer.model.parameters["output"]! {
      #expect(driver.trainer.updater.memory.steps(of: parameter) == 0)
    }
    driver.send(.resume)
    driver.finish()
    #expect(driver.trainer.isDone)
  }

  @Test func itIsRefusedWithAReason() throws {
    let driver = EngineDriver(Self.configuration())
    driver.train(toStep: 1)
    #expect(driver.refusal(of: .solveHead) == .isNotPaused)
    driver.send(.pause)
    driver.send(.thaw(layers: ["conv2", "dense1"]))
    #expect(driver.refusal(of: .solveHead) == .liveBelowHead(["conv2", "dense1"]))
    driver.send(.freeze(layers: ["conv2", "dense1"]))
    #expect(driver.refusal(of: .solveHead) == nil)
    #expect(driver.refusal(of: .solveHead) == .isSolvingHead)
    Self.solve(driver)
    driver.send(.resume)
    driver.finish()
    #expect(driver.refusal(of: .solveHead) == .isNotPaused)
  }

  @Test func anEditIsOneWhenItHasBeenMade() throws {
    let configuration = Self.configuration()
    let disk = RunOnDisk()
    do {
      let driver = EngineDriver(configuration, run: try disk.create(configuration))
      driver.train(toStep: 3)
      driver.send(.pause)
      driver.send(.solveHead)
      driver.tick(3)
      #expect(driver.core.phase == .solvingHead)
      let before = driver.trainer.weights
      driver.send(.stop(checkpoint: true))
      #expect(driver.state == .finished(.stopped(step: 3)))
      #expect(driver.trainer.weights == before)
    }
    #expect(try disk.folder.journal().edits.isEmpty)
    let resumed = EngineDriver(configuration, run: try disk.open(), start: .resume())
    resumed.finish()
    let plain = EngineDriver(configuration)
    plain.finish()
    #expect(resumed.trainer.weights == plain.trainer.weights)
  }

  /// Killed at any step after it, and gone on from a checkpoint before it, at it, or after it.
  @Test(arguments: [nil, 2, 5] as [Int?])
  func resumedRunsSolveItAgain(checkpointAt step: Int?) throws {
    let configuration = Self.configuration()
    let whole = EngineDriver(configuration)
    Self.train(whole, toStep: 5)
    whole.finish()

    let disk = RunOnDisk()
    do {
      let killed = EngineDriver(configuration, run: try disk.create(configuration))
      if let step {
        killed.train(toStep: step)
        killed.send(.checkpoint)
      }
      Self.train(killed, toStep: 5)
      killed.train(toStep: 6)
    }
    let resumed = EngineDriver(configuration, run: try disk.open(), start: .resume())
    #expect(resumed.step == step ?? 0)
    resumed.finish()
    #expect(resumed.trainer.weights == whole.trainer.weights)
    // It stands in the journal once, and on the charts.
    #expect(try disk.folder.journal().edits.map(\.edit) == [.solveHead])
    #expect(resumed.core.history.edits.map(\.change) == [.solvedHead])
  }

  @Test func checkpointThatHasItIsGoneOnFrom() throws {
    let configuration = Self.configuration()
    let whole = EngineDriver(configuration)
    Self.train(whole, toStep: 5)
    whole.finish()
    let disk = RunOnDisk()
    do {
      let killed = EngineDriver(configuration, run: try disk.create(configuration))
      Self.train(killed, toStep: 5)
      killed.send(.checkpoint)
      killed.train(toStep: 6)
    }
    let resumed = EngineDriver(configuration, run: try disk.open(), start: .resume())
    #expect(resumed.step == 5)
    resumed.finish()
    #expect(resumed.trainer.weights == whole.trainer.weights)
  }

  @Test func replayEndsAtTheSameWeights() throws {
    let configuration = Self.configuration { $0.headStart = .ridge }
    let disk = RunOnDisk()
    let first = EngineDriver(configuration, run: try disk.create(configuration))
    Self.train(first, toStep: 6)
    first.finish()
    let edits = try disk.folder.journal().edits
    let replayed = EngineDriver(configuration, start: .replay(edits))
    replayed.finish()
    #expect(replayed.trainer.weights == first.trainer.weights)
    #expect(replayed.core.history.edits.map(\.change) == [.solvedHead])
  }

  /// Solved between two epochs, and stopped before the next step.
  @Test func replayOfARunThatEndedWithItEndsWithItToo() throws {
    let configuration = Self.configuration()
    let disk = RunOnDisk()
    let first = EngineDriver(configuration, run: try disk.create(configuration))
    first.train(toStep: first.trainer.stepsPerEpoch)
    while first.core.phase == .validating { first.core.tick() }
    first.send(.pause)
    first.send(.solveHead)
    Self.solve(first)
    first.send(.stop(checkpoint: true))
    let edits = try disk.folder.journal().edits
    #expect(edits.map(\.edit) == [.solveHead])
    let replayed = EngineDriver(configuration, start: .replay(edits, to: first.step))
    replayed.finish()
    #expect(replayed.step == first.step)
    #expect(replayed.trainer.weights == first.trainer.weights)
  }

  /// What a replay is compared with is a checkpoint: an edit of its step may have come after it.
  @Test func replayEndsWithWhatTheLastCheckpointHas() throws {
    for solvesBefore in [false, true] {
      let configuration = Self.configuration()
      let disk = RunOnDisk()
      do {
        let killed = EngineDriver(configuration, run: try disk.create(configuration))
        killed.train(toStep: 5)
        killed.send(.pause)
        if !solvesBefore { killed.send(.checkpoint) }
        killed.send(.solveHead)
        Self.solve(killed)
        if solvesBefore { killed.send(.checkpoint) }
      }
      let script = try ReplayScript(of: disk.folder)
      #expect(script.step == 5)
      #expect(script.edits.map(\.edit) == (solvesBefore ? [.solveHead] : []))
    }
  }

  @Test func stoppedWhileAJournalsEditIsMadeARunMakesItLater() throws {
    let configuration = Self.configuration()
    let disk = RunOnDisk()
    let whole = EngineDriver(configuration)
    Self.train(whole, toStep: 5)
    whole.finish()
    do {
      let killed = EngineDriver(configuration, run: try disk.create(configuration))
      Self.train(killed, toStep: 5)
      killed.train(toStep: 6)
    }
    let resumed = EngineDriver(configuration, run: try disk.open(), start: .resume())
    while resumed.core.phase != .solvingHead { resumed.core.tick() }
    resumed.send(.stop(checkpoint: true))
    #expect(resumed.state == .finished(.stopped(step: 5)))
    #expect(!resumed.refuses(.resume))
    resumed.finish()
    #expect(resumed.trainer.weights == whole.trainer.weights)
  }
}
