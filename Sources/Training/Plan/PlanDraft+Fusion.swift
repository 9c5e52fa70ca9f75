import Network

extension PlanDraft {
  /// The same, with layers put together that can run as one: fewer passes over memory, and the same
  /// numbers.
  ///
  /// A layer takes up the one after it where nothing else reads it: no other layer, nor anyone
  /// outside the plan.
  func fused() -> PlanDraft {
    var readers = Array(repeating: [Int](), count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for case .node(let source) in node.sources { readers[source].append(index) }
    }

    /// The layers so far of those that others may be added to, by the last of them.
    var nodes = nodes
    var isTakenUp = Array(repeating: false, count: nodes.count)
    for index in nodes.indices where !nodes[index].isWanted && readers[index].count == 1 {
      let next = readers[index][0]
      guard let merged = Self.fuse(nodes[index], nodes[next]) else { continue }
      nodes[next] = merged
      isTakenUp[index] = true
    }

    var places = Array(repeating: 0, count: nodes.count)
    var draft = self
    draft.nodes = []
    for (index, node) in nodes.enumerated() where !isTakenUp[index] {
      places[index] = draft.nodes.count
      var node = node
      node.sources = node.sources.map { source in
        guard case .node(let below) = source else { return source }
        return .node(places[below])
      }
      draft.nodes.append(node)
    }
    return draft
  }

  /// Both as one, at the place of the second.
  private static func fuse(_ first: Node, _ second: Node) -> Node? {
    guard second.sources.count == 1, first.needsGradient == second.needsGradient,
      let layer = first.layer as? any FusableLayer,
      let fused = layer.fused(
        with: second.layer,
        at: FusionSite(
          mode: first.mode, nextMode: second.mode, needsGradient: first.needsGradient))
    else { return nil }
    var node = first
    node.layer = fused
    node.outputName = second.outputName
    node.shape = second.shape
    node.parameters += second.parameters
    node.trains = first.trains || second.trains
    node.isWanted = second.isWanted
    return node
  }
}
