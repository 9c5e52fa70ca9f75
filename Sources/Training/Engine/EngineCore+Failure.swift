import EngineInterface
import Files
import RunStore

/// How a run ends, and what is kept of it.
extension EngineCore {
  /// Ends the run once what was learned is in a checkpoint. Where none can be written, it stands in
  /// memory until one can.
  func conclude(_ ending: Ending) {
    giveUpSolvingHead()
    isPaused = false
    singleSteps = 0
    if hasUnsavedWork, canBeSaved, let error = writeCheckpoint() {
      let words = "\(Self.brief(error))"
      phase = .unsaved(words, ending)
      events.append(.unsaved(words))
      return
    }
    settle(ending)
  }

  /// What is wrong, with the file's name alone: its folder is the run's.
  private static func brief(_ error: any Error) -> any Error {
    guard let error = error as? FileError else { return error }
    return FileError(path: splitPath(error.path).name, action: error.action, code: error.code)
  }

  private func settle(_ ending: Ending) {
    let step = trainer?.progress.step ?? 0
    func note(_ how: RunEnd, _ reason: String? = nil) {
      journal { try $0.append(.ended(step: step, time: Self.now, how: how, reason: reason)) }
    }
    switch ending {
    case .finished(let ending):
      phase = .finished(ending)
      if case .completed = ending { note(.finished) } else { note(.stopped) }
      events.append(.finished(ending))
    case .failed(let error):
      let rest: RunFailure.Rest =
        lastCheckpoint.map { .checkpoint(path: $0.path) }
        ?? (run == nil ? .keptNowhere : .noCheckpointYet)
      let failure = RunFailure(error: error, rest: rest)
      phase = .failed(failure)
      note(.failed, error)
      events.append(.failed(failure))
    }
  }

  /// Whether the run is over but for a checkpoint that could not be written yet.
  var isUnsaved: Bool {
    if case .unsaved = phase { true } else { false }
  }

  /// Tries once more to write what is not saved yet, and says only what is new.
  func trySaving() {
    guard case .unsaved(_, let ending) = phase else { return }
    if writeCheckpoint(isTold: false) == nil { settle(ending) }
  }

  /// Training cannot go on. What stands in memory is kept, unless the step has spoilt it.
  func failTraining(_ error: any Error) {
    failure = error
    if let breakdown = error as? TrainingError {
      hasUnsavedWork = false
      noteBreakdown(breakdown)
    }
    conclude(.failed("\(error)"))
  }

  /// The run could not even begin.
  func failToPrepare(_ error: any Error) {
    failure = error
    let failure = RunFailure(error: "\(error)")
    phase = .failed(failure)
    events.append(.failed(failure))
  }

  /// Does something with the journal. What it cannot write is said once and tried again with the
  /// next entry: a full disk does not end training.
  func journal(_ body: (Journal) throws -> Void) {
    guard let journal = run?.journal else { return }
    do {
      try body(journal)
      hasJournalTrouble = false
    } catch {
      if !hasJournalTrouble { events.append(.notice(.journalUnwritable("\(error)"))) }
      hasJournalTrouble = true
    }
  }

  /// Whether what is in memory is what training made of it, and may be written over nothing better.
  var canBeSaved: Bool {
    if case .failed = phase { return false }
    return !isDropped && trainer != nil
  }

  /// - Parameter isTold: whether a failure is an event.
  /// - Returns: why it could not be written; `nil` where it was, or nothing is to be kept.
  @discardableResult
  func writeCheckpoint(isTold: Bool = true) -> (any Error)? {
    guard let run, let trainer else { return nil }
    do {
      let path = try writingWithRoom(trainer) {
        try run.write(trainer.checkpoint(), isBest: isUnsavedBest, time: Self.now)
      }
      lastCheckpoint = SavedPlace(
        path: path, step: trainer.progress.step, learningRate: trainer.settings.learningRate,
        editCount: history.edits.count)
      hasUnsavedWork = false
      isUnsavedBest = false
      events.append(.checkpointWritten(path: path, step: trainer.progress.step))
      return nil
    } catch {
      if isTold { events.append(.notice(.checkpointUnwritable("\(error)"))) }
      return error
    }
  }

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
