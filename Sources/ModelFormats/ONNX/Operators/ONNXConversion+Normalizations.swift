import Kernels
import Network

/// Normalisations, softmax, and rectifiers that learn.
extension ONNXConversion {
  func batchNormalization(_ node: ONNXNode) throws -> [ONNXValue] {
    let base = try feature(node)
    guard base.axes.count >= 1, node.integer("spatial", default: 1) == 1 else {
      throw node.unexpected("spatial 0", expected: "statistics for each channel")
    }
    let arranged = try arranged(base, last: 0, name: name(node))
    let channels = draft.shape(of: arranged.node).channels
    let constants = try (1...4).map { try requiredConstant(node, $0) }
    let epsilon = try node.number("epsilon", default: 1e-5)
    guard constants.allSatisfy({ $0.shape == [channels] }), epsilon >= 0 else {
      throw node.unexpected(
        constants.map { "\(Shape($0.shape))" }.joined(separator: ", "),
        expected: "4 constants of \(channels) values")
    }
    var weights: [String: WeightPlace] = [:]
    for (key, constant) in zip(["gamma", "beta", "moving_mean", "moving_variance"], constants) {
      weights[key] = try self.place(constant)
    }
    let layer = BatchNormalization(
      epsilon: epsilon, momentum: try node.number("momentum", default: 0.9))
    let place = try draft.add(
      layer, reading: [arranged.node], weights: weights,
      name: name(node).owned(by: ONNXLayerName.owner(ofWeight: constants[0].name)))
    return [.feature(feature(place, like: arranged))]
  }

  func layerNormalization(_ node: ONNXNode) throws -> [ONNXValue] {
    let base = try feature(node)
    let rank = base.axes.count + 1
    let first = try node.axis(node.integer("axis", default: -1), rank: rank) - 1
    guard first >= 0 else {
      throw node.unexpected("the batch", expected: "axes of an image")
    }
    let last = Array(first..<base.axes.count)
    let others = base.axesInMemory?.filter { $0 < first } ?? Array(0..<first)
    let axes = others + last
    let source = try draft.rearranged(base, as: axes.map { [$0] }, name: name(node))
    let scale = try requiredConstant(node, 1)
    let shift = try constant(node, 2)
    let shape = last.map { base.shape[$0] }
    var weights = ["gamma": try self.place(scale, shape: shape)]
    weights["beta"] = try shift.map { try self.place($0, shape: shape) }
    let place = try draft.add(
      LayerNormalization(
        epsilon: try node.number("epsilon", default: 1e-5), axes: last.count,
        hasBeta: shift != nil),
      reading: [source], weights: weights,
      name: name(node).owned(by: ONNXLayerName.owner(ofWeight: scale.name)))
    return [.feature(feature(place, like: Arranged(node: place, axes: axes)))]
  }

  func softmax(_ node: ONNXNode) throws -> [ONNXValue] {
    let base = try feature(node)
    let rank = base.axes.count + 1
    let axis = try node.axis(node.integer("axis", default: opset < 13 ? 1 : -1), rank: rank) - 1
    // Before version 13, over all axes from there on as one.
    let over = opset < 13 ? Array(max(axis, 0)..<base.axes.count) : [axis]
    let long = over.filter { $0 >= 0 && base.shape[$0] > 1 }
    guard axis >= 0, long.count <= 1, let last = long.first ?? over.first else {
      throw node.unexpected("axis \(axis + 1)", expected: "a softmax over one axis of an image")
    }
    let arranged = try arranged(base, last: last, name: name(node))
    let place = try draft.add(Softmax(), reading: [arranged.node], name: name(node))
    return [.feature(feature(place, like: arranged))]
  }

  /// Logits less a number that is the same for all of an image: what a softmax makes of both is the
  /// same.
  func logSoftmax(_ node: ONNXNode) throws -> [ONNXValue] {
    report.warnings.append(
      "node \(node.label) is left out: the network's answers are logits, of which it would take "
        + "the same number from all")
    return [.feature(try feature(node))]
  }

  func parametricRectifier(_ node: ONNXNode) throws -> [ONNXValue] {
    let base = try feature(node)
    let slope = try requiredConstant(node, 1)
    let channels = base.shape.first ?? 0
    // `[C, 1, 1]`, or one for all.
    guard slope.count == channels || slope.count == 1,
      slope.shape.filter({ $0 != 1 }).count <= 1
    else {
      throw node.unexpected(
        "\(Shape(slope.shape))", expected: "one slope, or one for each of \(channels) channels")
    }
    let arranged = try arranged(base, last: 0, name: name(node))
    let ones = [Int](repeating: 1, count: draft.shape(of: arranged.node).rank - 1)
    let place = try draft.add(
      PReLU(isShared: true), reading: [arranged.node],
      weights: ["alpha": try self.place(vector(slope, channels, node), shape: ones + [channels])],
      name: name(node).owned(by: ONNXLayerName.owner(ofWeight: slope.name)))
    return [.feature(feature(place, like: arranged))]
  }
}
