import EngineInterface
import Network

extension Graph {
  /// Every layer as screens show it, what is measured in training aside.
  func summaries(_ settings: TuningSettings) -> [LayerSummary] {
    let prefix = FrozenPrefix(self, frozen: settings.frozen)
    return nodes.enumerated().map { index, node in
      let specifications = specifications[index]
      var layer = LayerSummary(
        name: node.name, kind: node.layer.kind, detail: node.layer.detail, inputs: node.inputs,
        outputShape: shapes[index].dimensions,
        parameterCount: specifications.reduce(0) { $0 + $1.count },
        trainableParameterCount: specifications.reduce(0) { $0 + ($1.isTrainable ? $1.count : 0) })
      layer.isNormalization = node.layer is BatchNormalization
      layer.isFrozen = layer.canFreeze && settings.frozen.contains(node.name)
      layer.isInFrozenPrefix = prefix.contains[index]
      layer.multiplier = settings.multipliers[node.name] ?? 1
      layer.dropout = (node.layer as? Dropout)?.rate
      layer.dropoutLayer = dropoutLayer(actingOn: node.name)
      if specifications.contains(where: { !$0.unitAxes.isEmpty }) {
        layer.maxNorm = settings.maxNormInForce(for: node.name)
      }
      return layer
    }
  }
}
