/// Everything a screen shows of the engine at one moment, its history aside. Immutable; the engine
/// publishes a new one at most every few steps, the screen samples it.
package struct EngineSnapshot: Sendable, Codable {
  package enum State: Sendable, Codable, Equatable {
    /// Reading the model and data, making the first plan.
    case preparing(PreparationStage)
    case running
    case validating
    case paused
    /// Over, but for a checkpoint that could not be written; the error's words. What was learned stands in
    /// memory, and saving is tried again.
    case unsaved(String)
    /// All epochs done, or stopped. The workbench stays.
    case finished(RunEnding)
    case failed(RunFailure)
  }

  /// Grows with every snapshot.
  package var revision: UInt64 = 0
  /// Of each sender the last request that was carried out or refused.
  package var lastApplied: [RequestID] = []
  package var state: State = .preparing(.starting)
  /// Where training has broken down; `nil` while it has not, and where a run failed otherwise.
  package var breakdown: Breakdown?

  package var run: RunDescription
  package var settings: TuningSettings
  package var layers: [LayerSummary] = []
  package var progress = Progress()
  package var latest = LatestMetrics()
  /// How the last freeze or thaw changed the step.
  package var stepTime = StepTime()
  /// What is kept of the frozen layers' features.
  package var cache = FeatureCacheStatus()

  package init(run: RunDescription, settings: TuningSettings) {
    self.run = run
    self.settings = settings
  }

  /// The number of the last request of `sender` that was carried out or refused; 0: none yet.
  package func lastApplied(of sender: UInt64) -> UInt64 {
    lastApplied.first { $0.sender == sender }?.number ?? 0
  }

  /// Parameters that training moves now.
  package var trainableParameters: Int {
    layers.reduce(0) { $0 + ($1.isFrozen ? 0 : $1.trainableParameterCount) }
  }
  package var parameterCount: Int {
    layers.reduce(0) { $0 + $1.parameterCount }
  }
}
