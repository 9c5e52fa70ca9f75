import Kernels
import Network

/// Normalisations, softmax, and rectifiers that learn.
extension ONNXConversion {
  func batchNormalization(_ node: ONNXNode) throws -> [FileValue] {
    let base = try feature(node)
    guard base.axes.count >= 1, node.integer("spatial", default: 1) == 1 else {
      throw node.unexpected("spatial 0", expected: "statistics for each channel")
    }
    let constants = try (1...4).map { try requiredConstant(node, $0) }
    let layer = BatchNormalization(
      epsilon: try node.number("epsilon", default: 1e-5),
      momentum: try node.number("momentum", default: 0.9))
    return [
      .feature(
        try batchNormalization(
          layer, of: base, channels: 0, gamma: constants[0], beta: constants[1],
          mean: constants[2], variance: constants[3], node))
    ]
  }

  func layerNormalization(_ node: ONNXNode) throws -> [FileValue] {
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
    let scale = try constant(node, 1)
    let shift = try constant(node, 2)
    let shape = last.map { base.shape[$0] }
    var weights: [String: WeightPlace] = [:]
    weights["gamma"] = try scale.map { try self.place($0, shape: shape) }
    weights["beta"] = try shift.map { try self.place($0, shape: shape) }
    let place = try draft.add(
      LayerNormalization(
        epsilon: try node.number("epsilon", default: 1e-5), axes: last.count,
        hasGamma: scale != nil, hasBeta: shift != nil),
      reading: [source], weights: weights,
      name: name(node).owned(by: owner(ofWeight: scale?.name)))
    return [.feature(feature(place, like: Arranged(node: place, axes: axes)))]
  }

  /// Each channel, or each group of channels as exporters write it: seen as `[groups, the rest]`.
  func instanceNormalization(_ node: ONNXNode) throws -> [FileValue] {
    let base = try feature(node)
    let (scale, shift) = (try requiredConstant(node, 1), try requiredConstant(node, 2))
    let epsilon = try node.number("epsilon", default: 1e-5)
    if base.axes.count == 3 {
      let source = try image(base, node)
      return [
        .feature(
          imageFeature(
            try groupNormalization(
              node, groups: nil, epsilon: epsilon, scale: scale, shift: shift, reading: source)))
      ]
    }
    let groups = base.shape.first ?? 0
    guard base.axes.count == 2, isGrouped(base),
      try scale.numbers(in: archive).allSatisfy({ $0 == 1 }),
      try shift.numbers(in: archive).allSatisfy({ $0 == 0 })
    else {
      throw node.unexpected(
        "\(Shape(base.shape))", expected: "an image, or groups of its channels without factors")
    }
    let place = try draft.add(
      GroupNormalization(groups: groups, epsilon: epsilon, hasGamma: false, hasBeta: false),
      reading: [base.node], name: name(node))
    return [.feature(base.moved(to: place))]
  }

  /// Whether `[groups, rest]` are groups of the channels of an image that lies as it should.
  private func isGrouped(_ base: Feature) -> Bool {
    let (groups, rest) = (base.order(of: 0), base.order(of: 1))
    let isSplit = rest.indices.contains(where: { cut in
      base.memoryOrder == Array(rest[cut...]) + groups + Array(rest[..<cut])
        && draft.shape(of: base.node).channels
          == (groups + rest[..<cut]).reduce(1) { $0 * base.size(of: $1) }
    })
    return isSplit && draft.shape(of: base.node).rank == 3
  }

  func groupNormalization(_ node: ONNXNode) throws -> [FileValue] {
    let base = try feature(node)
    let source = try image(base, node)
    let channels = draft.shape(of: source).channels
    let groups = node.integer("num_groups", default: 1)
    guard groups >= 1, channels % groups == 0 else {
      throw node.unexpected("\(groups)", expected: "groups that divide \(channels) channels")
    }
    let factors = try (1...2).map { index in
      let constant = try requiredConstant(node, index)
      guard constant.count != channels else { return constant }
      // Version 18 has one for each group.
      let numbers = try constant.numbers(in: archive)
      guard numbers.count == groups else {
        throw node.unexpected("\(Shape(constant.shape))", expected: "\(channels) values")
      }
      let spread = (0..<channels).map { numbers[$0 / (channels / groups)] }
      return ConstantTensor(spread, shape: [channels])
    }
    let place = try groupNormalization(
      node, groups: groups, epsilon: try node.number("epsilon", default: 1e-5),
      scale: factors[0], shift: factors[1], reading: source)
    return [.feature(imageFeature(place))]
  }

  private func groupNormalization(
    _ node: ONNXNode, groups: Int?, epsilon: Float, scale: ConstantTensor, shift: ConstantTensor,
    reading source: Int
  ) throws -> Int {
    let channels = draft.shape(of: source).channels
    return try draft.add(
      GroupNormalization(groups: groups, epsilon: epsilon), reading: [source],
      weights: [
        "gamma": try self.place(scale, shape: [channels]),
        "beta": try self.place(shift, shape: [channels]),
      ], name: name(node).owned(by: owner(ofWeight: scale.name)))
  }

  func responseNormalization(_ node: ONNXNode) throws -> [FileValue] {
    let source = try image(try feature(node), node)
    let size = node.integer("size", default: 1)
    guard (1...Window.sizeLimit).contains(size) else {
      throw node.unexpected("\(size)", expected: "a size")
    }
    // With an even size the odd one comes after.
    let layer = LocalResponseNormalization(
      size: size, alpha: try node.number("alpha", default: 1e-4),
      beta: try node.number("beta", default: 0.75), bias: try node.number("bias", default: 1),
      region: .channels(before: (size - 1) / 2))
    return [.feature(imageFeature(try draft.add(layer, reading: [source], name: name(node))))]
  }

  func softmax(_ node: ONNXNode) throws -> [FileValue] {
    let base = try feature(node)
    let rank = base.axes.count + 1
    let axis = try node.axis(node.integer("axis", default: opset < 13 ? 1 : -1), rank: rank) - 1
    // Before version 13, over all axes from there on as one.
    let over = opset < 13 ? Array(max(axis, 0)..<base.axes.count) : [axis]
    let long = over.filter { $0 >= 0 && base.shape[$0] > 1 }
    guard axis >= 0, long.count <= 1, let last = long.first ?? over.first else {
      throw node.unexpected("axis \(axis + 1)", expected: "a softmax over one axis of an image")
    }
    return [.feature(try softmax(base, over: last, node))]
  }

  func parametricRectifier(_ node: ONNXNode) throws -> [FileValue] {
    let base = try feature(node)
    let slope = try requiredConstant(node, 1)
    let channels = base.shape.first ?? 0
    if base.axes.count == 3, slope.shape == base.shape {
      // One for each value.
      let source = try image(base, node)
      let layout = WeightLayout.arranged(
        WeightLayout.Arrangement(storedShape: slope.shape, grid: slope.shape, order: [1, 2, 0]))
      let place = try draft.add(
        PReLU(sharing: .none), reading: [source],
        weights: ["alpha": try self.place(slope, layout: layout)],
        name: name(node).owned(by: owner(ofWeight: slope.name)))
      return [.feature(imageFeature(place))]
    }
    // `[C, 1, 1]`, or one for all.
    guard slope.count == channels || slope.count == 1,
      slope.shape.filter({ $0 != 1 }).count <= 1
    else {
      throw node.unexpected(
        "\(Shape(slope.shape))", expected: "one slope, or one for each of \(channels) channels")
    }
    return [
      .feature(
        try parametricRectifier(base, isOne: slope.count == 1 && channels > 1, node) { _ in slope })
    ]
  }
}
