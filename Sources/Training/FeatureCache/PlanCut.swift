import Network

/// A part of a network: what it is given, and what is wanted of it.
struct PlanCut: Hashable {
  var inputs: [PlanSource]
  /// Empty: everything after the frozen prefix.
  var outputs: [PlanSource]

  /// The layers that lead from the inputs to the outputs, in order; `nil` where the inputs are not
  /// enough.
  func layers(of graph: Graph) -> [Int]? {
    let given = Set(inputs)
    var isNeeded = Array(repeating: false, count: graph.nodes.count)
    for case .node(let index) in outputs where !given.contains(.node(index)) {
      isNeeded[index] = true
    }
    if outputs.contains(.input(0)), !given.contains(.input(0)) { return nil }
    for index in graph.nodes.indices.reversed() where isNeeded[index] {
      for input in graph.inputIndices[index] {
        let source = input.map { PlanSource.node($0) } ?? .input(0)
        if given.contains(source) { continue }
        guard let input else { return nil }
        isNeeded[input] = true
      }
    }
    return graph.nodes.indices.filter { isNeeded[$0] }
  }
}

extension PlanSource {
  /// Floats of it, for an image.
  func count(in graph: Graph) -> Int {
    switch self {
    case .input: graph.inputShape.count
    case .node(let index): graph.shapes[index].count
    }
  }

  func name(in graph: Graph) -> String {
    switch self {
    case .input: Graph.inputName
    case .node(let index): graph.nodes[index].name
    }
  }
}

extension PlanDraft {
  /// The part of it that lies between what is given and what is wanted.
  func cut(_ cut: PlanCut, graph: Graph, prefix: FrozenPrefix) -> PlanDraft {
    let kept =
      cut.outputs.isEmpty
      ? graph.nodes.indices.filter { !prefix.contains[$0] } : cut.layers(of: graph)!
    var places: [Int: Int] = [:]
    for (place, index) in kept.enumerated() { places[index] = place }
    var draft = self
    draft.nodes = kept.map { index in
      var node = nodes[index]
      node.sources = node.sources.map { source in
        if let input = cut.inputs.firstIndex(of: source) { return .input(input) }
        guard case .node(let below) = source, let place = places[below] else {
          preconditionFailure("\(node.name) reads \(source), which is not given")
        }
        return .node(place)
      }
      node.isWanted = cut.outputs.contains(.node(index))
      return node
    }
    return draft
  }
}
