import EngineInterface
import Files

extension RunsFolder {
  /// Every run, the one with the latest activity first. One that cannot be read is in the list, too.
  /// - Throws: `FileError` where the folder itself cannot be read; there being none means no runs.
  package func summaries() throws -> [RunSummary] {
    try runs().map(\.summary)
      .sorted {
        let times = ($0.lastActivity ?? $0.created ?? 0, $1.lastActivity ?? $1.created ?? 0)
        return times.0 != times.1 ? times.0 > times.1 : $0.name < $1.name
      }
  }
}

extension RunFolder {
  package var summary: RunSummary {
    var summary = RunSummary(name: name, path: path, state: .running)
    do {
      // Asked first: a run that ends meanwhile has its last entries in the journal then.
      let isInUse = isInUse
      let record = try record()
      if isSearch {
        try readSearch(into: &summary, record, isInUse: isInUse)
        return summary
      }
      let journal = try JournalContents.read(journalPath, metrics: false)
      summary.model = record.model
      summary.data = record.data
      summary.created = record.created
      summary.lastActivity = journal.lastTime
      summary.epochsDone = journal.epochs.last?.epoch ?? 0
      summary.epochsPlanned =
        journal.edits.reduce(record.settings) { $0.applying($1.edit) }.epochs
      summary.steps =
        [journal.epochs.last?.step, journal.checkpoints.last?.step, journal.end?.step]
        .compactMap { $0 }.max() ?? 0
      summary.best = Self.best(of: journal.epochs)
      summary.canResume = true
      summary.state = isInUse ? .running : Self.state(after: journal.end)
    } catch {
      summary.state = .unreadable("\(error)")
    }
    return summary
  }

  private static func state(after end: JournalContents.End?) -> RunSummary.State {
    switch end?.how {
    case .finished: .finished
    case .stopped: .stopped(step: end?.step)
    case .failed: .failed(end?.reason ?? "")
    case nil: .stopped(step: nil)
    }
  }

  private static func best(of epochs: [EpochSummary]) -> RunSummary.Best? {
    epochs
      .map { epoch in
        RunSummary.Best(
          epoch: epoch.epoch, metrics: epoch.validation ?? epoch.train,
          isValidation: epoch.validation != nil)
      }
      // An epoch whose loss is no number is never the best.
      .filter { $0.metrics.loss.isFinite }
      .min { $0.metrics.loss < $1.metrics.loss }
  }
}
