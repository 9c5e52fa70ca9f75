import EngineInterface
import Kernels
import Network

/// The last layer of a network, where it can be solved in closed form, and what it is solved on.
struct SolvableHead {
  let name: String
  /// All layers that have parameters, but for the head.
  let layersBelow: Set<String>
  /// What the head reads.
  let source: PlanSource
  /// Floats of it, for an image.
  let width: Int

  /// Why the last layer cannot be solved; `nil` where it can.
  /// - Parameter isBinary: whether the loss is of sigmoids.
  static func obstacle(to graph: Graph, isBinary: Bool) -> Objection? {
    let last = graph.nodes[graph.nodes.count - 1]
    guard !isBinary, let dense = last.layer as? Dense, dense.hasBias,
      dense.activation == .linear, !dense.appliesSoftmax
    else { return .noSolvableHead(layer: last.name) }
    return nil
  }

  /// - Precondition: nothing speaks against it.
  init(_ graph: Graph) {
    let last = graph.nodes.count - 1
    name = graph.nodes[last].name
    let weighted = graph.nodes.indices.filter { !graph.specifications[$0].isEmpty && $0 != last }
    layersBelow = Set(weighted.map { graph.nodes[$0].name })
    source = graph.inputIndices[last][0].map { .node($0) } ?? .input(0)
    width = source.count(in: graph)
  }

  /// The network and its frozen layers as they are while the head is solved, so that what is below it is
  /// computed once for each image: as training has them, where its own freeze line serves, and what was
  /// kept for the one is there for the other; else with dropout idle and all frozen but the head.
  func line(in graph: Graph, frozen: Set<String>) -> (graph: Graph, frozen: Set<String>) {
    if frozen.isSuperset(of: layersBelow) {
      let prefix = FrozenPrefix(graph, frozen: frozen)
      let serves = graph.nodes.indices.contains {
        prefix.contains[$0] && !graph.specifications[$0].isEmpty
      }
      if serves { return (graph, frozen) }
    }
    return (graph.withoutDropout, layersBelow)
  }
}

extension Graph {
  /// The same graph, its dropout layers idle.
  fileprivate var withoutDropout: Graph {
    let idle = nodes.map { node in
      var node = node
      if var dropout = node.layer as? Dropout {
        dropout.rate = 0
        node.layer = dropout
      }
      return node
    }
    do {
      return try Graph(name: name, inputShape: inputShape, nodes: idle)
    } catch {
      preconditionFailure("a graph without dropout: \(error)")
    }
  }
}
