/// Layers as a person knows them: a separable convolution is one, though its halves are two nodes.
extension Graph {
  /// The name of the layer that node `index` is of: its own, or for the depthwise half of a
  /// `SeparableConv2D` that of the whole.
  package func layerName(of index: Int) -> String {
    let node = nodes[index]
    guard let depthwise = node.layer as? DepthwiseConv2D, !depthwise.hasBias,
      depthwise.activation == .linear, consumers[index].count == 1
    else { return node.name }
    let next = nodes[consumers[index][0]]
    guard let pointwise = next.layer as? Conv2D, pointwise.window.height == 1,
      pointwise.window.width == 1, node.name == SeparableConv2D.depthwiseName(of: next.name)
    else { return node.name }
    return next.name
  }

  /// Whether node `index` drops a whole path of the network, or none of it: stochastic depth, which is
  /// part of an architecture.
  package func isStochasticDepth(_ index: Int) -> Bool {
    (nodes[index].layer as? Dropout).map { $0.sharedAxes.count == shapes[index].rank } ?? false
  }
}
