import Kernels
import Network

/// Operators that move values, and compute none.
extension ONNXConversion {
  func identity(_ node: ONNXNode) throws -> [ONNXValue] { [try required(node, 0)] }

  func cast(_ node: ONNXNode) throws -> [ONNXValue] {
    let value = try required(node, 0)
    let type = ONNXElementType(rawValue: node.integer("to", default: 1))
    guard let type else {
      throw node.unexpected(
        "ONNX' type \(node.integer("to", default: 0))", expected: "numbers of a type that is read")
    }
    guard case .constant(let constant) = value else {
      guard type.isFloatingPoint else {
        throw node.unexpected("\(type.name)", expected: "floating-point numbers")
      }
      return [value]
    }
    if type.isFloatingPoint {
      guard constant.isWhole else { return [value] }
      return [.constant(ConstantTensor(try constant.numbers(in: archive), shape: constant.shape))]
    }
    guard !constant.isWhole else { return [value] }
    let counts = try constant.numbers(in: archive).map { BatchCount(Int(saturating: $0)) }
    return [.constant(ConstantTensor(shape: constant.shape, .counts(counts)))]
  }

  func dropout(_ node: ONNXNode) throws -> [ONNXValue] {
    let value = try required(node, 0)
    guard case .constant = value else {
      let base = try feature(of: value)
      var rate = try node.number("ratio", default: 0.5)
      if let constant = try constant(node, 1) {
        rate = try constant.numbers(in: archive).first ?? 0
      }
      guard rate >= 0, Double(rate) <= Dropout.highestRate else {
        throw node.unexpected("\(rate)", expected: "a rate from 0 to \(Dropout.highestRate)")
      }
      let axes = base.axesInMemory
      let source = try axes.map {
        try draft.rearranged(base, as: $0.map { [$0] }, name: name(node))
      }
      // A tenth is no single-precision number: what a person wrote is the shortest that gives this one.
      let place = try draft.add(
        Dropout(rate: Double("\(rate)") ?? Double(rate)), reading: [source ?? base.node],
        name: name(node))
      guard let axes else { return [.feature(base.moved(to: place))] }
      return [.feature(feature(place, like: Arranged(node: place, axes: axes)))]
    }
    return [value]
  }

  func reshape(_ node: ONNXNode) throws -> [ONNXValue] {
    let target: [BatchCount]
    if let shape = node.integers("shape"), node.inputs.count < 2 {
      target = shape.map { BatchCount($0) }
    } else if let counts = try requiredConstant(node, 1).counts {
      target = counts
    } else {
      throw node.unexpected("others", expected: "whole numbers as shape")
    }
    let keepsZero = node.integer("allowzero", default: 0) != 0
    let value = try required(node, 0)
    if case .constant(let constant) = value {
      return [
        .constant(
          constant.reshaped(
            try dimensions(of: target, from: constant.shape, count: constant.count, keepsZero, node)
          ))
      ]
    }
    let base = try feature(of: value)
    return [.feature(try reshaped(base, to: try imageShape(target, base, keepsZero, node), node))]
  }

  /// The target without the batch.
  private func imageShape(
    _ target: [BatchCount], _ base: Feature, _ keepsZero: Bool, _ node: ONNXNode
  ) throws -> [Int] {
    let text = target.map(\.description).joined(separator: ", ")
    guard let first = target.first else {
      throw node.unexpected("none", expected: "a shape with the batch first")
    }
    let rest = Array(target.dropFirst())
    let isBatch =
      first == .batch || first == BatchCount(0) && !keepsZero
      || fixedBatch != nil && first.fixed == fixedBatch
    let isFree = first == BatchCount(-1)
    guard isBatch || isFree else {
      throw node.unexpected("\(text)", expected: "a shape whose first axis is the batch")
    }
    // Axes that are copied are counted with the batch.
    let dimensions = try dimensions(
      of: rest, from: Array(base.shape), count: base.count, keepsZero, node)
    guard Shape.saturatedProduct(dimensions) == base.count else {
      throw node.unexpected("\(text)", expected: "a shape of \(base.count) values for each image")
    }
    return dimensions
  }

  /// A shape with −1 and 0 settled.
  private func dimensions(
    of target: [BatchCount], from shape: [Int], count: Int, _ keepsZero: Bool, _ node: ONNXNode
  ) throws -> [Int] {
    var dimensions: [Int] = []
    for (axis, dimension) in target.enumerated() {
      guard let fixed = dimension.fixed else {
        throw node.unexpected("\(dimension)", expected: "the batch as first axis alone")
      }
      if fixed == 0, !keepsZero, shape.indices.contains(axis) {
        dimensions.append(shape[axis])
      } else {
        dimensions.append(fixed)
      }
    }
    if let free = dimensions.firstIndex(of: -1) {
      dimensions[free] = 1
      let known = Shape.saturatedProduct(dimensions)
      guard known > 0, count % known == 0 else {
        throw node.unexpected("\(dimensions)", expected: "a shape of \(count) values")
      }
      dimensions[free] = count / known
    }
    guard dimensions.allSatisfy({ $0 >= 0 }), Shape.saturatedProduct(dimensions) == count else {
      throw node.unexpected("\(Shape(dimensions))", expected: "a shape of \(count) values")
    }
    return dimensions
  }

  func reshaped(_ base: Feature, to shape: [Int], _ node: ONNXNode) throws -> Feature {
    if let view = base.reshaped(shape) { return view }
    // Atoms that cannot be cut: the values are put in the file's order first.
    let flat = try draft.rearranged(base, as: [Array(base.axes.indices)], name: name(node))
    let row = Feature(node: flat, dimensions: [base.count], order: [0])
    guard let view = row.reshaped(shape) else {
      throw node.unexpected("\(Shape(shape))", expected: "a shape of \(base.count) values")
    }
    return view
  }

  func flatten(_ node: ONNXNode) throws -> [ONNXValue] {
    let base = try feature(node)
    let shape = base.shape
    let axis = node.integer("axis", default: 1)
    let place = axis < 0 ? axis + shape.count + 1 : axis
    guard place >= 1, place <= shape.count + 1, shape[..<(place - 1)].allSatisfy({ $0 == 1 }) else {
      throw node.unexpected("\(axis)", expected: "the first axis after the batch as 'axis'")
    }
    return [.feature(try reshaped(base, to: [base.count], node))]
  }

  func transpose(_ node: ONNXNode) throws -> [ONNXValue] {
    let value = try required(node, 0)
    if case .constant(let constant) = value {
      let order = node.integers("perm") ?? Array(constant.shape.indices.reversed())
      return [.constant(try constant.transposed(order, in: archive))]
    }
    let base = try feature(of: value)
    let order = node.integers("perm") ?? Array((0...base.axes.count).reversed())
    guard order.sorted() == Array(0...base.axes.count), order[0] == 0 else {
      throw node.unexpected("\(order)", expected: "an order of axes with the batch first")
    }
    return [.feature(base.transposed(order.dropFirst().map { $0 - 1 }))]
  }

  func squeeze(_ node: ONNXNode) throws -> [ONNXValue] {
    let axes = try integers(node, "axes", input: 1)
    let value = try required(node, 0)
    if case .constant(var constant) = value {
      let rank = constant.shape.count
      let taken =
        try axes.map { try $0.map { try node.axis($0, rank: rank) } }
        ?? constant.shape.indices.filter { constant.shape[$0] == 1 }
      guard taken.allSatisfy({ constant.shape[$0] == 1 }) else {
        throw node.unexpected("\(Shape(constant.shape))", expected: "axes of length 1")
      }
      constant.shape = constant.shape.indices.filter { !taken.contains($0) }.map {
        constant.shape[$0]
      }
      return [.constant(constant)]
    }
    var base = try feature(of: value)
    let shape = base.shape
    let taken =
      try axes.map { try $0.map { try node.axis($0, rank: shape.count + 1) - 1 } }
      ?? shape.indices.filter { shape[$0] == 1 }
    guard taken.allSatisfy({ $0 >= 0 && shape[$0] == 1 }) else {
      throw node.unexpected("\(taken.map { $0 + 1 })", expected: "axes of length 1, not the batch")
    }
    for axis in Set(taken).sorted(by: >) { base = base.squeezing(axis) }
    return [.feature(base)]
  }

  func unsqueeze(_ node: ONNXNode) throws -> [ONNXValue] {
    guard let axes = try integers(node, "axes", input: 1), Set(axes).count == axes.count else {
      throw node.unexpected("none", expected: "'axes'")
    }
    let value = try required(node, 0)
    if case .constant(var constant) = value {
      let rank = constant.shape.count + axes.count
      for axis in try axes.map({ try node.axis($0, rank: rank) }).sorted() {
        guard axis <= constant.shape.count else {
          throw node.unexpected("\(axes)", expected: "each axis once")
        }
        constant.shape.insert(1, at: axis)
      }
      return [.constant(constant)]
    }
    var base = try feature(of: value)
    let rank = base.axes.count + 1 + axes.count
    for axis in try axes.map({ try node.axis($0, rank: rank) }).sorted() {
      guard axis >= 1, axis - 1 <= base.axes.count else {
        throw node.unexpected("\(axes)", expected: "axes after the batch")
      }
      base = base.unsqueezing(axis - 1)
    }
    return [.feature(base)]
  }

  func concatenate(_ node: ONNXNode) throws -> [ONNXValue] {
    let values = try node.inputs.indices.map { try required(node, $0) }
    let constants = values.compactMap { value -> ConstantTensor? in
      if case .constant(let constant) = value { constant } else { nil }
    }
    let given = node.integer("axis", default: 1)
    if constants.count == values.count {
      let axis = try node.axis(given, rank: constants.first?.shape.count ?? 0)
      return [.constant(try ConstantTensor.concatenated(constants, axis: axis, in: archive))]
    }
    let features = try values.map { try feature(of: $0) }
    let axis = try node.axis(given, rank: features[0].axes.count + 1) - 1
    guard axis >= 0, features.allSatisfy({ $0.axes.count == features[0].axes.count }) else {
      throw node.unexpected(
        "\(given)", expected: "an axis after the batch, of inputs with as many axes,")
    }
    guard features.count > 1 else { return [.feature(features[0])] }
    let axes = try arranged(features[0], last: axis, name: name(node)).axes
    let sources = try features.map {
      try draft.rearranged($0, as: axes.map { [$0] }, name: name(node))
    }
    let place = try draft.add(Concatenate(), reading: sources, name: name(node))
    return [.feature(feature(place, like: Arranged(node: place, axes: axes)))]
  }

  func expand(_ node: ONNXNode) throws -> [ONNXValue] {
    guard let counts = try requiredConstant(node, 1).counts else {
      throw node.unexpected("others", expected: "whole numbers as shape")
    }
    let value = try required(node, 0)
    if case .constant(let constant) = value {
      let shape = counts.compactMap(\.fixed)
      guard shape.count == counts.count, shape.allSatisfy({ $0 > 0 }) else {
        throw node.unexpected("\(counts)", expected: "a shape that does not depend on the batch")
      }
      return [.constant(try constant.broadcast(to: shape, in: archive))]
    }
    let base = try feature(of: value)
    let rest = counts.suffix(base.axes.count).compactMap(\.fixed)
    guard counts.count <= base.axes.count + 1, rest.count == min(counts.count, base.axes.count),
      let target = ConstantArithmetic.broadcastShape(base.shape, rest),
      target.count == base.axes.count, target.allSatisfy({ $0 > 0 })
    else {
      throw node.unexpected("\(counts)", expected: "a shape that \(Shape(base.shape)) repeats to")
    }
    guard target != base.shape else { return [.feature(base)] }
    let axes = base.axesNearMemory
    let source = try draft.rearranged(base, as: axes.map { [$0] }, name: name(node))
    let place = try draft.add(
      Broadcast(to: Shape(axes.map { target[$0] })), reading: [source], name: name(node))
    return [.feature(feature(place, like: Arranged(node: place, axes: axes)))]
  }
}
