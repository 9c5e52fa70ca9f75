import Network

/// The layers whose output for an image stays the same for as long as nothing is thawed: they and
/// all that they depend on are frozen or without parameters, and deterministic. Stochastic depth on a path
/// of which nothing trains has nothing to regularise: such a path is always there, as in inference.
struct FrozenPrefix: Equatable {
  /// In the order of the nodes.
  let contains: [Bool]

  init(_ graph: Graph, frozen: Set<String>) {
    var contains: [Bool] = []
    for (index, node) in graph.nodes.enumerated() {
      // A batch-norm without scale and offset has running statistics only: they move, too.
      let isFixed = frozen.contains(node.name) || graph.specifications[index].isEmpty
      let isAfterFixed = graph.inputIndices[index].allSatisfy { $0.map { contains[$0] } ?? true }
      let isStill = !node.layer.isRandom || graph.isStochasticDepth(index)
      contains.append(isFixed && isAfterFixed && isStill)
    }
    self.contains = contains
  }

  /// The layers of the prefix that others read, in order: what a feature cache keeps.
  func boundary(of graph: Graph) -> [Int] {
    graph.nodes.indices.filter { index in
      contains[index]
        && (index == graph.nodes.count - 1
          || graph.consumers[index].contains { !contains[$0] })
    }
  }
}
