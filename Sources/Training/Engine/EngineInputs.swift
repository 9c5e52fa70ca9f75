import Datasets
import Network
import RunStore

/// What an engine trains, and on what: as read from files, before anything is replaced or taken off.
package struct EngineInputs {
  package var model: Model
  package var data: TrainingData
  /// Sentences for a person: what an import left out.
  package var notices: [String]

  package init(model: Model, data: TrainingData, notices: [String] = []) {
    self.model = model
    self.data = data
    self.notices = notices
  }
}

/// How an engine begins.
package enum EngineStart: Sendable {
  case new
  /// From the run's last checkpoint, or its beginning where there is none yet. A run that was done
  /// gets as many epochs again.
  case resume
  /// A new run in which the edits of another are made again, each at its step.
  case replay([JournalContents.Command])
}
