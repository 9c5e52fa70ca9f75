import EngineInterface
import Network

extension Graph {
  /// Whether a pattern names node `index`, by its own name, by its layer's, or by a block that it is in.
  func matches(_ pattern: LayerPattern, _ index: Int) -> Bool {
    let (name, layer) = (nodes[index].name, layerName(of: index))
    func means(_ name: String) -> Bool { pattern.means(name) { self.index(of: $0) != nil } }
    return means(name) || (layer != name && means(layer))
  }
}
