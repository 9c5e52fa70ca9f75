import EngineInterface
import Network

extension Graph {
  /// Whether a pattern names node `index`, by its own name or by its layer's.
  func matches(_ pattern: LayerPattern, _ index: Int) -> Bool {
    pattern.matches(nodes[index].name) || pattern.matches(layerName(of: index))
  }
}
