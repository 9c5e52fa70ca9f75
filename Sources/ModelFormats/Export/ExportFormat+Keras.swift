import Network

extension ExportFormat {
  /// `.keras`: what `keras.saving.load_model` takes.
  static let keras = ExportFormat(
    name: "keras", summary: "a whole model for Keras 3 (.keras)",
    write: { try writeKeras($0, as: .archive, to: $1) }, copy: nil)

  static let kerasHDF5 = ExportFormat(
    name: "keras-h5", summary: "a whole model for Keras 3 in the older form (.h5)",
    write: { try writeKeras($0, as: .hdf5, to: $1) }, copy: nil)

  private static func writeKeras(
    _ outgoing: OutgoingModel, as container: KerasExport.Container, to path: String
  ) throws -> ExportReport {
    var export = KerasExport()
    export.classNames = outgoing.classNames
    export.preparation = outgoing.preparation
    export.frozenLayers = outgoing.frozenLayers
    export.trainingRules = outgoing.trainingRules
    let model = Model(graph: outgoing.graph, parameters: outgoing.model.parameters)
    try export.write(model, as: container, to: path)
    let layers = outgoing.graph.nodes.count
    let rules = outgoing.trainingRules
    let lost =
      rules.unknown
      + rules.activityRegularizers.keys.sorted().map { "the penalty on what \($0) gives" }
    return ExportReport(
      summary: "a model of \(layers) layers for Keras",
      warnings: lost.map { "without \($0), which Thaw does not have" })
  }
}
