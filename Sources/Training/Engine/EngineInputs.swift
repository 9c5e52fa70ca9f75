import Datasets
import Network
import RunStore

/// What an engine trains, and on what.
package struct EngineInputs {
  package var model: Model
  package var data: TrainingData
  /// Sentences for a person: what an import left out.
  package var notices: [String]
  /// The model made ready; `nil` leaves that to the engine.
  private(set) var prepared: PreparedModel?

  /// - Parameter model: as read from its file, before anything is replaced or taken off.
  package init(model: Model, data: TrainingData, notices: [String] = []) {
    self.model = model
    self.data = data
    self.notices = notices
  }

  /// - Parameter prepared: of the same configuration as the engine's, so that options that do not fit
  ///   the network are known before there is a run.
  package init(prepared: PreparedModel, data: TrainingData, notices: [String] = []) {
    self.init(model: prepared.model, data: data, notices: notices)
    self.prepared = prepared
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
