import Network

/// The nodes that lead to an answer once training is over, each after those that it reads: branches that
/// are not taken are left out, and what passes its input on as it is stands for it.
struct TensorFlowPath {
  private(set) var nodes: [TensorFlowNode] = []
  /// The answer.
  private(set) var output = ""
  var notes: [String] = []

  let graph: TensorFlowGraph
  /// Outputs that a branch gives which is not taken.
  private(set) var dead: Set<String> = []
  private var originals: [String: String] = [:]

  static let switches: Set<String> = ["Switch", "RefSwitch"]
  static let merges: Set<String> = ["Merge", "RefMerge"]
  /// Operations that pass their input on.
  static let passing: Set<String> = [
    "Identity", "IdentityN", "StopGradient", "PreventGradient", "CheckNumerics", "Snapshot",
    "ReadVariableOp", "EnsureShape", "PlaceholderWithDefault", "Print", "PrintV2",
    "CheckNumericsV2", "DebugIdentity", "FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxArgs",
  ]
  /// What comes from outside: nothing before it is looked at.
  static let sources: Set<String> = [
    "Placeholder", "PlaceholderV2", "DecodeJpeg", "DecodePng", "DecodeImage", "DecodeBmp",
    "DecodeGif", "DecodeRaw", "IteratorGetNext", "QueueDequeue", "QueueDequeueV2",
    "QueueDequeueMany", "QueueDequeueManyV2", "QueueDequeueUpTo", "QueueDequeueUpToV2",
    "FIFOQueue", "ParseExample", "VarHandleOp", "Variable", "VariableV2", "Const",
  ]
  private static let loops: Set<String> = [
    "Enter", "RefEnter", "Exit", "RefExit", "NextIteration", "RefNextIteration", "LoopCond",
    "While", "StatelessWhile",
  ]

  /// - Throws: `UnexpectedContent` for a loop, and for branches of which nobody knows which is taken.
  init(to output: String, in graph: TensorFlowGraph) throws {
    self.graph = graph
    try findDead(from: output)
    self.output = try original(output)
    try order(from: self.output)
  }

  /// Depth first, with a stack of its own: graphs may be as deep as they are large.
  private struct Walk {
    private var isOpen: [String: Bool] = [:]
    private var stack: [(name: String, next: [String])] = []

    var isEmpty: Bool { stack.isEmpty }
    func isKnown(_ name: String) -> Bool { isOpen[name] != nil }
    func isUnderWay(_ name: String) -> Bool { isOpen[name] == true }

    mutating func enter(_ name: String, next: [String]) {
      isOpen[name] = true
      stack.append((name, next.reversed()))
    }

    /// The next one to look at, or the one that has been seen to its end.
    mutating func step() -> (next: String?, finished: String?) {
      if let next = stack[stack.count - 1].next.popLast() { return (next, nil) }
      let name = stack.removeLast().name
      isOpen[name] = false
      return (nil, name)
    }
  }

  private mutating func findDead(from output: String) throws {
    var walk = Walk()
    var deadNodes: Set<String> = []
    func names(_ node: TensorFlowNode) -> [String] {
      guard !Self.sources.contains(node.operation) else {
        // A constant of a branch waits for it.
        return node.controls.filter { graph.nodes[$0] != nil }
      }
      return node.inputs.compactMap {
        (try? graph.settled($0)).map { TensorFlowNode.parts(of: $0).node }
      } + node.controls.filter { graph.nodes[$0] != nil }
    }
    let first = try graph.node(of: output)
    walk.enter(first.name, next: names(first))
    while !walk.isEmpty {
      let (next, finished) = walk.step()
      if let next, !walk.isKnown(next), let node = graph.nodes[next] {
        walk.enter(next, next: names(node))
      }
      guard let finished, let node = graph.nodes[finished] else { continue }
      let inputs = node.inputs.map { (try? graph.settled($0)) ?? $0 }
      let areDead = inputs.map { dead.contains($0) || isDead($0, deadNodes) }
      if Self.merges.contains(node.operation) {
        if !areDead.isEmpty, areDead.allSatisfy({ $0 }) { deadNodes.insert(finished) }
        continue
      }
      if areDead.contains(true) || node.controls.contains(where: deadNodes.contains) {
        deadNodes.insert(finished)
      } else if Self.switches.contains(node.operation), node.inputs.count > 1,
        let truth = graph.truth(of: node.inputs[1])
      {
        dead.insert(node.output(truth ? 0 : 1))
      }
    }
    dead.formUnion(deadNodes.flatMap { name in (0..<4).map { "\(name):\($0)" } })
  }

  private func isDead(_ reference: String, _ nodes: Set<String>) -> Bool {
    nodes.contains(TensorFlowNode.parts(of: reference).node)
  }

  /// What a value comes from that was passed on as it is.
  private mutating func original(_ reference: String) throws -> String {
    if let known = originals[reference] { return known }
    var place = try graph.settled(reference)
    var seen: Set<String> = []
    while let next = try passed(place) {
      guard seen.insert(place).inserted else {
        throw UnexpectedContent(
          expected: "a graph without loops", found: try graph.node(of: place).label)
      }
      place = try graph.settled(next)
    }
    originals[reference] = place
    return place
  }

  /// The input that stands for an output; `nil` where the node does something.
  private mutating func passed(_ reference: String) throws -> String? {
    let node = try graph.node(of: reference)
    let output = TensorFlowNode.parts(of: reference).output
    if Self.loops.contains(node.operation) {
      throw UnexpectedContent(expected: "a graph without loops", found: node.label)
    }
    if Self.switches.contains(node.operation) { return node.inputs.first }
    if Self.merges.contains(node.operation) {
      let live = try node.inputs.filter { !dead.contains(try graph.settled($0)) }
      guard live.count == 1 else {
        throw UnexpectedContent(
          expected: "a graph whose branches are chosen before it is run",
          found: "\(live.count) branches that may be taken at node \(node.label)")
      }
      if dropout(mergedAt: node, live: live[0]) != nil { return nil }
      return live[0]
    }
    guard Self.passing.contains(node.operation), node.inputs.indices.contains(output) else {
      return nil
    }
    return isDropout(node) || isOpenImage(node) ? nil : node.inputs[output]
  }

  /// A placeholder of images that has a constant picture as default.
  private func isOpenImage(_ node: TensorFlowNode) -> Bool {
    node.operation == "PlaceholderWithDefault" && node.shape?.count == 4
      && (try? graph.node(of: node.inputs[0]))?.operation == "Const"
  }

  private mutating func order(from output: String) throws {
    var walk = Walk()
    var rewritten: [String: TensorFlowNode] = [:]
    func names(_ node: TensorFlowNode) -> [String] {
      node.inputs.map { TensorFlowNode.parts(of: $0).node }
    }
    let first = try taken(try graph.node(of: output))
    rewritten[first.name] = first
    walk.enter(first.name, next: names(first))
    while !walk.isEmpty {
      let (next, finished) = walk.step()
      if let finished, let node = rewritten[finished] { nodes.append(node) }
      guard let next else { continue }
      guard walk.isKnown(next) else {
        let node = try taken(try graph.node(of: next + ":0"))
        rewritten[node.name] = node
        walk.enter(node.name, next: names(node))
        continue
      }
      guard !walk.isUnderWay(next) else {
        throw UnexpectedContent(
          expected: "a graph without loops", found: rewritten[next]?.label ?? "'\(next)'")
      }
    }
    notes += graph.assumptions
  }

  /// The node as it is once training is over.
  private mutating func taken(_ node: TensorFlowNode) throws -> TensorFlowNode {
    if Self.loops.contains(node.operation) {
      throw UnexpectedContent(expected: "a graph without loops", found: node.label)
    }
    var node = node
    node.controls = []
    guard !Self.sources.contains(node.operation) else {
      node.inputs = []
      return node
    }
    if isOpenImage(node) {
      node.operation = "Placeholder"
      node.inputs = []
      return node
    }
    if let dropout = try spelledDropout(node) { node = dropout }
    node.inputs = try node.inputs.map { try original($0) }
    return node
  }
}
