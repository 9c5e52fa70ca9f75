import Network

/// A graph on its way to becoming a plan: what each layer has to do in it, before there are
/// operations or memory.
///
/// Rules change the list (`cut`, `fused`): a fused node is just another `Layer` that stands for
/// several of the graph's.
struct PlanDraft {
  struct Node {
    /// Of the graph's layer whose parameters these are.
    var name: String
    /// Of the graph's layer whose output this is: another one where layers were fused.
    var outputName: String
    var layer: any Layer
    var sources: [PlanSource]
    var inputShapes: [Shape]
    var shape: Shape
    var parameters: [Parameter]
    var mode: OperationSite.Mode
    /// Whether gradients of its parameters are wanted.
    var trains: Bool
    var needsGradient: Bool
    /// Whether its output is asked for and must stand when the plan has run.
    var isWanted = false
  }

  /// What a plan is for.
  enum Purpose: Hashable {
    case training
    /// All layers in inference mode, and no gradients.
    case inference
  }

  let purpose: Purpose
  var nodes: [Node]

  init(_ model: Model, graph: Graph, frozen: Set<String>, purpose: Purpose) {
    self.purpose = purpose
    let prefix = FrozenPrefix(graph, frozen: frozen)
    let reach =
      purpose == .training
      ? BackwardReach(graph, frozen: frozen) : BackwardReach(inference: graph)
    nodes = graph.nodes.enumerated().map { index, node in
      let isFixed =
        purpose != .training || frozen.contains(node.name) || prefix.contains[index]
      return Node(
        name: node.name, outputName: node.name, layer: node.layer,
        sources: graph.inputIndices[index].map { $0.map { .node($0) } ?? .input(0) },
        inputShapes: graph.inputShapes(of: index), shape: graph.shapes[index],
        parameters: model.parameters[node.name] ?? [], mode: isFixed ? .inference : .training,
        trains: reach.trains[index], needsGradient: reach.needsGradient[index])
    }
  }
}
