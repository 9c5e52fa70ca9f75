import Network

/// Which layers of a graph train, and which the gradient has to pass on its way to them.
struct BackwardReach: Equatable {
  /// In the order of the nodes: has trainable parameters and is not frozen.
  let trains: [Bool]
  /// In the order of the nodes: trains, or something that it reads does, however far below. The
  /// backward pass runs on these and on no others.
  let needsGradient: [Bool]

  init(_ graph: Graph, frozen: Set<String>) {
    var trains: [Bool] = []
    var needsGradient: [Bool] = []
    for (index, node) in graph.nodes.enumerated() {
      let isTrained =
        !frozen.contains(node.name) && graph.specifications[index].contains { $0.isTrainable }
      trains.append(isTrained)
      needsGradient.append(
        isTrained || graph.inputIndices[index].contains { $0.map { needsGradient[$0] } ?? false })
    }
    self.trains = trains
    self.needsGradient = needsGradient
  }

  /// Inference: nothing trains.
  init(inference graph: Graph) {
    trains = Array(repeating: false, count: graph.nodes.count)
    needsGradient = trains
  }
}
