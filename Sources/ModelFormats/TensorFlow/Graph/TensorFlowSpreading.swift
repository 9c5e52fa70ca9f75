/// Convolutions with gaps between `SpaceToBatchND` and `BatchToSpaceND`: the first needs to know what the
/// second cuts off.
enum TensorFlowSpreading {
  /// What may stand behind the convolution.
  private static let between: Set<String> = [
    "BiasAdd", "Add", "AddV2", "Sub", "Mul", "FusedBatchNorm", "FusedBatchNormV2",
    "FusedBatchNormV3", "Relu", "Relu6", "Maximum", "BatchNormWithGlobalNormalization",
  ]
  private static let convolutions: Set<String> = ["Conv2D", "DepthwiseConv2dNative"]

  /// The nodes, each `SpaceToBatchND` with the cuts of its undoing as a fourth input, in an order in
  /// which those come before it.
  static func linked(_ nodes: [TensorFlowNode]) throws -> [TensorFlowNode] {
    guard nodes.contains(where: { $0.operation == "SpaceToBatchND" }) else { return nodes }
    var places: [String: Int] = [:]
    for (place, node) in nodes.enumerated() { places[node.name] = place }
    func maker(_ reference: String) -> Int? { places[TensorFlowNode.parts(of: reference).node] }
    var linked = nodes
    for node in nodes where node.operation == "BatchToSpaceND" && node.inputs.count > 2 {
      var place = node.inputs.first.flatMap(maker)
      while let next = place, between.contains(nodes[next].operation) {
        // The image is what does not come of a constant.
        place = nodes[next].inputs.lazy.compactMap(maker).first {
          between.union(convolutions).contains(nodes[$0].operation)
        }
      }
      guard let convolution = place, convolutions.contains(nodes[convolution].operation),
        let start = nodes[convolution].inputs.first.flatMap(maker),
        nodes[start].operation == "SpaceToBatchND", nodes[start].inputs.count == 3,
        linked[start].inputs.count == 3
      else {
        throw node.unexpected("another", expected: "one convolution behind SpaceToBatchND")
      }
      linked[start].inputs.append(node.inputs[2])
    }
    // The cuts are constants, or arithmetic of them: they come first with all that they read.
    var isEarly = Set<Int>()
    var stack = linked.filter { $0.operation == "SpaceToBatchND" && $0.inputs.count == 4 }
      .compactMap { maker($0.inputs[3]) }
    while let place = stack.popLast() {
      guard isEarly.insert(place).inserted else { continue }
      stack += nodes[place].inputs.compactMap(maker)
    }
    return linked.indices.filter { isEarly.contains($0) }.map { linked[$0] }
      + linked.indices.filter { !isEarly.contains($0) }.map { linked[$0] }
  }
}
