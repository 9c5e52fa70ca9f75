import Kernels
import Network

/// Operations that move values, and compute none.
extension TensorFlowConversion {
  func dropout(_ node: TensorFlowNode) throws -> [FileValue] {
    [try dropped(try required(node, 0), rate: try node.number("rate", default: 0), node)]
  }

  func reshape(_ node: TensorFlowNode) throws -> [FileValue] {
    let value = try required(node, 0)
    var target = try counts(node, 1)
    if case .constant = value {
      return [try reshaped(value, to: target, keepsZero: true, node)]
    }
    // A graph for one image at a time gives the shape of one.
    let count = try feature(of: value).count
    let rest = target.dropFirst().compactMap(\.fixed)
    if let first = target.first, first.fixed == 1, rest.count == target.count - 1,
      rest.contains(-1) || Shape.saturatedProduct(rest) == count
    {
      target[0] = .batch
    }
    return [try reshaped(value, to: target, keepsZero: true, node)]
  }

  func squeeze(_ node: TensorFlowNode) throws -> [FileValue] {
    let given = node.integers("squeeze_dims") ?? node.integers("axis") ?? []
    let value = try required(node, 0)
    var axes: [Int]? = given.isEmpty ? nil : given
    if case .constant = value {
    } else if let all = axes, fixedBatch == 1 {
      // The batch of a graph for one image stays.
      let rank = try fileShape(value).count
      axes = try all.filter { try node.axis($0, rank: rank) != 0 }
    }
    return [try squeezed(value, axes: axes, node)]
  }

  func expandDimensions(_ node: TensorFlowNode) throws -> [FileValue] {
    guard let axis = try wholeNumbers(node, 1).first else {
      throw node.unexpected("none", expected: "an axis")
    }
    return [try unsqueezed(try required(node, 0), axes: [axis], node)]
  }

  func transpose(_ node: TensorFlowNode) throws -> [FileValue] {
    let order = try wholeNumbers(node, 1)
    let value = try required(node, 0)
    let rank = try fileShape(value).count
    guard order.sorted() == Array(0..<rank) else {
      throw node.unexpected("\(order)", expected: "each of \(rank) axes once")
    }
    return [try transposed(value, order: order, node)]
  }

  /// The older `Concat` has the axis first, `ConcatV2` last.
  func concatenate(_ node: TensorFlowNode) throws -> [FileValue] {
    guard node.inputs.count >= 2 else {
      throw node.unexpected("\(node.inputs.count)", expected: "an axis and values")
    }
    let isOld = node.operation == "Concat"
    let count = node.inputs.count
    guard let axis = try wholeNumbers(node, isOld ? 0 : count - 1).first else {
      throw node.unexpected("none", expected: "an axis")
    }
    let values = try (isOld ? 1..<count : 0..<count - 1).map { try required(node, $0) }
    if let grouped = try groupedConvolution(values, axis: axis, node) { return [grouped] }
    return [try concatenated(values, axis: axis, node)]
  }

  /// Convolutions of neighbouring parts of the channels, side by side: one with groups.
  private func groupedConvolution(
    _ values: [FileValue], axis: Int, _ node: TensorFlowNode
  ) throws -> FileValue? {
    let features = values.compactMap { value -> Feature? in
      if case .feature(let feature) = value, feature.node >= 0 { feature } else { nil }
    }
    guard features.count == values.count, features.count > 1, features[0].axes.count == 3,
      axis == 3 || axis == -1,
      let first = draft.nodes[features[0].node].layer as? Conv2D, first.groups == 1
    else { return nil }
    var kernels: [ConstantTensor] = []
    var channels = 0
    var source: Int?
    for feature in features {
      let place = draft.nodes[feature.node]
      guard let convolution = place.layer as? Conv2D, convolution == first,
        let kernel = self.kernels[feature.node], isReadOnce(feature),
        feature.axesInMemory == [0, 1, 2],
        place.inputs[0] >= 0, let slice = draft.nodes[place.inputs[0]].layer as? Slice,
        case let input = draft.nodes[place.inputs[0]].inputs[0], input == source ?? input,
        case let whole = draft.shape(of: input), whole.rank == 3, slice.axes.count == 3,
        slice.axes[2] == Slice.Axis(start: channels, step: 1, count: kernel.shape[2]),
        zip(slice.axes, whole.dimensions).prefix(2).allSatisfy({
          $0 == Slice.Axis(start: 0, step: 1, count: $1)
        })
      else { return nil }
      kernels.append(kernel)
      channels += kernel.shape[2]
      source = input
    }
    guard let source, channels == draft.shape(of: source).channels else { return nil }
    var convolution = first
    convolution.groups = features.count
    convolution.filters = first.filters * features.count
    let kernel = try ConstantTensor.concatenated(kernels, axis: 3, in: archive)
    var weights = ["kernel": try place(kernel)]
    if first.hasBias {
      let biases = try features.map { feature -> ConstantTensor in
        guard let place = draft.nodes[feature.node].weights["bias"] else {
          throw node.unexpected("none", expected: "a bias of each group")
        }
        return ConstantTensor(try archive.values(place.name), shape: [first.filters])
      }
      weights["bias"] = try place(
        try ConstantTensor.concatenated(biases, axis: 0, in: archive))
    }
    let name = draft.nodes[features[0].node].name
    let place = try draft.add(
      convolution, reading: [source], weights: weights,
      name: self.name(node).owned(
        by: kernels.lazy.compactMap { self.owner(ofWeight: $0.name) }.first ?? name.owner))
    self.kernels[place] = kernel
    return .feature(imageFeature(place, .channelsLast))
  }

  func pack(_ node: TensorFlowNode) throws -> [FileValue] {
    let axis = node.integer("axis", default: 0)
    let values = try node.inputs.indices.map {
      try unsqueezed(try required(node, $0), axes: [axis], node)
    }
    guard !values.isEmpty else { throw node.unexpected("none", expected: "values") }
    return [try concatenated(values, axis: axis, node)]
  }

  func unpack(_ node: TensorFlowNode) throws -> [FileValue] {
    let value = try required(node, 0)
    let shape = try fileShape(value)
    let axis = try node.axis(node.integer("axis", default: 0), rank: shape.count)
    guard shape[axis] <= 1 << 12 else {
      throw node.unexpected("\(shape[axis])", expected: "fewer parts")
    }
    let parts = try split(value, axis: axis, into: Array(repeating: 1, count: shape[axis]), node)
    return try parts.map { try squeezed($0, axes: [axis], node) }
  }

  /// The axis comes first.
  func split(_ node: TensorFlowNode) throws -> [FileValue] {
    let value = try required(node, 1)
    let shape = try fileShape(value)
    guard let given = try wholeNumbers(node, 0).first else {
      throw node.unexpected("none", expected: "an axis")
    }
    let axis = try node.axis(given, rank: shape.count)
    let parts = node.integer("num_split", default: 1)
    guard (1...1 << 12).contains(parts), shape[axis] % parts == 0 else {
      throw node.unexpected("\(parts)", expected: "parts that divide \(shape[axis])")
    }
    return try split(
      value, axis: axis, into: Array(repeating: shape[axis] / parts, count: parts), node)
  }

  func splitSizes(_ node: TensorFlowNode) throws -> [FileValue] {
    let value = try required(node, 0)
    let shape = try fileShape(value)
    guard let given = try wholeNumbers(node, 2).first else {
      throw node.unexpected("none", expected: "an axis")
    }
    let axis = try node.axis(given, rank: shape.count)
    var sizes = try wholeNumbers(node, 1)
    guard sizes.allSatisfy({ (-1...shape[axis]).contains($0) }), sizes.count <= 1 << 12 else {
      throw node.unexpected("\(sizes)", expected: "parts of \(shape[axis])")
    }
    if let free = sizes.firstIndex(of: -1) {
      sizes[free] = shape[axis] - (sizes.reduce(0, +) + 1)
    }
    return try split(value, axis: axis, into: sizes, node)
  }

  func gather(_ node: TensorFlowNode) throws -> [FileValue] {
    let value = try required(node, 0)
    let indices = try requiredConstant(node, 1)
    guard let places = indices.integers, indices.shape.count <= 1 else {
      throw node.unexpected("others", expected: "whole numbers in at most one axis as indices")
    }
    let axis = node.inputs.count > 2 ? try wholeNumbers(node, 2).first ?? 0 : 0
    return [try gathered(value, places, isOne: indices.shape.isEmpty, axis: axis, node)]
  }
}
