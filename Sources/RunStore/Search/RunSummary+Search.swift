import EngineInterface
import Files
import Glibc

extension RunFolder {
  /// What a list says of a search: epochs and the best of all its trials.
  /// - Throws: `FileError`, `FormatError`.
  func readSearch(into summary: inout RunSummary, _ record: RunRecord, isInUse: Bool) throws {
    let search = try SearchRecord.read(searchPath)
    let events = try SearchJournal.read(searchJournalPath)
    summary.model = record.model
    summary.data = record.data
    summary.created = record.created
    summary.lastActivity = lastWriting(of: searchJournalPath) ?? record.created
    summary.canResume = true
    var trials: Set<Int> = []
    var ending: SearchEnding?
    for event in events {
      switch event {
      case .epoch(let trial, let loss, let accuracy):
        trials.insert(trial)
        summary.epochsDone += 1
        guard loss.isFinite, loss < summary.best?.metrics.loss ?? .infinity else { continue }
        summary.best = RunSummary.Best(
          epoch: summary.epochsDone,
          metrics: EpochSummary.Metrics(loss: loss, accuracy: accuracy, top5: nil),
          isValidation: true)
      case .failed(let trial, _), .cancelled(let trial): trials.insert(trial)
      case .extended: ending = nil
      case .ended(let how): ending = how
      case .worked: break
      }
    }
    summary.trials = trials.count
    summary.epochsPlanned = max(summary.epochsDone, search.budget.epochs)
    summary.state =
      isInUse ? .running : ending == nil ? .stopped(step: nil) : .finished
  }

  /// Seconds since 1970; `nil` for a file that is not there.
  private func lastWriting(of path: String) -> Double? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
  }
}
