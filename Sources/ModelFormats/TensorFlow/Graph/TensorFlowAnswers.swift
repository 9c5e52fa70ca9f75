import Network

/// The answers that a graph has: what is computed of the image with weights, and what no other such value
/// is computed of. Losses, gradients, statistics of a batch and what is saved are none.
struct TensorFlowAnswers {
  /// Names of nodes, in the file's order.
  let names: [String]
  /// Those of second classifiers, which training has for a better gradient.
  let auxiliary: [String]

  private static let weighing: Set<String> = ["Conv2D", "DepthwiseConv2dNative", "MatMul"]
  private static let resources: Set<String> = [
    "VarHandleOp", "VariableV2", "Variable", "RandomUniform", "Placeholder",
    "PlaceholderV2", "Const",
  ]

  private struct State {
    /// Whether it can be computed of the image, weights and constants.
    var isKnown = false
    var isImage = false
    var isWeighed = false
  }

  init(_ graph: TensorFlowGraph) {
    var states: [String: State] = [:]
    var waiting: [String: Int] = [:]
    var readers: [String: [String]] = [:]
    let nodes = graph.names.filter { !$0.hasPrefix("gradients/") && !$0.contains("/gradients/") }
    for name in nodes {
      guard let node = graph.nodes[name] else { continue }
      let inputs = Set(node.inputs.map { TensorFlowNode.parts(of: $0).node })
      waiting[name] =
        TensorFlowPath.merges.contains(node.operation)
        ? min(inputs.count, 1) : TensorFlowInput.isCandidate(node) ? 0 : inputs.count
      for input in inputs { readers[input, default: []].append(name) }
    }
    var ready = nodes.filter { waiting[$0] == 0 }
    while let name = ready.popLast() {
      guard let node = graph.nodes[name], states[name]?.isKnown != true else { continue }
      guard let state = Self.state(of: node, states, graph) else { continue }
      states[name] = state
      for reader in readers[name] ?? [] {
        waiting[reader]! -= 1
        if waiting[reader]! == 0 { ready.append(reader) }
      }
    }
    let answers = nodes.filter { name in
      guard let state = states[name], state.isImage, state.isWeighed else { return false }
      return !(readers[name] ?? []).contains { states[$0]?.isImage == true }
    }
    let seconds = answers.filter { $0.lowercased().contains("aux") }
    auxiliary = seconds
    names = answers.count > seconds.count ? answers.filter { !seconds.contains($0) } : answers
  }

  /// `nil` for what cannot be computed of an image.
  private static func state(
    of node: TensorFlowNode, _ states: [String: State], _ graph: TensorFlowGraph
  ) -> State? {
    if TensorFlowInput.isCandidate(node) {
      return State(isKnown: true, isImage: true, isWeighed: false)
    }
    let inputs = node.inputs.map { reference -> (state: State?, output: Int) in
      let (name, output) = TensorFlowNode.parts(of: reference)
      return (states[name], output)
    }
    let isSwitch =
      TensorFlowPath.switches.contains(node.operation)
      || TensorFlowPath.merges.contains(node.operation)
    let isRead =
      TensorFlowOperatorTable.rows[node.operation] != nil || isSwitch
      || TensorFlowPath.passing.contains(node.operation) || resources.contains(node.operation)
    guard isRead else { return nil }
    let isMerge = TensorFlowPath.merges.contains(node.operation)
    let known = inputs.filter { $0.state?.isKnown == true }
    guard isMerge ? !known.isEmpty : known.count == inputs.count else { return nil }
    var state = State(isKnown: true)
    state.isImage = known.contains { $0.state?.isImage == true }
    if state.isImage {
      // What a batch-norm measures beside its result is none; neither are means over a batch.
      let isStatistic = inputs.contains { input in
        input.state?.isImage == true && input.output > 0 && node.operation != "Merge"
          && isBatchNorm(node.inputs, input.output, graph)
      }
      if isStatistic || isBatchMean(node, graph) { return nil }
      if TensorFlowOperatorTable.constantOperations.contains(node.operation),
        node.operation != "Cast"
      {
        return nil
      }
      if TensorFlowOperatorTable.shapeOperations.contains(node.operation) { state.isImage = false }
    }
    state.isWeighed =
      state.isImage
      && (weighing.contains(node.operation) || known.contains { $0.state?.isWeighed == true })
    return state
  }

  private static func isBatchNorm(
    _ inputs: [String], _ output: Int, _ graph: TensorFlowGraph
  ) -> Bool {
    inputs.contains { reference in
      let parts = TensorFlowNode.parts(of: reference)
      return parts.output == output
        && graph.nodes[parts.node]?.operation.hasPrefix("FusedBatchNorm") == true
    }
  }

  private static func isBatchMean(_ node: TensorFlowNode, _ graph: TensorFlowGraph) -> Bool {
    guard ["Mean", "Max", "Sum"].contains(node.operation), node.inputs.count > 1 else {
      return false
    }
    return graph.integers(node.inputs[1])?.contains(0) ?? false
  }
}
