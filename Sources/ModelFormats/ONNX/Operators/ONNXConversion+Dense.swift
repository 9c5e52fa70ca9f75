import Kernels
import Network

/// Products with matrices of weights.
extension ONNXConversion {
  func generalProduct(_ node: ONNXNode) throws -> [ONNXValue] {
    guard node.integer("transA", default: 0) == 0 else {
      throw node.unexpected("1", expected: "transA 0")
    }
    var weights = try requiredConstant(node, 1)
    let alpha = try node.number("alpha", default: 1)
    if alpha != 1 {
      weights = try scaled(weights, by: alpha)
    }
    var bias = try constant(node, 2)
    let beta = try node.number("beta", default: 1)
    if let given = bias, beta != 1 { bias = try scaled(given, by: beta) }
    return [
      .feature(
        try dense(
          node, try feature(node), weights, isOutputsFirst: node.integer("transB", default: 0) != 0,
          bias: bias))
    ]
  }

  private func scaled(_ constant: ConstantTensor, by factor: Float) throws -> ConstantTensor {
    var scaled = try ConstantArithmetic.binary(
      .multiply, constant, ConstantTensor([factor], shape: []), in: archive)
    scaled.name = constant.name
    return scaled
  }

  func matrixProduct(_ node: ONNXNode) throws -> [ONNXValue] {
    if case .constant = try required(node, 0) {
      throw node.unexpected("a constant", expected: "weights as the second input")
    }
    let weights: ConstantTensor
    switch try required(node, 1) {
    case .constant(let constant): weights = constant
    default:
      throw node.unexpected(
        "two inputs that depend on the image (attention)", expected: "a matrix of weights")
    }
    return [
      .feature(try dense(node, try feature(node), weights, isOutputsFirst: false, bias: nil))
    ]
  }

  private func dense(
    _ node: ONNXNode, _ base: Feature, _ weights: ConstantTensor, isOutputsFirst: Bool,
    bias: ConstantTensor?
  ) throws -> Feature {
    guard weights.shape.count == 2, let axis = base.axes.indices.last,
      base.shape[axis] == weights.shape[isOutputsFirst ? 1 : 0], weights.count > 0
    else {
      throw node.unexpected(
        "\(Shape(weights.shape)) for \(Shape(base.shape))", expected: "a matrix that fits its input"
      )
    }
    let (inputs, units) = (base.shape[axis], weights.shape[isOutputsFirst ? 0 : 1])
    var places: [String: WeightPlace] = [:]
    let source: Int
    let arranged: Arranged
    if base.axes.count == 1 {
      // A flattened image stays as it lies in memory: the weights' rows take its order.
      let memory = base.memoryOrder
      let file = base.order(of: 0)
      source = try flat(base, node)
      arranged = Arranged(node: source, axes: [0])
      let sizes = file.map { base.size(of: $0) }
      let rows = memory.map { file.firstIndex(of: $0)! }
      let grid = isOutputsFirst ? [units] + sizes : sizes + [units]
      let order = isOutputsFirst ? rows.map { $0 + 1 } + [0] : rows + [sizes.count]
      places["kernel"] = try self.place(
        weights,
        layout: .arranged(
          WeightLayout.Arrangement(storedShape: weights.shape, grid: grid, order: order)))
    } else {
      arranged = try self.arranged(base, last: axis, name: name(node))
      source = arranged.node
      places["kernel"] = try self.place(weights, layout: isOutputsFirst ? .outputsFirst : .native)
    }
    precondition(draft.shape(of: source).channels == inputs, "features of node \(node.label)")
    places["bias"] = try bias.map { try self.place(vector($0, units, node), shape: [units]) }
    let layer = try draft.add(
      Dense(units: units, hasBias: bias != nil), reading: [source], weights: places,
      name: name(node).owned(by: ONNXLayerName.owner(ofWeight: weights.name)))
    return feature(layer, like: arranged)
  }

  /// All values of an image in one axis, in the order in which they lie.
  private func flat(_ base: Feature, _ node: ONNXNode) throws -> Int {
    guard draft.shape(of: base.node).rank != 1 else { return base.node }
    return try draft.add(
      Flatten(), reading: [base.node], name: name(node).inserted("flatten"))
  }
}
