import Datasets
import Network

/// Why the features of a frozen prefix cannot be kept, as words for a person.
enum CacheObstacle {
  /// - Returns: `nil` where nothing speaks against it.
  static func reason(
    graph: Graph, frozen: Set<String>, prefix: FrozenPrefix, data: TrainingData, budget: Int
  ) -> String? {
    func hasWeights(_ index: Int) -> Bool { !graph.specifications[index].isEmpty }
    guard budget > 0 else { return "it is switched off (--cache-budget 0)" }
    guard !frozen.isEmpty else { return "nothing is frozen" }
    guard data.train.isRepeatable, data.validation?.isRepeatable ?? true else {
      return "augmentation changes the images in every epoch"
    }
    if !graph.nodes.indices.contains(where: { prefix.contains[$0] && hasWeights($0) }) {
      guard let index = prefix.contains.firstIndex(of: false) else { return nil }
      let node = graph.nodes[index]
      if node.layer.isRandom {
        return "\(node.name) (dropout), before the frozen layers, draws anew in every step"
      }
      if node.layer is BatchNormalization {
        return "the batch-norm \(node.name), before the frozen layers, is live: its statistics move"
      }
      return "\(node.name), before the frozen layers, is live"
    }
    return prefix.contains.allSatisfy { $0 } ? "nothing is left to train" : nil
  }
}
