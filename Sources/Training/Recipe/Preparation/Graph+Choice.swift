import Network

/// Layers that options mean without naming them.
extension Graph {
  /// The first layers that have parameters; a separable convolution is one.
  /// - Parameter others: layers that do not count, such as a new head's.
  func firstLayers(_ count: Int, besides others: Set<String>) -> [String] {
    let places = nodes.indices.filter {
      !specifications[$0].isEmpty && !others.contains(nodes[$0].name)
    }
    var layers: [String] = []
    for name in places.map(layerName) where layers.last != name { layers.append(name) }
    let wanted = Set(layers.prefix(count))
    return places.filter { wanted.contains(layerName(of: $0)) }.map { nodes[$0].name }
  }

  /// Dropout layers, in order. Stochastic depth, which drops a whole path of a network, is part of its
  /// architecture and not meant.
  var dropoutLayers: [String] {
    zip(nodes, shapes)
      .filter { node, shape in
        (node.layer as? Dropout).map { $0.sharedAxes.count < shape.rank } ?? false
      }
      .map(\.0.name)
  }
}
