import Images
import JSON
import Network

/// A model as a file had it. Belongs to one queue at a time, as its `Model` does.
package struct ImportedModel {
  package var model: Model
  package var report: ImportReport
  /// Layers that the file says are not to be trained (`trainable: false`), in the graph's order.
  package var frozenLayers: [String]
  /// How many times as fast as the others a layer learns, where the file says so: never 0 nor 1.
  package var multipliers: [String: Double] = [:]
  /// Regularizers and constraints, by the names that layers and parameters have in `model`.
  package var trainingRules: TrainingRules
  /// The loss that the file says the model was trained with.
  package var loss: RecordedLoss?
  /// Whether its outputs are answers and not features, where the file or the architecture says so.
  package var hasClassifier: Bool?
  /// Whether its reader saw to `OpeningOptions.outputLayer`, in the file's own words.
  var isAnswerChosen = false
  /// Names of the outputs, where the format has them.
  package var classNames: [String]?
  /// How a picture becomes what the model reads: as its leading layers say, else as its family is
  /// trained, else as most are.
  package var preparation: ImagePreparation
  /// Which known network it is, and in whose words; `nil` for one that its file describes.
  package var family: (architecture: Architecture, dialect: Dialect)?
  /// The `config.json` of a folder of timm's, as it stands.
  package var timmConfiguration: JSONValue?

  package init(
    model: Model, report: ImportReport, frozenLayers: [String] = [],
    trainingRules: TrainingRules = TrainingRules(), loss: RecordedLoss? = nil,
    classNames: [String]? = nil, family: (architecture: Architecture, dialect: Dialect)? = nil
  ) {
    self.model = model
    self.report = report
    self.frozenLayers = frozenLayers
    self.trainingRules = trainingRules
    self.loss = loss
    self.classNames = classNames
    self.family = family
    preparation =
      ImagePreparation(readFrom: model)
      ?? family.map { ImagePreparation(of: $0.architecture, in: $0.dialect) }
      .flatMap { $0.fits(channels: model.graph.inputShape.channels) ? $0 : nil } ?? .assumed
  }
}
