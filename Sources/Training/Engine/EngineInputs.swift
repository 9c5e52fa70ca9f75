import Datasets
import RunStore

/// What an engine trains, and on what.
package struct EngineInputs {
  package let prepared: PreparedModel
  package let data: TrainingData
  /// Sentences for a person: what an import left out.
  package let notices: [String]

  /// - Parameter prepared: of the same configuration as the engine's, so that options that do not fit
  ///   the network are known before there is a run.
  package init(prepared: PreparedModel, data: TrainingData, notices: [String] = []) {
    self.prepared = prepared
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
