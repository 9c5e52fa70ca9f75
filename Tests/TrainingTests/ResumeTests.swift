import EngineInterface
import Files
import Foundation
import RunStore
import TestSupport
import Testing

@testable import Training

/// An engine that is thrown away at any moment and opened again ends as if nothing had happened.
struct ResumeTests {
  /// Everything that may be forgotten is in use: dropout, momentum, a plateau, batch-norm, decay.
  static func configuration(_ optimizer: OptimizerKind = .adam) -> EngineConfiguration {
    var configuration = SmallProblem.configuration()
    configuration.optimizer = optimizer
    configuration.schedule = Schedule(
      .reduceOnPlateau(patience: 1, factor: 0.5), warmupEpochs: 0.5)
    configuration.weightDecay = 0.01
    configuration.maxNorm = 1.5
    configuration.labelSmoothing = 0.1
    configuration.freeze = ["conv2"]
    return configuration
  }

  /// What a person does, by the step after which they do it.
  static let edits: [(step: Int, command: Edit)] = [
    (2, .setLearningRate(0.02)), (2, .freeze(layers: ["conv1"])), (4, .thaw(layers: ["conv2"])),
    (7, .setMomentum(0.8)), (7, .insertDropout(after: "pool1", rate: 0.3)),
    (9, .setMultiplier(layers: ["dense1"], factor: 0.5)), (11, .thaw(layers: ["conv1"])),
    (14, .setDropouts(layers: ["dropout1"], rate: 0.4)), (16, .setWeightDecay(0)),
    (18, .setMaxNorm(layers: [], limit: nil)),
  ]

  struct Outcome: Equatable {
    var weights: [String: [Float]]
    var slots: [String: [Float]]
    var counters: [String: Int]
    var progress: TrainingProgress
    var losses: [Float]
    var markers: [String]

    init(_ engine: EngineDriver) {
      weights = engine.trainer.weights
      let checkpoint = engine.trainer.checkpoint()
      slots = Dictionary(
        uniqueKeysWithValues: checkpoint.slots.map {
          ("\($0.parameter)/\($0.name)", $0.values.values)
        })
      counters = checkpoint.counters
      progress = engine.trainer.progress
      // Time is the one thing that differs.
      progress.seconds = 0
      let history = engine.core.history
      losses = [MetricName.trainLoss, .validationLoss, .learningRate].flatMap { key in
        (0..<history[key].count).map { history[key][$0].value }
      }
      markers = engine.core.history.edits.map { "\($0.step): \($0.change)" }
    }
  }

  /// Trains to `last` steps, with the edits of `range` on the way.
  private func train(
    _ engine: EngineDriver, to last: Int, edits: [(step: Int, command: Edit)] = edits,
    checkpointsAt checkpoints: Set<Int> = []
  ) {
    while engine.step < last, engine.core.wantsToRun {
      for edit in edits where edit.step == engine.step { engine.send(edit.command) }
      if checkpoints.contains(engine.step) { engine.send(.checkpoint) }
      let step = engine.step
      while engine.step == step, engine.core.wantsToRun { engine.tick() }
    }
  }

  private func uninterrupted(_ configuration: EngineConfiguration) -> Outcome {
    let engine = EngineDriver(configuration)
    train(engine, to: 21)
    engine.finish()
    return Outcome(engine)
  }

  @Test(arguments: [3, 5, 7, 8, 13, 14, 15, 20], [1, 2])
  func killedAndResumedEqualsUninterrupted(killedAt: Int, threads: Int) throws {
    var configuration = Self.configuration()
    let expected = uninterrupted(configuration)
    configuration.threads = threads
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    train(engine!, to: killedAt, checkpointsAt: [5, 9, 14])
    // Edits of the last moment, too.
    let lastEdits = Self.edits.filter { $0.step == killedAt }
    for edit in lastEdits { engine!.send(edit.command) }
    engine = nil

    let resumed = EngineDriver(configuration, run: try disk.open(), start: .resume())
    #expect(resumed.core.failure == nil)
    #expect(resumed.step <= killedAt)
    train(resumed, to: 21, edits: Self.edits.filter { $0.step > killedAt })
    resumed.finish()
    let found = Outcome(resumed)
    #expect(found.weights == expected.weights)
    #expect(found.slots == expected.slots)
    #expect(found.counters == expected.counters)
    #expect(found.progress == expected.progress)
    #expect(found.losses == expected.losses)
    #expect(found.markers == expected.markers)
  }

  @Test(arguments: OptimizerKind.allCases) func everyOptimiserResumes(kind: OptimizerKind) throws {
    let configuration = Self.configuration(kind)
    let edits = Self.edits.filter {
      if case .setMomentum = $0.command { kind.hasMomentum } else { true }
    }
    let whole = EngineDriver(configuration)
    train(whole, to: 21, edits: edits)
    whole.finish()
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    train(engine!, to: 11, edits: edits, checkpointsAt: [10])
    engine = nil
    let resumed = EngineDriver(configuration, run: try disk.open(), start: .resume())
    #expect(resumed.step == 10)
    train(resumed, to: 21, edits: edits.filter { $0.step >= 11 })
    resumed.finish()
    #expect(Outcome(resumed) == Outcome(whole))
  }

  @Test func killedAgainAndAgain() throws {
    let configuration = Self.configuration()
    let expected = uninterrupted(configuration)
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    var done = 0
    for killedAt in [4, 6, 9, 12, 18] {
      train(
        engine!, to: killedAt, edits: Self.edits.filter { $0.step >= done },
        checkpointsAt: [6, 17])
      done = killedAt
      engine = nil
      engine = EngineDriver(configuration, run: try disk.open(), start: .resume())
    }
    train(engine!, to: 21, edits: Self.edits.filter { $0.step >= done })
    engine!.finish()
    #expect(Outcome(engine!) == expected)
  }

  @Test func killedInTheMiddleOfValidation() throws {
    let configuration = Self.configuration()
    let expected = uninterrupted(configuration)
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    train(engine!, to: 7)
    engine!.tick()
    engine!.send(.checkpoint)
    engine = nil
    let resumed = EngineDriver(configuration, run: try disk.open(), start: .resume())
    #expect(resumed.state == .validating)
    train(resumed, to: 21, edits: Self.edits.filter { $0.step >= 7 })
    resumed.finish()
    #expect(Outcome(resumed) == expected)
  }

  @Test func aReplayEndsAtTheSameWeights() throws {
    let configuration = Self.configuration()
    let disk = RunOnDisk()
    let engine = EngineDriver(configuration, run: try disk.create(configuration))
    train(engine, to: 21)
    engine.finish()
    let commands = try disk.folder.journal().edits
    #expect(commands.count == Self.edits.count)
    let copy = RunOnDisk()
    let replay = EngineDriver(
      configuration, run: try copy.create(configuration), start: .replay(commands))
    replay.finish()
    #expect(Outcome(replay) == Outcome(engine))
    #expect(try copy.folder.journal().edits.map(\.edit) == commands.map(\.edit))
  }

  @Test func aFinishedRunThatIsResumedTrainsOn() throws {
    let configuration = SmallProblem.configuration()
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    engine!.finish()
    engine = nil
    let resumed = EngineDriver(configuration, run: try disk.open(), start: .resume())
    resumed.finish()
    #expect(resumed.step == 42)
    #expect(resumed.state == .finished(.completed(epochs: 6)))

    let whole = EngineDriver(configuration)
    whole.finish()
    whole.send(.setEpochs(6))
    whole.send(.resume)
    whole.finish()
    #expect(Outcome(resumed) == Outcome(whole))
  }

  @Test func checkpointsAreWrittenAtEachEpochAndTheBestIsKept() throws {
    let configuration = SmallProblem.configuration()
    let disk = RunOnDisk()
    let engine = EngineDriver(configuration, run: try disk.create(configuration))
    engine.finish()
    #expect(try disk.folder.checkpointSteps() == [21, 14, 7])
    let best = try disk.folder.bestCheckpoint()
    #expect(best.step == engine.trainer.progress.best!.epoch * 7)
    #expect(try disk.folder.journal().epochs.count == 3)
    #expect(try disk.folder.journal().end?.how == .finished)
  }

  @Test func stoppedWithACheckpointNothingIsLost() throws {
    let configuration = Self.configuration()
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    train(engine!, to: 10)
    engine!.send(.stop(checkpoint: true))
    engine = nil
    let resumed = EngineDriver(configuration, run: try disk.open(), start: .resume())
    #expect(resumed.step == 10)
    train(resumed, to: 21, edits: Self.edits.filter { $0.step >= 10 })
    resumed.finish()
    #expect(Outcome(resumed) == uninterrupted(configuration))
  }

  @Test func stoppedAndDroppedItGoesBackToTheCheckpoint() throws {
    let configuration = Self.configuration()
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    train(engine!, to: 10)
    engine!.send(.setLearningRate(0.5))
    engine!.send(.stop(checkpoint: false))
    #expect(engine!.refuses(.resume))
    #expect(engine!.refuses(.setLearningRate(0.1)))
    engine = nil
    let resumed = EngineDriver(configuration, run: try disk.open(), start: .resume())
    #expect(resumed.step == 7)
    train(resumed, to: 21, edits: Self.edits.filter { $0.step >= 7 })
    resumed.finish()
    #expect(Outcome(resumed).weights == uninterrupted(configuration).weights)
  }

  @Test func aFailureNamesTheLastGoodCheckpointWhichStillLoads() throws {
    var configuration = SmallProblem.configuration()
    configuration.optimizer = .sgd
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    engine!.train(toStep: 8)
    engine!.send(.setLearningRate(1e6))
    engine!.send(.setMultiplier(layers: ["output", "dense1"], factor: 1e6))
    engine!.finish()
    guard case .failed(let failure) = engine!.state else {
      Issue.record("state \(engine!.state)")
      return
    }
    #expect(failure.rest == .checkpoint(path: disk.folder.checkpointPath(step: 7)))
    #expect(engine!.refuses(.checkpoint))
    engine = nil
    #expect(try disk.folder.journal().end?.how == .failed)
    #expect(try disk.folder.checkpoint(.last).step == 7)
  }

  @Test func aCheckpointOfAnotherModelIsRefused() throws {
    let configuration = SmallProblem.configuration()
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    engine!.train(toStep: 8)
    engine = nil
    var other = configuration
    other.head = HeadRequest(outputs: 9)
    let resumed = EngineDriver(other, run: try disk.open(), start: .resume())
    #expect(resumed.core.failure != nil)
    #expect(!resumed.core.wantsToRun)
  }

  /// Two epochs and a step, then the last checkpoint is torn.
  private func tornRun() throws -> RunOnDisk {
    let disk = RunOnDisk()
    let configuration = Self.configuration()
    let engine = EngineDriver(configuration, run: try disk.create(configuration))
    train(engine, to: 15)
    try disk.temporary.write(Array("torn".utf8), to: "run/checkpoints/step-00000014.safetensors")
    return disk
  }

  @Test func aBrokenCheckpointIsNotPassedOverUnasked() throws {
    let disk = try tornRun()
    let before = try Folder.names(in: disk.folder.checkpointsPath)
    let resumed = EngineDriver(Self.configuration(), run: try disk.open(), start: .resume())
    guard case .failed(let failure) = resumed.state else {
      Issue.record("state \(resumed.state)")
      return
    }
    #expect(failure.error.contains("step-00000014.safetensors"))
    #expect(failure.error.contains("--from 7"))
    #expect(try Folder.names(in: disk.folder.checkpointsPath) == before)
  }

  @Test func fromTheOneBeforeItComesToTheSame() throws {
    let disk = try tornRun()
    let configuration = Self.configuration()
    let resumed = EngineDriver(
      configuration, run: try disk.open(), start: .resume(from: .step(7)))
    #expect(resumed.step == 7)
    #expect(try disk.folder.checkpointSteps() == [7])
    train(resumed, to: 21, edits: Self.edits.filter { $0.step >= 15 })
    resumed.finish()
    #expect(Outcome(resumed) == uninterrupted(configuration))
  }

  @Test func fromTheBeginningIsTheBeginning() throws {
    let disk = try tornRun()
    let configuration = Self.configuration()
    let resumed = EngineDriver(
      configuration, run: try disk.open(), start: .resume(from: .step(0)))
    #expect(resumed.step == 0)
    #expect(try disk.folder.checkpointSteps().isEmpty)
    train(resumed, to: 21, edits: Self.edits.filter { $0.step >= 15 })
    resumed.finish()
    #expect(Outcome(resumed).weights == uninterrupted(configuration).weights)
    #expect(
      try Folder.names(in: disk.folder.checkpointsPath).filter { $0.hasSuffix(".aside") }.count
        >= 2)
  }

  @Test func checkpointsThatAreGoneAreMissed() throws {
    let disk = try tornRun()
    for name in try Folder.names(in: disk.folder.checkpointsPath) {
      unlink(joinPath(disk.folder.checkpointsPath, name))
    }
    let resumed = EngineDriver(Self.configuration(), run: try disk.open(), start: .resume())
    #expect(
      resumed.core.failure as? RunStoreError == .lostCheckpoints(run: "run", step: 14))
  }

  // MARK: - Edits that come with the resume

  @Test(arguments: [4, 9]) func epochsOfAResumeStandFromItsFirstStep(_ epochs: Int) throws {
    var configuration = SmallProblem.configuration()
    configuration.schedule = try Schedule(text: "cosine")
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    engine!.train(toStep: 9)
    engine!.send(.stop(checkpoint: true))
    engine = nil
    let resumed = EngineDriver(
      configuration, run: try disk.open(), start: .resume(edits: [.setEpochs(epochs)]))
    #expect(resumed.trainer.settings.epochs == epochs)
    #expect(resumed.step == 9)
    let edited = EngineDriver(configuration)
    edited.train(toStep: 9)
    edited.send(.setEpochs(epochs))
    edited.finish()
    resumed.finish()
    #expect(resumed.step == 7 * epochs)
    #expect(Outcome(resumed).weights == Outcome(edited).weights)
  }

  @Test func epochsOfAResumeStandOverAnEditAfterTheCheckpoint() throws {
    let configuration = SmallProblem.configuration()
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    engine!.train(toStep: 9)
    engine!.send(.setEpochs(4))
    engine!.train(toStep: 10)
    // Killed: the last checkpoint is that of step 7.
    engine = nil
    for _ in 1...2 {
      let resumed = EngineDriver(
        configuration, run: try disk.open(), start: .resume(edits: [.setEpochs(6)]))
      #expect(resumed.step == 7)
      resumed.train(toStep: 10)
      #expect(resumed.trainer.settings.epochs == 6)
    }
    // It is in the journal although no checkpoint has been written since.
    let again = EngineDriver(configuration, run: try disk.open(), start: .resume())
    again.finish()
    #expect(again.step == 42)
  }

  @Test func aRunThatIsDoneStandsToBeLookedAtUntilItIsToTrainOn() throws {
    let configuration = SmallProblem.configuration()
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    engine!.finish()
    let weights = Outcome(engine!).weights
    engine = nil
    for _ in 1...2 {
      let looked = EngineDriver(
        configuration, run: try disk.open(), start: .resume(trainsOn: false))
      #expect(looked.state == .finished(.completed(epochs: 3)))
      #expect(!looked.core.wantsToRun)
      #expect(looked.step == 21 && Outcome(looked).weights == weights)
      looked.send(.stop(checkpoint: true))
    }
    #expect(disk.folder.summary.state == .finished)
    let resumed = EngineDriver(
      configuration, run: try disk.open(), start: .resume(trainsOn: false))
    resumed.send(.setEpochs(4))
    resumed.send(.resume)
    resumed.finish()
    #expect(resumed.step == 28)
  }

  @Test func aRunThatIsNotDoneTrainsOnThoughItWasOpenedToBeLookedAt() throws {
    let configuration = SmallProblem.configuration()
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    engine!.train(toStep: 9)
    engine!.send(.stop(checkpoint: true))
    engine = nil
    let resumed = EngineDriver(
      configuration, run: try disk.open(), start: .resume(trainsOn: false))
    #expect(resumed.core.wantsToRun)
    resumed.finish()
    #expect(resumed.step == 21)
  }

  @Test(arguments: [
    (5, EngineNotice.trainsOn(done: 3, wanted: 5)), (2, .nothingToTrain(done: 3, wanted: 2)),
  ])
  func aResumeSaysWhatItsEpochsComeTo(_ epochs: Int, _ notice: EngineNotice) throws {
    let configuration = SmallProblem.configuration()
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    engine!.finish()
    engine = nil
    let resumed = EngineDriver(
      configuration, run: try disk.open(), start: .resume(edits: [.setEpochs(epochs)]))
    #expect(resumed.core.takeEvents().contains(.notice(notice)))
    resumed.finish()
    #expect(resumed.step == 7 * max(epochs, 3))
  }

  @Test func aRunThatIsDoneTrainsOnToTheEpochsAskedFor() throws {
    let configuration = SmallProblem.configuration()
    let disk = RunOnDisk()
    var engine: EngineDriver? = EngineDriver(configuration, run: try disk.create(configuration))
    engine!.finish()
    engine = nil
    let resumed = EngineDriver(
      configuration, run: try disk.open(), start: .resume(edits: [.setEpochs(4)]))
    resumed.finish()
    #expect(resumed.step == 28)
    #expect(resumed.state == .finished(.completed(epochs: 4)))
  }
}
