import Datasets
import EngineInterface
import Network

extension CacheObstacle {
  /// What stands in the way of keeping the features of a frozen prefix; `nil` where nothing does.
  static func first(
    graph: Graph, frozen: Set<String>, prefix: FrozenPrefix, data: TrainingData, budget: Int
  ) -> CacheObstacle? {
    func hasWeights(_ index: Int) -> Bool { !graph.specifications[index].isEmpty }
    guard budget > 0 else { return .switchedOff }
    guard !frozen.isEmpty else { return .nothingFrozen }
    guard data.train.isRepeatable || data.train.views > 1, data.validation?.isRepeatable ?? true
    else {
      return .augmentation
    }
    if !graph.nodes.indices.contains(where: { prefix.contains[$0] && hasWeights($0) }) {
      guard let index = prefix.contains.firstIndex(of: false) else { return nil }
      let node = graph.nodes[index]
      if node.layer.isRandom {
        return .dropout(layer: node.name)
      }
      if node.layer is BatchNormalization {
        return .liveStatistics(layer: node.name)
      }
      return .liveLayer(node.name)
    }
    return prefix.contains.allSatisfy { $0 } ? .nothingToTrain : nil
  }
}
