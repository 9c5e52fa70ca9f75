/// A run in full, as its folder has it: what it began with, what was changed, and its curve.
package struct RunDetails: Sendable, Codable, Equatable {
  /// An edit as the journal has it.
  package struct MadeEdit: Sendable, Codable, Equatable {
    package var step: Int
    package var edit: Edit

    package init(step: Int, edit: Edit) {
      self.step = step
      self.edit = edit
    }
  }

  package var path: String
  /// As the run began.
  package var settings: TuningSettings
  /// With all edits.
  package var settingsNow: TuningSettings
  package var optimizer: OptimizerKind
  package var schedule: String
  package var batch: Int
  package var seed: UInt64
  /// Oldest first.
  package var edits: [MadeEdit]
  /// One for each epoch that is done.
  package var epochs: [EpochSummary]

  package init(
    path: String, settings: TuningSettings, settingsNow: TuningSettings, optimizer: OptimizerKind,
    schedule: String, batch: Int, seed: UInt64, edits: [MadeEdit], epochs: [EpochSummary]
  ) {
    self.path = path
    self.settings = settings
    self.settingsNow = settingsNow
    self.optimizer = optimizer
    self.schedule = schedule
    self.batch = batch
    self.seed = seed
    self.edits = edits
    self.epochs = epochs
  }
}
