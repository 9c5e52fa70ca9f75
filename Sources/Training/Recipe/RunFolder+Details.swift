import EngineInterface
import RunStore

extension RunFolder {
  /// What it began with, what was changed, and its curve.
  /// - Throws: `FileError`, `FormatError` where its record or journal cannot be read.
  func details() throws -> RunDetails {
    let record = try record()
    let configuration = try options(EngineConfiguration.self)
    let journal = try JournalContents.read(journalPath, metrics: false)
    return RunDetails(
      path: path, settings: record.settings,
      settingsNow: journal.edits.reduce(record.settings) { $0.applying($1.edit) },
      optimizer: configuration.optimizer, schedule: configuration.schedule.description,
      batch: configuration.batch, seed: record.seed,
      edits: journal.edits.map { RunDetails.MadeEdit(step: $0.step, edit: $0.edit) },
      epochs: journal.epochs)
  }
}
