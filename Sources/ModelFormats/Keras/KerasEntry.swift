import Kernels
import Network

/// The layers for pixels that some of Keras Applications' networks begin with. They have no weights, or
/// statistics alone, so that a file of weights does not tell all of them.
enum KerasEntry {
  /// What a `Normalization` has measured.
  struct Standardization {
    let mean: [Float]
    let variance: [Float]
  }

  /// The graph with these layers in front, where its architecture has them and the graph has not.
  /// - Throws: `UnexpectedContent` for statistics that are none.
  static func added(
    to graph: Graph, of architecture: Architecture, standardization: Standardization?
  ) throws -> Graph {
    if let standardization { try check(standardization, channels: graph.inputShape.channels) }
    let layers = layers(
      of: architecture.family, named: architecture.name(in: .keras), standardization)
    let isThere = graph.nodes.contains { $0.layer is Rescaling && $0.inputs == [Graph.inputName] }
    guard !layers.isEmpty, !isThere else { return graph }
    var entry: [Graph.Node] = []
    for (name, layer) in layers {
      entry.append(
        Graph.Node(name: name, layer: layer, inputs: [entry.last?.name ?? Graph.inputName]))
    }
    let last = entry[entry.count - 1].name
    let nodes = graph.nodes.map { node in
      var node = node
      node.inputs = node.inputs.map { $0 == Graph.inputName ? last : $0 }
      return node
    }
    return try Graph(name: graph.name, inputShape: graph.inputShape, nodes: entry + nodes)
  }

  private static func check(_ statistics: Standardization, channels: Int) throws {
    guard statistics.mean.count == channels, statistics.variance.count == channels,
      statistics.mean.allSatisfy(\.isFinite),
      statistics.variance.allSatisfy({ $0.isFinite && $0 >= 0 })
    else {
      throw UnexpectedContent(
        expected: "\(channels) means and variances of 'normalization'",
        found:
          "\(statistics.mean.count) and \(statistics.variance.count), or some that are no numbers"
      )
    }
  }

  private static let imageNet = Standardization(
    mean: [0.485, 0.456, 0.406], variance: [0.229, 0.224, 0.225].map { $0 * $0 })
  /// Keras' EfficientNets have ImageNet's deviations in the place of variances, and divide by their
  /// roots once more.
  private static let deviations: [Float] = [0.229, 0.224, 0.225]

  private static func layers(
    of family: String, named name: String, _ found: Standardization?
  ) -> [(String, any Layer)] {
    func scaling(_ divisor: Float, _ offset: Float = 0) -> (String, any Layer) {
      ("rescaling", Rescaling(scale: [1 / divisor], offset: [offset]))
    }
    func standardizing(_ statistics: Standardization) -> (String, any Layer) {
      (
        "normalization",
        Rescaling(standardizing: statistics.mean, variance: statistics.variance)
      )
    }
    switch family {
    case "EfficientNet":
      let statistics =
        found ?? Standardization(mean: imageNet.mean, variance: deviations)
      let isDivided = zip(statistics.variance, deviations).allSatisfy { abs($0 - $1) < 1e-3 }
      let roots = Rescaling(scale: deviations.map { 1 / $0.squareRoot() }, offset: [0])
      return [scaling(255), standardizing(statistics)] + (isDivided ? [("rescaling_1", roots)] : [])
    case "EfficientNetV2":
      let isSmall = name.lowercased().contains("b")
      return isSmall ? [scaling(255), standardizing(imageNet)] : [scaling(128, -1)]
    case "MobileNetV3": return [scaling(127.5, -1)]
    default: return []
    }
  }
}

extension Rescaling {
  /// Keras' `Normalization`: (x − mean) / max(√variance, ε).
  init(standardizing mean: [Float], variance: [Float]) {
    let scale = variance.map { 1 / max($0.squareRoot(), 1e-7) }
    self.init(scale: scale, offset: zip(mean, scale).map { -$0 * $1 })
  }
}
