import Kernels

/// The softmax or sigmoid at a network's end, which makes probabilities of logits: training takes it
/// off, since its loss takes logits, and whoever answers puts it back.
package struct FinalActivation: Sendable {
  package enum Kind: Sendable {
    /// One class out of all.
    case softmax
    /// A yes or no at each output.
    case sigmoid
  }

  package let kind: Kind
  fileprivate let place: Place

  fileprivate enum Place {
    /// It belongs to this dense or convolutional layer.
    case ofLayer(String)
    /// It is this layer.
    case layer(Graph.Node)
  }
}

extension Graph {
  /// The graph with the softmax or sigmoid at its end taken off, so that it gives logits, and what
  /// puts it back on; `nil` where there is none.
  ///
  /// It counts as being at the end when only layers that change no value follow it. All else that
  /// reads what it reads would have to go through it: it is in the only way out.
  package func removingFinalActivation() -> (graph: Graph, activation: FinalActivation)? {
    guard let (index, kind) = finalActivation else { return nil }
    let node = nodes[index]
    var edited = nodes
    let place: FinalActivation.Place
    if let layer = node.layer.settingFinalActivation(nil) {
      edited[index].layer = layer
      place = .ofLayer(node.name)
    } else {
      guard nodes.count > 1 else { return nil }
      edited.remove(at: index)
      edited = edited.map { $0.reading(node.inputs[0], insteadOf: node.name) }
      place = .layer(node)
    }
    guard let graph = try? Graph(name: name, inputShape: inputShape, nodes: edited) else {
      preconditionFailure("the \(kind) '\(node.name)' is not at the end of a chain")
    }
    return (graph, FinalActivation(kind: kind, place: place))
  }

  /// What the network's end makes of logits; `nil` where it gives them as they are.
  package var finalActivationKind: FinalActivation.Kind? { finalActivation?.kind }

  /// The graph with a softmax or sigmoid that `removingFinalActivation` took off put on again.
  /// - Throws: `GraphError` where the layer it belongs to is no longer there.
  package func restoring(_ activation: FinalActivation) throws(GraphError) -> Graph {
    switch activation.place {
    case .ofLayer(let name):
      guard let index = index(of: name),
        let layer = nodes[index].layer.settingFinalActivation(activation.kind)
      else { throw .noSuchLayer(name) }
      var edited = nodes
      edited[index].layer = layer
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
    guard finalActivation?.kind != .softmax else { return self }
    let last = nodes[nodes.count - 1]
    if let dense = last.layer as? Dense, dense.activation == .linear {
      return try restoring(FinalActivation(kind: .softmax, place: .ofLayer(last.name)))
    }
    var name = "softmax"
    while index(of: name) != nil { name += "_" }
    return try Graph(
      name: self.name, inputShape: inputShape,
      nodes: nodes + [Node(name: name, layer: Softmax(), inputs: [last.name])])
  }

  private var finalActivation: (index: Int, kind: FinalActivation.Kind)? {
    var index = nodes.count - 1
    while true {
      let layer = nodes[index].layer
      if let kind = layer.finalActivationKind {
        // Over several positions there are several answers, and no single softmax over them all.
        let isOne = index == nodes.count - 1 || kind == .sigmoid || shapes[index].positions == 1
        return isOne ? (index, kind) : nil
      }
      guard layer is Flatten || layer is Reshape || layer is Dropout,
        let source = inputIndices[index][0]
      else { return nil }
      index = source
    }
  }
}

extension Layer {
  /// The softmax or sigmoid that this layer is, or ends in.
  fileprivate var finalActivationKind: FinalActivation.Kind? {
    switch self {
    case is Softmax: .softmax
    case let dense as Dense where dense.appliesSoftmax: .softmax
    case let dense as Dense where dense.activation == .sigmoid: .sigmoid
    case let convolution as Conv2D where convolution.activation == .sigmoid: .sigmoid
    case let layer as ActivationLayer where layer.activation == .sigmoid: .sigmoid
    default: nil
    }
  }

  /// The same layer with another end; `nil` where it does more than that, or cannot have it.
  fileprivate func settingFinalActivation(_ kind: FinalActivation.Kind?) -> (any Layer)? {
    switch self {
    case var dense as Dense:
      dense.appliesSoftmax = kind == .softmax
      dense.activation = kind == .sigmoid ? .sigmoid : .linear
      return dense
    case var convolution as Conv2D where kind != .softmax:
      convolution.activation = kind == .sigmoid ? .sigmoid : .linear
      return convolution
    default: return nil
    }
  }
}
