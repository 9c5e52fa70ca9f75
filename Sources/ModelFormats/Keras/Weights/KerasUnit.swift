import Network

/// The layers of a graph of ours that are one of Keras' with weights: one, or the two halves of a
/// separable convolution.
struct KerasUnit {
  let name: String
  /// What Keras calls the class: `separable_conv2d`.
  let className: String
  /// Its weights, in Keras' order.
  let weights: [(node: Int, specification: ParameterSpecification)]

  /// Those of a graph with weights, in its order.
  static func all(in graph: Graph) -> [KerasUnit] {
    var units: [KerasUnit] = []
    for (index, node) in graph.nodes.enumerated() where !graph.specifications[index].isEmpty {
      let own = graph.specifications[index].map { (index, $0) }
      if let half = depthwiseHalf(of: index, in: graph), let first = units.last,
        first.weights[0].node == half
      {
        units[units.count - 1] = KerasUnit(
          name: node.name, className: "separable_conv2d", weights: first.weights + own)
      } else {
        units.append(
          KerasUnit(
            name: node.name, className: KerasNumbering.snakeCase(node.layer.kind), weights: own))
      }
    }
    return units
  }

  /// The other half of a pointwise convolution.
  private static func depthwiseHalf(of index: Int, in graph: Graph) -> Int? {
    guard graph.nodes[index].layer is Conv2D, let source = graph.inputIndices[index][0],
      graph.nodes[source].layer is DepthwiseConv2D,
      graph.nodes[source].name == SeparableConv2D.depthwiseName(of: graph.nodes[index].name)
    else { return nil }
    return source
  }
}

/// Which of a file's layers each of a graph's is.
struct KerasUnitMatching {
  /// For each unit, the place of the stored layer.
  private(set) var stored: [Int?]

  /// By name. Names that Keras makes itself begin to count anywhere: they are put in order of their
  /// numbers.
  init(byNames layers: [KerasStoredLayer], of units: [KerasUnit]) {
    stored = [Int?](repeating: nil, count: units.count)
    var places: [String: Int] = [:]
    var numbered: [String: [(number: Int, place: Int)]] = [:]
    for (place, layer) in layers.enumerated() {
      guard let name = layer.name else { continue }
      if let (base, number) = Self.automatic(name) {
        numbered[base, default: []].append((number, place))
      } else {
        places[name] = place
      }
    }
    var own: [String: [(number: Int, place: Int)]] = [:]
    for (index, unit) in units.enumerated() {
      if let (base, number) = Self.automatic(unit.name) {
        own[base, default: []].append((number, index))
      } else {
        stored[index] = places[unit.name]
      }
    }
    for (base, units) in own {
      let layers = (numbered[base] ?? []).sorted { $0.number < $1.number }
      for (unit, layer) in zip(units.sorted { $0.number < $1.number }, layers) {
        stored[unit.place] = layer.place
      }
    }
  }

  /// By class, in Keras' order, for files without names.
  init(byClass layers: [KerasStoredLayer], of units: [KerasUnit], in graph: Graph) {
    stored = [Int?](repeating: nil, count: units.count)
    let order = KerasLayerOrder.sorted(graph.inputIndices.map { $0.compactMap { $0 } })
    var ranks = [Int](repeating: 0, count: order.count)
    for (rank, node) in order.enumerated() where ranks.indices.contains(node) {
      ranks[node] = rank
    }
    let sorted = units.indices.sorted {
      ranks[units[$0].weights[0].node] < ranks[units[$1].weights[0].node]
    }
    let byClass = Dictionary(grouping: layers.indices) { layers[$0].className ?? "" }
    for (className, members) in Dictionary(grouping: sorted, by: { units[$0].className }) {
      for (unit, layer) in zip(members, byClass[className] ?? []) { stored[unit] = layer }
    }
  }

  private static let classes: Set<String> = [
    "conv2d", "separableconv2d", "depthwiseconv2d", "dense", "batchnormalization",
    "layernormalization", "prelu", "normalization",
  ]

  /// Class and number of a name that Keras makes itself; Keras 1 wrote `convolution2d_1`.
  static func automatic(_ name: String) -> (base: String, number: Int)? {
    let (base, number) = KerasNumbering.parts(of: name)
    let canonical = base.replacing("_", with: "").replacing("convolution", with: "conv")
    return classes.contains(canonical) ? (canonical, number ?? 0) : nil
  }
}
