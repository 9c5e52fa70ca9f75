import Network

/// Layer normalisation that exporters without an operator for it spell out, `(x − mean) / √(mean of
/// squares + ε)`: the division becomes that operator.
struct ONNXSpelledNormalization {
  private let makers: [String: ONNXNode]
  private let tensors: [String: MessageTensor]

  init(_ nodes: [ONNXNode], tensors: [String: MessageTensor]) {
    makers = Dictionary(
      nodes.flatMap { node in node.outputs.map { ($0, node) } },
      uniquingKeysWith: { first, _ in first })
    self.tensors = tensors
  }

  /// The node, or the operator that it ends.
  func recognized(_ node: ONNXNode) throws -> ONNXNode {
    guard node.operation == "Div", node.inputs.count == 2,
      let difference = maker(of: node.inputs[0], "Sub"), difference.inputs.count == 2,
      let root = maker(of: node.inputs[1], "Sqrt"),
      let sum = root.inputs.first.flatMap({ maker(of: $0, "Add") }),
      sum.inputs.count == 2,
      let mean = maker(of: difference.inputs[1], "ReduceMean"),
      mean.inputs.first == difference.inputs[0]
    else { return node }
    let places = [(0, 1), (1, 0)]
    for (spread, added) in places {
      guard let variance = maker(of: sum.inputs[spread], "ReduceMean"),
        let epsilon = number(sum.inputs[added]),
        let square = variance.inputs.first.flatMap({ makers[$0] }),
        isSquare(square, of: difference),
        let axes = axes(of: mean), axes == self.axes(of: variance), isContiguous(axes)
      else { continue }
      var message = ONNXNodeProto()
      message.name = node.message.name
      message.metadataProps = node.message.metadataProps
      message.opType = "LayerNormalization"
      message.input = [difference.inputs[0]]
      message.output = node.outputs
      message.attribute = [
        .number("epsilon", epsilon), .integer("axis", axes.min() ?? -1),
      ]
      return ONNXNode(message: message, opset: node.opset)
    }
    return node
  }

  private func maker(of value: String, _ operation: String) -> ONNXNode? {
    makers[value].flatMap { $0.operation == operation ? $0 : nil }
  }

  /// The last axes, counted from the end.
  private func isContiguous(_ axes: [Int]) -> Bool {
    axes.sorted() == Array(-axes.count..<0)
  }

  private func axes(of node: ONNXNode) -> [Int]? {
    guard node.integer("keepdims", default: 1) != 0 else { return nil }
    if let axes = node.integers("axes") { return axes }
    guard node.inputs.count > 1 else { return nil }
    return tensor(node.inputs[1]).flatMap { try? $0.integers(of: "axes") }
  }

  private func isSquare(_ node: ONNXNode, of difference: ONNXNode) -> Bool {
    // Some compute the difference twice.
    func isDifference(_ value: String) -> Bool {
      makers[value].map { $0.operation == "Sub" && $0.inputs == difference.inputs } ?? false
    }
    guard node.inputs.count == 2, isDifference(node.inputs[0]) else { return false }
    switch node.operation {
    case "Mul": return isDifference(node.inputs[1])
    case "Pow": return number(node.inputs[1]) == 2
    default: return false
    }
  }

  private func tensor(_ name: String) -> MessageTensor? {
    if let tensor = tensors[name] { return tensor }
    guard let constant = maker(of: name, "Constant"), let message = constant.tensor("value") else {
      return nil
    }
    return try? MessageTensor(message)
  }

  private func number(_ name: String) -> Float? {
    guard let tensor = tensor(name), tensor.count == 1 else { return nil }
    var value: Float = 0
    let isRead: Void? = withUnsafeMutablePointer(to: &value) { pointer in
      try? tensor.read(into: UnsafeMutableBufferPointer(start: pointer, count: 1))
    }
    return isRead == nil ? nil : value
  }
}
