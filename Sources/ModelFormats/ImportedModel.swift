import Network

/// A model as a file had it. Belongs to one queue at a time, as its `Model` does.
package struct ImportedModel {
  package var model: Model
  package var report: ImportReport
  /// Layers that the file says are not to be trained (`trainable: false`), in the graph's order.
  package var frozenLayers: [String]
  /// Regularizers and constraints, by the names that layers and parameters have in `model`.
  package var trainingRules: TrainingRules
  /// Names of the outputs, where the format has them.
  package var classNames: [String]?

  package init(
    model: Model, report: ImportReport, frozenLayers: [String] = [],
    trainingRules: TrainingRules = TrainingRules(), classNames: [String]? = nil
  ) {
    self.model = model
    self.report = report
    self.frozenLayers = frozenLayers
    self.trainingRules = trainingRules
    self.classNames = classNames
  }
}
