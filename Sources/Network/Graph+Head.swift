import Kernels

/// What replacing a head came to.
package struct HeadReplacement: Sendable {
  package let graph: Graph
  /// The new dense layer; its outputs are logits.
  package let name: String
  /// Names of what was taken off and of what was put on, in order.
  package let removed: [String]
  package let added: [String]
}

extension Graph {
  /// The graph with a new last layer: a dense layer of `outputs` logits takes the place of the
  /// last layer with parameters and of everything after it.
  ///
  /// A network without a head of its own (an extractor of features, which ends in convolutions)
  /// loses nothing: the dense layer goes after it. Where features still have positions, they are
  /// averaged over first.
  ///
  /// - Parameters:
  ///   - name: of the new layer; numbered where a layer that stays is called so.
  ///   - layer: the one that the new layer reads, whatever follows it; `nil`: the one before the last
  ///     layer with parameters.
  /// - Throws: `GraphError` for a senseless number of outputs, or where there is no such layer.
  package func replacingHead(
    outputs: Int, name: String = "output", after layer: String? = nil
  ) throws(GraphError) -> HeadReplacement {
    let (source, features) = try headSource(after: layer)
    let stay = Graph.nodes(leadingTo: source, among: nodes)
    let taken = Set(stay.map(\.name))
    func free(_ name: String) -> String {
      var candidate = name
      var number = 1
      while taken.contains(candidate) {
        candidate = "\(name)_\(number)"
        number += 1
      }
      return candidate
    }
    var added: [Node] = []
    var last = source
    if features.rank == 3, features.positions > 1 {
      let pool = free(name + "_pool")
      added.append(Node(name: pool, layer: GlobalAveragePooling2D(), inputs: [last]))
      last = pool
    } else if features.rank != 1 {
      let flatten = free(name + "_flatten")
      added.append(Node(name: flatten, layer: Flatten(), inputs: [last]))
      last = flatten
    }
    let output = free(name)
    added.append(Node(name: output, layer: Dense(units: outputs), inputs: [last]))
    return HeadReplacement(
      graph: try Graph(name: self.name, inputShape: inputShape, nodes: stay + added),
      name: output, removed: nodes.map(\.name).filter { !taken.contains($0) },
      added: added.map(\.name))
  }

  /// What a new head reads, and the shape of that.
  private func headSource(after layer: String?) throws(GraphError) -> (String, Shape) {
    if let layer {
      guard let index = index(of: layer) else { throw .noSuchLayer(layer) }
      return (layer, shapes[index])
    }
    guard let end = classifierIndex else { return (nodes[nodes.count - 1].name, outputShape) }
    return (nodes[end].inputs[0], inputShapes(of: end)[0])
  }

  /// Whether it plainly ends in features, and not in answers: in what a convolution gives, normalised or
  /// pooled. Where a dense layer comes last, only who made the network can tell.
  package var endsInFeatures: Bool {
    guard classifierIndex == nil, finalActivationKind == nil,
      let last = specifications.lastIndex(where: { $0.contains { $0.role == .kernel } })
    else { return false }
    return !(nodes[last].layer is Dense)
  }

  /// The last layer with parameters, where it is a classifier that everything passes through.
  var classifierIndex: Int? {
    guard let index = specifications.lastIndex(where: { !$0.isEmpty }),
      isOnlyWay(through: index)
    else { return nil }
    switch nodes[index].layer {
    case is Dense: return index
    case let convolution as Conv2D:
      return isClassifier(convolution, at: index) ? index : nil
    default: return nil
    }
  }

  /// A network of convolutions only ends in one with a filter for each class, which looks at single
  /// positions or at the whole image, or whose plain sums are averaged over the positions.
  private func isClassifier(_ convolution: Conv2D, at index: Int) -> Bool {
    guard outputShape.count == convolution.filters else { return false }
    let input = inputShapes(of: index)[0].dimensions
    let window = convolution.window
    if window.height == 1, window.width == 1 { return true }
    if window.height == input[0], window.width == input[1] { return true }
    return convolution.activation == .linear
      && nodes[(index + 1)...].allSatisfy { node in
        node.layer is GlobalAveragePooling2D || node.layer is Flatten || node.layer is Reshape
          || node.layer is Dropout || node.layer is Softmax
      }
  }

  /// Whether no later layer reads anything but `index` and what comes after it.
  private func isOnlyWay(through index: Int) -> Bool {
    inputIndices[(index + 1)...].allSatisfy { reads in
      reads.allSatisfy { source in source.map { $0 >= index } ?? false }
    }
  }
}
