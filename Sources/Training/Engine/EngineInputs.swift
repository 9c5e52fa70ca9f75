import Datasets
import EngineInterface
import RunStore

/// What an engine trains, and on what.
package struct EngineInputs {
  package let prepared: PreparedModel
  package let data: TrainingData
  /// What reading them has found, for a person: what an import left out.
  package let notices: [String]
  /// Those of them that are about the data.
  package var findings: [String] = []
  /// With what was read added to it.
  package let configuration: EngineConfiguration
  /// Where the run is kept, held by this process; `nil`: nowhere.
  package var run: Run?
  /// Makes the model once more as it was at the beginning; `nil` where nobody knows how.
  package var prepareAgain: (() throws -> PreparedModel)?
  /// Makes model and data as other options have them; `nil` where nobody knows how.
  package var remake: Remaking?

  /// - Parameter prepared: with this configuration, so that options that do not fit the network are
  ///   known before there is a run.
  package init(
    prepared: PreparedModel, configuration: EngineConfiguration, data: TrainingData,
    notices: [String] = []
  ) {
    self.prepared = prepared
    self.configuration = configuration
    self.data = data
    self.notices = notices
  }
}

/// Makes model and data as other options have them, with the weights that a run begins with.
package typealias Remaking = (EngineConfiguration) throws -> (PreparedModel, TrainingData)

/// How an engine begins.
package enum EngineStart: Sendable {
  case new
  /// From a checkpoint of the run, or its beginning where there is none yet; with edits that are made
  /// after those in its journal. A run that was done gets as many epochs again, unless the edits say
  /// how many; or it only stands there to be looked at, where it is not to train on by itself.
  case resume(
    from: CheckpointChoice = .last, edits: [Edit] = [], trainsOn: Bool = true)
  /// A new run in which the edits of another are made again, each at its step; up to the step at which
  /// that one stands, where it is known.
  ///
  /// `files`: where the weights lie that the other has adopted.
  case replay([JournaledEdit], to: Int? = nil, files: RunFolder? = nil)

  package var isNew: Bool {
    if case .resume = self { false } else { true }
  }
}
