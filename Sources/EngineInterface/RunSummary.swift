/// A run in a list: what a person needs to choose one.
package struct RunSummary: Sendable, Codable, Equatable {
  package enum State: Sendable, Codable, Equatable {
    /// A living process trains it.
    case running
    /// All its epochs were trained.
    case finished
    /// It can be resumed; the step after which somebody stopped it, `nil` where it was killed.
    case stopped(step: Int?)
    /// The error's words.
    case failed(String)
    /// Its record cannot be read; the error's words.
    case unreadable(String)
  }

  /// The best epoch: the lowest validation loss, or training loss where there is no validation.
  package struct Best: Sendable, Codable, Equatable {
    package var epoch: Int
    package var metrics: EpochSummary.Metrics
    package var isValidation: Bool

    package init(epoch: Int, metrics: EpochSummary.Metrics, isValidation: Bool) {
      self.epoch = epoch
      self.metrics = metrics
      self.isValidation = isValidation
    }
  }

  package var name: String
  package var path: String
  package var state: State
  /// As it was given; empty where the record cannot be read.
  package var model = ""
  package var data = ""
  /// Seconds since 1970.
  package var created: Double?
  /// Of the last entry in its journal.
  package var lastActivity: Double?
  package var epochsDone = 0
  /// With the edits that changed it.
  package var epochsPlanned = 0
  package var steps = 0
  package var best: Best?
  /// Whether it can be gone on with: from its last checkpoint, or from its beginning.
  package var canResume = false
  /// Of a search, how many trials have begun; `nil`: it is a single run. Its epochs are those of all trials.
  package var trials: Int?

  package init(name: String, path: String, state: State) {
    self.name = name
    self.path = path
    self.state = state
  }
}
