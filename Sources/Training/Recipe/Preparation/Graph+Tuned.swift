import EngineInterface
import Network

extension Graph {
  /// The graph as the settings want it: dropout layers put in, and their rates set. Layers keep
  /// their names and parameters.
  /// - Throws: `GraphError` where a setting does not fit the graph.
  func tuned(by settings: TuningSettings) throws(GraphError) -> Graph {
    var graph = self
    for (name, rate) in settings.dropout.sorted(by: { $0.key < $1.key }) {
      graph = try graph.settingDropoutRate(rate, of: name)
    }
    for (layer, rate) in settings.insertedDropout.sorted(by: { $0.key < $1.key }) {
      graph = try graph.insertingDropout(
        after: layer, name: TuningSettings.insertedName(after: layer), rate: rate)
    }
    return graph
  }
}
