import EngineInterface
import Files
import Foundation
import RunStore
import TestSupport
import Testing

@testable import Training

/// A disk that fills at the worst moment takes nothing away while the program stays. File-size limits
/// stand for full disks, and hold for a whole process: each test has one of its own.
struct UnsavedWorkTests {
  /// A run whose disk is full from now on.
  private static func engine(_ disk: RunOnDisk, trainedTo step: Int) throws -> EngineDriver {
    let configuration = SmallProblem.configuration()
    let engine = EngineDriver(configuration, run: try disk.create(configuration))
    engine.train(toStep: step)
    UnwillingDisk.limitFiles(to: 2000)
    return engine
  }

  private static func isUnsaved(_ engine: EngineDriver) -> Bool {
    if case .unsaved = engine.state { true } else { false }
  }

  @Test func theLastEpochIsWrittenWhenThereIsRoomAgain() async {
    await #expect(processExitsWith: .success) {
      let disk = RunOnDisk()
      let engine = try Self.engine(disk, trainedTo: 15)
      engine.finish()
      #expect(Self.isUnsaved(engine))
      #expect(engine.step == 21)
      for _ in 1...3 { engine.core.trySaving() }
      #expect(engine.send(.checkpoint).contains { if case .unsaved = $0 { true } else { false } })
      #expect(Self.isUnsaved(engine))
      UnwillingDisk.liftLimit()
      let events = engine.send(.checkpoint)
      #expect(events.last == .finished(.completed(epochs: 3)))
      #expect(engine.state == .finished(.completed(epochs: 3)))
      #expect(try disk.folder.checkpoint(.last).step == 21)
      let best = engine.trainer.progress.best!.epoch * 7
      #expect(try best != 21 || disk.folder.checkpoint(.best).step == 21)
      #expect(try disk.folder.journal().end?.how == .finished)
    }
  }

  @Test func itIsTriedAgainWithoutAnyoneThere() async {
    await #expect(processExitsWith: .success) {
      let disk = RunOnDisk()
      let engine = try Self.engine(disk, trainedTo: 15)
      engine.finish()
      _ = engine.core.takeEvents()
      engine.core.trySaving()
      // A full disk is said once and not every few seconds.
      #expect(engine.core.takeEvents().isEmpty)
      UnwillingDisk.liftLimit()
      engine.core.trySaving()
      #expect(engine.state == .finished(.completed(epochs: 3)))
      #expect(try disk.folder.checkpoint(.last).step == 21)
    }
  }

  @Test func stoppingWithACheckpointWaitsForIt() async {
    await #expect(processExitsWith: .success) {
      let disk = RunOnDisk()
      let engine = try Self.engine(disk, trainedTo: 10)
      engine.send(.stop(checkpoint: true))
      #expect(Self.isUnsaved(engine))
      UnwillingDisk.liftLimit()
      engine.send(.stop(checkpoint: true))
      #expect(engine.state == .finished(.stopped(step: 10)))
      #expect(try disk.folder.checkpoint(.last).step == 10)
    }
  }

  @Test func whatCouldNotBeSavedTrainsOn() async {
    await #expect(processExitsWith: .success) {
      let disk = RunOnDisk()
      let engine = try Self.engine(disk, trainedTo: 10)
      engine.send(.stop(checkpoint: true))
      #expect(!engine.refuses(.setLearningRate(0.01)))
      #expect(!engine.refuses(.resume))
      UnwillingDisk.liftLimit()
      engine.finish()
      #expect(engine.state == .finished(.completed(epochs: 3)))
      #expect(try disk.folder.checkpoint(.last).step == 21)
    }
  }

  @Test func leavingWithoutItGoesBackToTheLastCheckpoint() async {
    await #expect(processExitsWith: .success) {
      let disk = RunOnDisk()
      let engine = try Self.engine(disk, trainedTo: 10)
      engine.send(.stop(checkpoint: true))
      engine.send(.stop(checkpoint: false))
      #expect(engine.state == .finished(.dropped(step: 10, backTo: 7)))
      UnwillingDisk.liftLimit()
      #expect(engine.refuses(.checkpoint))
      #expect(try disk.folder.checkpoint(.last).step == 7)
    }
  }
}
