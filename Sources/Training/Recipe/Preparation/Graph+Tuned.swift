import EngineInterface
import Network

extension Graph {
  /// The graph as the settings want it: the head where it was put, dropout layers put in, and their rates
  /// set. Layers keep their names and parameters; what was said of dropout on layers that the head has
  /// cut off waits for them.
  /// - Throws: `GraphError` where a setting does not fit the graph.
  func tuned(by settings: TuningSettings) throws(GraphError) -> Graph {
    var graph = try headed(by: settings)
    let isCut = settings.headAfter != nil
    for (name, rate) in settings.dropout.sorted(by: { $0.key < $1.key }) {
      if isCut, graph.index(of: name) == nil { continue }
      graph = try graph.settingDropoutRate(rate, of: name)
    }
    for (layer, rate) in settings.insertedDropout.sorted(by: { $0.key < $1.key }) {
      if isCut, layer != Self.inputName, graph.index(of: layer) == nil { continue }
      let name = TuningSettings.insertedName(after: layer)
      // One that is cut off has its name all the same.
      if isCut, index(of: name) != nil { throw .duplicateName(name) }
      graph = try graph.insertingDropout(after: layer, name: name, rate: rate)
    }
    return graph
  }

  /// The graph with its head where the settings have put it, of as many outputs; its name says where that
  /// is, and is no other layer's, so that both heads can have weights.
  /// - Throws: `GraphError` where there is no such layer.
  func headed(by settings: TuningSettings) throws(GraphError) -> Graph {
    guard let layer = settings.headAfter else { return self }
    var name = "output_\(layer)"
    // Averaging, too, is named after it.
    while nodes.contains(where: { $0.name.hasPrefix(name) }) { name += "_" }
    return try replacingHead(outputs: outputShape.count, name: name, after: layer).graph
  }
}
