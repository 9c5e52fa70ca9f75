import EngineInterface
import Files
import RunStore

/// How a run ends, and what is kept of it.
extension EngineCore {
  /// Ends the run once what was learned is in a checkpoint. Where none can be written, it stands in
  /// memory until one can.
  func conclude(_ ending: Ending) {
    giveUpSolvingHead()
    pause = Pause()
    if recorder.hasUnsavedWork, canBeSaved, let error = writeCheckpoint() {
      let words = "\(Self.brief(error))"
      phase = .unsaved(words, ending)
      outbox.put(.unsaved(words))
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
      recorder.append(.ended(step: step, time: RunRecorder.now, how: how, reason: reason))
    }
    switch ending {
    case .finished(let ending):
      phase = .finished(ending)
      if case .completed = ending { note(.finished) } else { note(.stopped) }
      outbox.put(.finished(ending))
    case .failed(let error):
      let rest: RunFailure.Rest =
        recorder.lastCheckpoint.map { .checkpoint(path: $0.path) }
        ?? (run == nil ? .keptNowhere : .noCheckpointYet)
      let failure = RunFailure(error: error, rest: rest)
      phase = .failed(failure)
      note(.failed, error)
      outbox.put(.failed(failure))
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
    if trainer?.isIntact == false {
      recorder.forgetWork()
      noteBreakdown(error)
    }
    conclude(.failed("\(error)"))
  }

  /// The run could not even begin.
  func failToPrepare(_ error: any Error) {
    failure = error
    let failure = RunFailure(error: "\(error)")
    phase = .failed(failure)
    outbox.put(.failed(failure))
  }

  /// Whether what is in memory is what training made of it, and may be written over nothing better.
  var canBeSaved: Bool {
    if case .failed = phase { return false }
    return !recorder.isDropped && trainer != nil
  }

  /// - Parameter isTold: whether a failure is an event.
  /// - Returns: why it could not be written; `nil` where it was, or nothing is to be kept.
  @discardableResult
  func writeCheckpoint(isTold: Bool = true) -> (any Error)? {
    guard let trainer else { return nil }
    return recorder.writeCheckpoint(
      of: trainer, editCount: history.edits.count, isTold: isTold)
  }
}
