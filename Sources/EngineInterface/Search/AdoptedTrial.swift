/// What a run has taken over from a trial.
package struct AdoptedTrial: Codable, Sendable, Equatable {
  package var trial: SearchTrial
  package var dimensions: [SearchDimension]
  package var edit: Edit
  /// The settings before it and after: what undoing it takes back.
  package var before: TuningSettings
  package var after: TuningSettings

  package init(
    trial: SearchTrial, dimensions: [SearchDimension], edit: Edit, before: TuningSettings,
    after: TuningSettings
  ) {
    self.trial = trial
    self.dimensions = dimensions
    self.edit = edit
    self.before = before
    self.after = after
  }
}
