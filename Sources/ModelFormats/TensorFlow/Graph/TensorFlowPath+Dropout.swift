/// Dropout, which TensorFlow has no operation for.
extension TensorFlowPath {
  static let dropout = "Dropout"

  /// What is left of a dropout in a graph for inference.
  func isDropout(_ node: TensorFlowNode) -> Bool {
    guard node.operation == "Identity" else { return false }
    let scopes = node.plainName.split(separator: "/").dropLast()
    return scopes.last.map { $0.lowercased().contains("dropout") } ?? false
  }

  mutating func spelledDropout(_ node: TensorFlowNode) throws -> TensorFlowNode? {
    if isDropout(node) { return made(of: node, reading: node.inputs[0], rate: 0) }
    if Self.merges.contains(node.operation) {
      let live = try node.inputs.filter { !dead.contains(try graph.settled($0)) }
      guard live.count == 1 else { return nil }
      return dropout(mergedAt: node, live: live[0])
    }
    guard let (source, rate) = spelled(node) else { return nil }
    if rate == nil {
      let note = "the rate of dropout '\(node.plainName)' has to be fed, and is taken as 0"
      if !notes.contains(note) { notes.append(note) }
    }
    return made(of: node, reading: source, rate: rate ?? 0)
  }

  /// A branch for training that is a dropout of what the other one passes on.
  func dropout(mergedAt node: TensorFlowNode, live: String) -> TensorFlowNode? {
    for input in node.inputs where input != live {
      guard var other = try? graph.node(of: input) else { continue }
      while Self.passing.contains(other.operation), let first = other.inputs.first,
        let inner = try? graph.node(of: first), inner.name != other.name
      {
        other = inner
        guard other.operation != "Merge" else { break }
      }
      if let (_, rate) = spelled(other) { return made(of: node, reading: live, rate: rate ?? 0) }
    }
    return nil
  }

  private func made(
    of node: TensorFlowNode, reading source: String, rate: Float
  ) -> TensorFlowNode {
    var attribute = TFAttrValue()
    attribute.f = rate
    return TensorFlowNode(
      name: node.name, operation: Self.dropout, inputs: [source],
      attributes: ["rate": attribute])
  }

  /// `x / keep · floor(keep + random)`, `x · scale · (random >= rate)` and a choice between such a product
  /// and 0: what is dropped, and the rate where it is known.
  private func spelled(_ node: TensorFlowNode) -> (source: String, rate: Float?)? {
    let pairs: [(value: String, mask: String)]
    switch node.operation {
    case "Mul" where node.inputs.count == 2:
      pairs = [(node.inputs[0], node.inputs[1]), (node.inputs[1], node.inputs[0])]
    case "Select", "SelectV2":
      guard node.inputs.count == 3, graph.number(node.inputs[2]) == 0 || isZero(node.inputs[2])
      else { return nil }
      pairs = [(node.inputs[1], node.inputs[0])]
    default: return nil
    }
    for (value, mask) in pairs {
      guard let rate = maskRate(mask), let product = try? graph.node(of: value),
        product.inputs.count == 2
      else { continue }
      switch product.operation {
      case "RealDiv", "Div": return (product.inputs[0], rate.known)
      case "Mul":
        let isScaled = graph.number(product.inputs[1]) != nil
        return (product.inputs[isScaled ? 0 : 1], rate.known)
      default: continue
      }
    }
    return nil
  }

  private func isZero(_ reference: String) -> Bool {
    guard let node = try? graph.node(of: reference) else { return false }
    return node.operation == "ZerosLike"
      || node.operation == "Fill" && node.inputs.count == 2 && graph.number(node.inputs[1]) == 0
  }

  private func maskRate(_ reference: String) -> (known: Float?, Void)? {
    guard let node = try? graph.node(of: reference) else { return nil }
    switch node.operation {
    case "Cast", "Identity": return node.inputs.first.flatMap { maskRate($0, depth: 4) }
    default: return maskRate(reference, depth: 4)
    }
  }

  private func maskRate(_ reference: String, depth: Int) -> (known: Float?, Void)? {
    guard depth > 0, let node = try? graph.node(of: reference) else { return nil }
    switch node.operation {
    case "Cast", "Identity": return node.inputs.first.flatMap { maskRate($0, depth: depth - 1) }
    case "GreaterEqual" where node.inputs.count == 2 && isRandom(node.inputs[0], depth: 6):
      return (graph.number(node.inputs[1]), ())
    case "Floor":
      guard let sum = node.inputs.first.flatMap({ try? graph.node(of: $0) }),
        ["Add", "AddV2"].contains(sum.operation), sum.inputs.count == 2,
        let random = sum.inputs.firstIndex(where: { isRandom($0, depth: 6) })
      else { return nil }
      return (graph.number(sum.inputs[1 - random]).map { 1 - $0 }, ())
    default: return nil
    }
  }

  private func isRandom(_ reference: String, depth: Int) -> Bool {
    guard depth > 0, let node = try? graph.node(of: reference) else { return false }
    switch node.operation {
    case "RandomUniform", "StatelessRandomUniform", "StatelessRandomUniformV2": return true
    case "Add", "AddV2", "Mul", "Sub", "Identity":
      return node.inputs.contains { isRandom($0, depth: depth - 1) }
    default: return false
    }
  }
}
