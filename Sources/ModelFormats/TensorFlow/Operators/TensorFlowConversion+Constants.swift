import Network

/// The arithmetic of shapes that graphs have in them.
extension TensorFlowConversion {
  func wholeNumbers(_ node: TensorFlowNode, _ index: Int) throws -> [Int] {
    guard let integers = try requiredConstant(node, index).integers else {
      throw node.unexpected(
        "others", expected: "whole numbers that do not depend on the batch as input \(index + 1)")
    }
    return integers
  }

  func counts(_ node: TensorFlowNode, _ index: Int) throws -> [BatchCount] {
    guard let counts = try requiredConstant(node, index).counts else {
      throw node.unexpected("others", expected: "whole numbers as input \(index + 1)")
    }
    return counts
  }

  /// With the batch first.
  private func dimensions(_ value: FileValue) throws -> [BatchCount] {
    if case .constant(let constant) = value { return constant.shape.map { BatchCount($0) } }
    return [.batch] + (try feature(of: value)).shape.map { BatchCount($0) }
  }

  func shape(_ node: TensorFlowNode) throws -> [FileValue] {
    [.constant(ConstantTensor(counts: try dimensions(try required(node, 0))))]
  }

  func size(_ node: TensorFlowNode) throws -> [FileValue] {
    let count = try dimensions(try required(node, 0)).reduce(BatchCount(1)) {
      try ConstantArithmetic.fitting(BatchCount.product($0, $1))
    }
    return [.constant(ConstantTensor(shape: [], .counts([count])))]
  }

  func rank(_ node: TensorFlowNode) throws -> [FileValue] {
    let rank = try dimensions(try required(node, 0)).count
    return [.constant(ConstantTensor(shape: [], .counts([BatchCount(rank)])))]
  }

  /// The product of a shape's dimensions.
  func countProduct(_ node: TensorFlowNode) throws -> [FileValue] {
    let product = try counts(node, 0).reduce(BatchCount(1)) {
      try ConstantArithmetic.fitting(BatchCount.product($0, $1))
    }
    return [
      .constant(
        ConstantTensor(shape: node.flag("keep_dims") ? [1] : [], .counts([product])))
    ]
  }

  func fill(_ node: TensorFlowNode) throws -> [FileValue] {
    let shape = try wholeNumbers(node, 0)
    let value = try requiredConstant(node, 1)
    guard shape.allSatisfy({ $0 >= 0 }), shape.count <= 8, value.count == 1,
      Shape.saturatedProduct(shape) <= ConstantTensor.countLimit
    else {
      throw node.unexpected("\(Shape(shape))", expected: "one value and a shape of at most 1 GB")
    }
    guard let counts = value.counts else {
      return [
        .constant(ConstantTensor(shape: shape, .repeated(try value.numbers(in: archive)[0])))
      ]
    }
    let count = Shape.saturatedProduct(shape)
    guard count <= 1 << 20 else {
      throw node.unexpected("\(Shape(shape))", expected: "fewer whole numbers")
    }
    return [
      .constant(
        ConstantTensor(shape: shape, .counts([BatchCount](repeating: counts[0], count: count))))
    ]
  }

  static func like(_ value: Float) -> TensorFlowOperatorTable.Row {
    { conversion in
      { node in
        let constant = try conversion.requiredConstant(node, 0)
        return [.constant(ConstantTensor(shape: constant.shape, .repeated(value)))]
      }
    }
  }

  func range(_ node: TensorFlowNode) throws -> [FileValue] {
    let bounds = try (0..<3).map { try wholeNumbers(node, $0).first ?? 0 }
    guard bounds[2] != 0 else {
      throw node.unexpected("0", expected: "a step other than 0")
    }
    let all = stride(from: bounds[0], to: bounds[1], by: bounds[2]).lazy.prefix(1 << 20)
    return [.constant(ConstantTensor(counts: all.map { BatchCount($0) }))]
  }

  func tile(_ node: TensorFlowNode) throws -> [FileValue] {
    let repeats = try counts(node, 1)
    let value = try required(node, 0)
    guard case .constant(let constant) = value else {
      let base = try feature(of: value)
      let times = repeats.compactMap(\.fixed)
      guard times.count == base.axes.count + 1, times[0] == 1,
        zip(times.dropFirst(), base.shape).allSatisfy({ $0 == 1 || $1 == 1 && $0 > 0 })
      else {
        throw node.unexpected("\(repeats)", expected: "axes of length 1 to repeat")
      }
      let target = zip(times.dropFirst(), base.shape).map { BatchCount(max($0, $1)) }
      return [try expanded(value, to: [.batch] + target, node)]
    }
    let times = repeats.compactMap(\.fixed)
    guard times.count == constant.shape.count, times.allSatisfy({ $0 >= 1 }) else {
      throw node.unexpected("\(repeats)", expected: "how often each axis is repeated")
    }
    var result = constant
    for (axis, count) in times.enumerated() where count > 1 {
      guard result.count <= ConstantTensor.countLimit / count, count <= 1 << 16 else {
        throw node.unexpected("\(repeats)", expected: "a constant of at most 1 GB")
      }
      result = try ConstantTensor.concatenated(
        [ConstantTensor](repeating: result, count: count), axis: axis, in: archive)
    }
    return [.constant(result)]
  }

  func broadcast(_ node: TensorFlowNode) throws -> [FileValue] {
    [try expanded(try required(node, 0), to: try counts(node, 1), node)]
  }
}
