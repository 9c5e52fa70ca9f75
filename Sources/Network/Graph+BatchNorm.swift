import Kernels

/// Batch normalisation put into a network that has none, or in whose convolutions it is folded.
package struct InsertedBatchNorms: Sendable {
  /// The network with them: to begin with they do nothing.
  package let graph: Graph
  /// The new layers, and the convolution before each, in order.
  package let places: [(name: String, convolution: String)]
}

extension Graph {
  /// What a network with folded batch normalisation gets: torchvision's, whose exports most of them are.
  package static let insertedNormalization = BatchNormalization(epsilon: 1e-5, momentum: 0.9)

  /// Convolutions that no normalisation follows, in order: those that `insertingBatchNorms` would act on.
  package var convolutionsWithoutNormalization: [Int] {
    let classifier = classifierIndex
    return nodes.indices.filter { index in
      index != classifier && isConvolution(index) && shapes[index].positions > 1
        && !isNormalized(index)
    }
  }

  /// Whether anything in it normalises.
  package var hasNormalization: Bool { nodes.contains { $0.layer.isNormalization } }

  /// The graph with a batch normalisation after every convolution that has none, before its activation:
  /// one that belongs to the convolution becomes a layer of its own. `conv1` is followed by `conv1_bn`, and
  /// by `conv1_relu` where it had that.
  ///
  /// Left alone are the classifier, what looks at a single position (a gate's squeezed channels), and
  /// convolutions whose sum or concatenation with others is normalised.
  ///
  /// - Returns: `nil` where there is no place for one.
  package func insertingBatchNorms() throws(GraphError) -> InsertedBatchNorms? {
    let chosen = Set(convolutionsWithoutNormalization)
    guard !chosen.isEmpty else { return nil }
    var taken = Set(nodes.map(\.name))
    func free(_ name: String) -> String {
      var name = name
      while !taken.insert(name).inserted { name += "_" }
      return name
    }
    var renamed: [String: String] = [:]
    var edited: [Node] = []
    var places: [(name: String, convolution: String)] = []
    for (index, node) in nodes.enumerated() {
      var node = node
      node.inputs = node.inputs.map { renamed[$0] ?? $0 }
      guard chosen.contains(index) else {
        edited.append(node)
        continue
      }
      let (layer, activation) = node.layer.splittingActivation()
      node.layer = layer
      let name = free("\(node.name)_bn")
      edited += [node, Node(name: name, layer: Self.insertedNormalization, inputs: [node.name])]
      places.append((name, node.name))
      if activation != .linear {
        let after = free("\(node.name)_\(activation.name)")
        edited.append(Node(name: after, layer: ActivationLayer(activation), inputs: [name]))
      }
      renamed[node.name] = edited[edited.count - 1].name
    }
    return InsertedBatchNorms(
      graph: try Graph(name: name, inputShape: inputShape, nodes: edited), places: places)
  }

  /// A convolution, whole: the halves of a separable one count as one.
  private func isConvolution(_ index: Int) -> Bool {
    switch nodes[index].layer {
    case is Conv2D: true
    case is DepthwiseConv2D: layerName(of: index) == nodes[index].name
    default: false
    }
  }

  /// Whether what it computes is normalised before anything else is done with it than to put it together
  /// with others, pad or pool it.
  private func isNormalized(_ index: Int) -> Bool {
    if nodes[index].layer.splittingActivation().activation != .linear { return false }
    var waiting = consumers[index]
    var seen = Set(waiting)
    while let next = waiting.popLast() {
      let layer = nodes[next].layer
      if layer.isNormalization { return true }
      guard specifications[next].isEmpty, !(layer is ActivationLayer), !(layer is Multiply) else {
        continue
      }
      waiting += consumers[next].filter { seen.insert($0).inserted }
    }
    return false
  }
}

extension Layer {
  var isNormalization: Bool { self is BatchNormalization || self is LayerNormalization }

  /// The layer without the activation that follows it in the same pass, and that activation.
  fileprivate func splittingActivation() -> (layer: any Layer, activation: Activation) {
    switch self {
    case var convolution as Conv2D:
      let activation = convolution.activation
      convolution.activation = .linear
      return (convolution, activation)
    case var convolution as DepthwiseConv2D:
      let activation = convolution.activation
      convolution.activation = .linear
      return (convolution, activation)
    default: return (self, .linear)
    }
  }
}
