import Datasets
import EngineInterface
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
  /// With what the model's file said added to it; `nil`: as the engine was given it.
  private(set) var configuration: EngineConfiguration?
  /// Where the run is kept, held by this process; `nil`: nowhere.
  package var run: Run?

  /// - Parameter model: as read from its file, before anything is replaced or taken off.
  package init(model: Model, data: TrainingData, notices: [String] = []) {
    self.model = model
    self.data = data
    self.notices = notices
  }

  /// - Parameter prepared: with this configuration, so that options that do not fit the network are
  ///   known before there is a run.
  package init(
    prepared: PreparedModel, configuration: EngineConfiguration, data: TrainingData,
    notices: [String] = []
  ) {
    self.init(model: prepared.model, data: data, notices: notices)
    self.prepared = prepared
    self.configuration = configuration
  }
}

/// How an engine begins.
package enum EngineStart: Sendable {
  case new
  /// From a checkpoint of the run, or its beginning where there is none yet; with edits that are made
  /// after those in its journal. A run that was done gets as many epochs again, unless the edits say
  /// how many.
  case resume(from: CheckpointChoice = .last, edits: [EngineCommand] = [])
  /// A new run in which the edits of another are made again, each at its step.
  case replay([JournalContents.Command])

  package var isNew: Bool {
    if case .resume = self { false } else { true }
  }
}
