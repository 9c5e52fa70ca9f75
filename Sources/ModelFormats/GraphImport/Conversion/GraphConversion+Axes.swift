import Kernels
import Network

/// Axes in another order, more of them, fewer, and longer ones.
extension GraphConversion {
  /// - Parameter order: of the axes with the batch; `nil`: the other way round.
  func transposed(_ value: FileValue, order: [Int]?, _ node: any FileNode) throws -> FileValue {
    if case .constant(let constant) = value {
      let order = order ?? Array(constant.shape.indices.reversed())
      return .constant(try constant.transposed(order, in: archive))
    }
    let base = try feature(of: value)
    let order = order ?? Array((0...base.axes.count).reversed())
    guard order.sorted() == Array(0...base.axes.count), order[0] == 0 else {
      throw node.unexpected("\(order)", expected: "an order of axes with the batch first")
    }
    return .feature(base.transposed(order.dropFirst().map { $0 - 1 }))
  }

  /// - Parameter axes: counted with the batch; `nil`: all of length 1.
  func squeezed(_ value: FileValue, axes: [Int]?, _ node: any FileNode) throws -> FileValue {
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
      return .constant(constant)
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
    return .feature(base)
  }

  /// - Parameter axes: of the result, counted with the batch; each once.
  func unsqueezed(_ value: FileValue, axes: [Int], _ node: any FileNode) throws -> FileValue {
    if case .constant(var constant) = value {
      let rank = constant.shape.count + axes.count
      for axis in try axes.map({ try node.axis($0, rank: rank) }).sorted() {
        guard axis <= constant.shape.count else {
          throw node.unexpected("\(axes)", expected: "each axis once")
        }
        constant.shape.insert(1, at: axis)
      }
      return .constant(constant)
    }
    var base = try feature(of: value)
    let rank = base.axes.count + 1 + axes.count
    for axis in try axes.map({ try node.axis($0, rank: rank) }).sorted() {
      guard axis >= 1, axis - 1 <= base.axes.count else {
        throw node.unexpected("\(axes)", expected: "axes after the batch")
      }
      base = base.unsqueezing(axis - 1)
    }
    return .feature(base)
  }

  /// - Parameter given: counted with the batch.
  func concatenated(
    _ values: [FileValue], axis given: Int, _ node: any FileNode
  ) throws -> FileValue {
    let constants = values.compactMap { value -> ConstantTensor? in
      if case .constant(let constant) = value { constant } else { nil }
    }
    if constants.count == values.count {
      let axis = try node.axis(given, rank: constants.first?.shape.count ?? 0)
      return .constant(try ConstantTensor.concatenated(constants, axis: axis, in: archive))
    }
    let features = try values.map { try feature(of: $0) }
    let axis = try node.axis(given, rank: features[0].axes.count + 1) - 1
    guard axis >= 0, features.allSatisfy({ $0.axes.count == features[0].axes.count }) else {
      throw node.unexpected(
        "\(given)", expected: "an axis after the batch, of inputs with as many axes,")
    }
    guard features.count > 1 else { return .feature(features[0]) }
    let axes = try arranged(features[0], last: axis, name: name(node)).axes
    let sources = try features.map {
      try draft.rearranged($0, as: axes.map { [$0] }, name: name(node))
    }
    let place = try draft.add(Concatenate(), reading: sources, name: name(node))
    return .feature(feature(place, like: Arranged(node: place, axes: axes)))
  }

  /// Repeated to a shape, which has the batch.
  func expanded(
    _ value: FileValue, to counts: [BatchCount], _ node: any FileNode
  ) throws -> FileValue {
    if case .constant(let constant) = value {
      let shape = counts.compactMap(\.fixed)
      guard shape.count == counts.count, shape.allSatisfy({ $0 > 0 }) else {
        throw node.unexpected("\(counts)", expected: "a shape that does not depend on the batch")
      }
      return .constant(try constant.broadcast(to: shape, in: archive))
    }
    let base = try feature(of: value)
    let rest = counts.suffix(base.axes.count).compactMap(\.fixed)
    guard counts.count <= base.axes.count + 1, rest.count == min(counts.count, base.axes.count),
      let target = ConstantArithmetic.broadcastShape(base.shape, rest),
      target.count == base.axes.count, target.allSatisfy({ $0 > 0 })
    else {
      throw node.unexpected("\(counts)", expected: "a shape that \(Shape(base.shape)) repeats to")
    }
    guard target != base.shape else { return .feature(base) }
    let axes = base.axesNearMemory
    let source = try draft.rearranged(base, as: axes.map { [$0] }, name: name(node))
    let place = try draft.add(
      Broadcast(to: Shape(axes.map { target[$0] })), reading: [source], name: name(node))
    return .feature(feature(place, like: Arranged(node: place, axes: axes)))
  }

  /// - Parameter rate: of values that training leaves out.
  func dropped(_ value: FileValue, rate: Float, _ node: any FileNode) throws -> FileValue {
    if case .constant = value { return value }
    let base = try feature(of: value)
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
    guard let axes else { return .feature(base.moved(to: place)) }
    return .feature(feature(place, like: Arranged(node: place, axes: axes)))
  }
}
