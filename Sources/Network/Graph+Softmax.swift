import Kernels

/// A softmax at a network's end: where it is taken off for training, and where it goes back.
package enum FinalSoftmax: Sendable {
  /// It belongs to this dense layer.
  case ofLayer(String)
  /// It is this layer.
  case layer(Graph.Node)
}

extension Graph {
  /// The graph with the softmax at its end taken off, so that it gives logits, and what puts it
  /// back on; `nil` where there is none.
  ///
  /// A softmax counts as being at the end when only layers that change no value follow it. All
  /// else that reads what it reads would have to go through it: it is in the only way out.
  package func removingFinalSoftmax() -> (graph: Graph, softmax: FinalSoftmax)? {
    guard let index = finalSoftmaxIndex else { return nil }
    let node = nodes[index]
    var edited = nodes
    let softmax: FinalSoftmax
    if var dense = node.layer as? Dense {
      dense.appliesSoftmax = false
      edited[index].layer = dense
      softmax = .ofLayer(node.name)
    } else {
      guard nodes.count > 1 else { return nil }
      edited.remove(at: index)
      edited = edited.map { $0.reading(node.inputs[0], insteadOf: node.name) }
      softmax = .layer(node)
    }
    guard let graph = try? Graph(name: name, inputShape: inputShape, nodes: edited) else {
      preconditionFailure("the softmax '\(node.name)' is not at the end of a chain")
    }
    return (graph, softmax)
  }

  /// The graph with a softmax that `removingFinalSoftmax` took off put on again.
  /// - Throws: `GraphError` where the layer it belongs to is no longer there.
  package func restoring(_ softmax: FinalSoftmax) throws(GraphError) -> Graph {
    switch softmax {
    case .ofLayer(let name):
      guard let index = index(of: name) else { throw .noSuchLayer(name) }
      guard var dense = nodes[index].layer as? Dense else { throw .noSuchLayer(name) }
      dense.appliesSoftmax = true
      var edited = nodes
      edited[index].layer = dense
      return try Graph(name: self.name, inputShape: inputShape, nodes: edited)
    case .layer(let node):
      let source = node.inputs[0]
      if source == Self.inputName { return try inserting(node, at: 0, behind: source) }
      guard let index = index(of: source) else { throw .noSuchLayer(source) }
      return try inserting(node, at: index + 1, behind: source)
    }
  }

  /// The graph with a softmax at its end: the one it has, or else a new one, in the last layer
  /// where that is dense and linear.
  package func endingInSoftmax() throws(GraphError) -> Graph {
    guard finalSoftmaxIndex == nil else { return self }
    let last = nodes[nodes.count - 1]
    if let dense = last.layer as? Dense, dense.activation == .linear {
      return try restoring(.ofLayer(last.name))
    }
    var name = "softmax"
    while index(of: name) != nil { name += "_" }
    return try Graph(
      name: self.name, inputShape: inputShape,
      nodes: nodes + [Node(name: name, layer: Softmax(), inputs: [last.name])])
  }

  var finalSoftmaxIndex: Int? {
    var index = nodes.count - 1
    while true {
      let layer = nodes[index].layer
      if layer is Softmax { return index }
      if let dense = layer as? Dense, dense.appliesSoftmax { return index }
      guard layer is Flatten || layer is Reshape || layer is Dropout,
        let source = inputIndices[index][0]
      else { return nil }
      // Over several positions there are several answers, and no single softmax over them all.
      guard shapes[source].positions == 1 else { return nil }
      index = source
    }
  }
}
