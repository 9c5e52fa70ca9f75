import Kernels

/// Edits. Each makes a new, valid graph; layers keep their names.
extension Graph {
  /// The graph with another rate for the dropout layer `name`.
  /// - Throws: `GraphError` where there is no such layer, it is no dropout, or the rate is out of
  ///   range.
  package func settingDropoutRate(_ rate: Double, of name: String) throws(GraphError) -> Graph {
    guard let index = index(of: name) else { throw .noSuchLayer(name) }
    guard var dropout = nodes[index].layer as? Dropout else { throw .noDropout(name) }
    dropout.rate = rate
    var edited = nodes
    edited[index].layer = dropout
    return try Graph(name: self.name, inputShape: inputShape, nodes: edited)
  }

  /// The graph with a dropout layer called `name` between the layer `layer`, or the graph's input
  /// where that is `inputName`, and all that read it.
  /// - Throws: `GraphError` where there is no such layer, nothing follows it (the network's answer
  ///   itself is never dropped), the name is taken, or the rate is out of range.
  package func insertingDropout(
    after layer: String, name: String, rate: Double
  ) throws(GraphError) -> Graph {
    let dropout = Node(name: name, layer: Dropout(rate: rate), inputs: [layer])
    if layer == Self.inputName { return try inserting(dropout, at: 0, behind: layer) }
    guard let index = index(of: layer) else { throw .noSuchLayer(layer) }
    guard !consumers[index].isEmpty else { throw .nothingFollows(layer) }
    return try inserting(dropout, at: index + 1, behind: layer)
  }

  /// The layers that lead to layer `name`, which becomes the answer.
  /// - Throws: `GraphError` where there is no such layer.
  package func ending(with name: String) throws(GraphError) -> Graph {
    guard let last = index(of: name) else { throw .noSuchLayer(name) }
    var isNeeded = [Bool](repeating: false, count: nodes.count)
    isNeeded[last] = true
    for place in nodes.indices.reversed() where isNeeded[place] {
      for case let input? in inputIndices[place] { isNeeded[input] = true }
    }
    return try Graph(
      name: self.name, inputShape: inputShape,
      nodes: nodes.indices.filter { isNeeded[$0] }.map { nodes[$0] })
  }

  /// The dropout layer that acts on what layer `name` computes: the first on its way, past layers
  /// without weights of their own. `nil` where there is none, or where the way forks first.
  package func dropoutLayer(actingOn name: String) -> String? {
    guard var index = index(of: name) else { return nil }
    while consumers[index].count == 1 {
      index = consumers[index][0]
      let layer = nodes[index].layer
      if layer is Dropout { return nodes[index].name }
      let hasWeights = specifications[index].contains { $0.role == .kernel }
      guard !hasWeights, inputIndices[index].count == 1 else { return nil }
    }
    return nil
  }

  /// `node` at place `index` among the nodes; whatever read `source` now reads it.
  func inserting(
    _ node: Node, at index: Int, behind source: String
  ) throws(GraphError) -> Graph {
    var edited = nodes.map { $0.reading(node.name, insteadOf: source) }
    edited.insert(node, at: index)
    return try Graph(name: name, inputShape: inputShape, nodes: edited)
  }
}

extension Graph.Node {
  /// The same node; where it read `old`, it reads `new`.
  func reading(_ new: String, insteadOf old: String) -> Graph.Node {
    var node = self
    node.inputs = inputs.map { $0 == old ? new : $0 }
    return node
  }
}
