import EngineInterface
import Files
import RunStore

/// What becomes of a run when something cannot be done, and what is kept of it until then.
extension EngineCore {
  func failTraining(_ error: any Error) {
    let last =
      lastCheckpoint.map { "the last good checkpoint is \($0.path)" }
      ?? (run == nil ? "nothing was kept" : "there is no checkpoint yet")
    fail(error, "\(error); \(last)")
    hasUnsavedWork = false
    if let trainer {
      let step = trainer.progress.step
      journal {
        try $0.append(.ended(step: step, time: Self.now, how: .failed, reason: "\(error)"))
      }
    }
  }

  func fail(_ error: any Error, _ text: String) {
    failure = error
    phase = .failed(text)
    isPaused = false
    singleSteps = 0
    events.append(.failed(text))
  }

  /// The end is there and its checkpoint is not. Nothing is lost yet: with room made, a checkpoint
  /// can be asked for again.
  func failToSave(_ error: any Error) {
    fail(FileErrorOnTheWayOut(error: error), "\(error); nothing is lost while this stays open")
  }

  /// Does something with the journal. What it cannot write is said once and tried again with the
  /// next entry: a full disk does not end training.
  func journal(_ body: (Journal) throws -> Void) {
    guard let journal = run?.journal else { return }
    do {
      try body(journal)
      hasJournalTrouble = false
    } catch {
      if !hasJournalTrouble { events.append(.notice("the journal cannot be written: \(error)")) }
      hasJournalTrouble = true
    }
  }

  /// - Returns: why it could not be written; `nil` where it was, or nothing is to be kept.
  @discardableResult
  func writeCheckpoint(isBest: Bool) -> (any Error)? {
    guard let run, let trainer else { return nil }
    do {
      let path = try writingWithRoom(trainer) {
        try run.write(trainer.checkpoint(), isBest: isBest, time: Self.now)
      }
      lastCheckpoint = (path, trainer.progress.step)
      hasUnsavedWork = false
      events.append(.checkpointWritten(path: path, step: trainer.progress.step))
      return nil
    } catch {
      events.append(.notice("the checkpoint could not be written: \(error)"))
      return error
    }
  }
}

extension EngineCore {
  /// Writes something; where the disk is full, once more after the feature cache has given way.
  private func writingWithRoom<Result>(_ trainer: Trainer, _ write: () throws -> Result) throws
    -> Result
  {
    do {
      return try write()
    } catch let error as FileError where error.isOutOfSpace {
      guard trainer.giveUpCacheFiles() else { throw error }
      return try write()
    }
  }
}

/// The last checkpoint could not be written: the weights are good and still there.
struct FileErrorOnTheWayOut: Error, CustomStringConvertible {
  let error: any Error
  var description: String { "\(error)" }
}
