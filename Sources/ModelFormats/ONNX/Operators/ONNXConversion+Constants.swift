import Network

/// Operators that give constants, and the arithmetic of shapes that exporters leave in files.
extension ONNXConversion {
  func constant(_ node: ONNXNode) throws -> [FileValue] {
    if let message = node.tensor("value") { return [.constant(try constant(of: message))] }
    if node.has("value_float") {
      return [.constant(ConstantTensor([try node.number("value_float", default: 0)], shape: []))]
    }
    if let numbers = node.numbers("value_floats"), node.has("value_floats") {
      return [.constant(ConstantTensor(numbers, shape: [numbers.count]))]
    }
    if node.has("value_int") {
      let count = BatchCount(node.integer("value_int", default: 0))
      return [.constant(ConstantTensor(shape: [], .counts([count])))]
    }
    if let integers = node.integers("value_ints"), node.has("value_ints") {
      return [.constant(ConstantTensor(counts: integers.map { BatchCount($0) }))]
    }
    throw node.unexpected("another", expected: "a constant of numbers")
  }

  private func constant(of message: ONNXTensorProto) throws -> ConstantTensor {
    let tensor = try MessageTensor(message)
    guard tensor.type.isFloatingPoint else {
      return ConstantTensor(
        shape: tensor.shape,
        .counts(try tensor.integers(of: message.name).map { BatchCount($0) }))
    }
    let numbers = try [Float](unsafeUninitializedCapacity: tensor.count) { buffer, initialized in
      try tensor.read(into: UnsafeMutableBufferPointer(rebasing: buffer[..<tensor.count]))
      initialized = tensor.count
    }
    return ConstantTensor(numbers, shape: tensor.shape)
  }

  func constantOfShape(_ node: ONNXNode) throws -> [FileValue] {
    let shape = try wholeNumbers(node, 0)
    guard shape.allSatisfy({ $0 >= 0 }), shape.count <= 8,
      Shape.saturatedProduct(shape) <= ConstantTensor.countLimit
    else {
      throw node.unexpected("\(Shape(shape))", expected: "a shape of at most 1 GB")
    }
    guard let message = node.tensor("value") else {
      return [.constant(ConstantTensor(shape: shape, .repeated(0)))]
    }
    let value = try constant(of: message)
    guard value.count == 1 else {
      throw node.unexpected("\(value.count)", expected: "one value")
    }
    if let counts = value.counts {
      guard Shape.saturatedProduct(shape) <= 1 << 20 else {
        throw node.unexpected("\(Shape(shape))", expected: "fewer whole numbers")
      }
      return [
        .constant(
          ConstantTensor(
            shape: shape,
            .counts([BatchCount](repeating: counts[0], count: Shape.saturatedProduct(shape)))))
      ]
    }
    let number = try value.numbers(in: archive)[0]
    return [.constant(ConstantTensor(shape: shape, .repeated(number)))]
  }

  private func wholeNumbers(_ node: ONNXNode, _ index: Int) throws -> [Int] {
    guard let integers = try requiredConstant(node, index).integers else {
      throw node.unexpected(
        "others", expected: "whole numbers that do not depend on the batch as input \(index + 1)")
    }
    return integers
  }

  func range(_ node: ONNXNode) throws -> [FileValue] {
    let bounds = try (0..<3).map { try requiredConstant(node, $0) }
    let integers = bounds.compactMap { $0.integers?.first }
    if integers.count == 3, integers[2] != 0 {
      let (start, limit, step) = (integers[0], integers[1], integers[2])
      let all = stride(from: start, to: limit, by: step)
      let counts = all.lazy.prefix(1 << 20).map { BatchCount($0) }
      return [.constant(ConstantTensor(counts: Array(counts)))]
    }
    throw node.unexpected("others", expected: "whole numbers, and a step other than 0")
  }

  func shape(_ node: ONNXNode) throws -> [FileValue] {
    let dimensions: [BatchCount]
    if case .constant(let constant) = try required(node, 0) {
      dimensions = constant.shape.map { BatchCount($0) }
    } else {
      dimensions = [.batch] + (try feature(node)).shape.map { BatchCount($0) }
    }
    func bound(_ name: String, default standard: Int) -> Int {
      let value = node.integer(name, default: standard)
      let place = value < 0 ? value.addingReportingOverflow(dimensions.count).partialValue : value
      return min(max(place, 0), dimensions.count)
    }
    let start = bound("start", default: 0)
    let end = max(start, bound("end", default: dimensions.count))
    return [.constant(ConstantTensor(counts: Array(dimensions[start..<end])))]
  }

  func size(_ node: ONNXNode) throws -> [FileValue] {
    if case .constant(let constant) = try required(node, 0) {
      return [.constant(ConstantTensor(shape: [], .counts([BatchCount(constant.count)])))]
    }
    let count = try ConstantArithmetic.fitting(
      BatchCount.product(.batch, BatchCount(try feature(node).count)))
    return [.constant(ConstantTensor(shape: [], .counts([count])))]
  }

  func tile(_ node: ONNXNode) throws -> [FileValue] {
    let constant = try requiredConstant(node, 0)
    let repeats = try wholeNumbers(node, 1)
    guard repeats.count == constant.shape.count, repeats.allSatisfy({ $0 >= 1 }) else {
      throw node.unexpected("\(repeats)", expected: "how often each axis is repeated")
    }
    var result = constant
    for (axis, times) in repeats.enumerated() where times > 1 {
      guard result.count <= ConstantTensor.countLimit / times else {
        throw node.unexpected("\(repeats)", expected: "a constant of at most 1 GB")
      }
      result = try ConstantTensor.concatenated(
        [ConstantTensor](repeating: result, count: times), axis: axis, in: archive)
    }
    return [.constant(result)]
  }

  func choice(_ node: ONNXNode) throws -> [FileValue] {
    let condition = try requiredConstant(node, 0)
    guard let choices = condition.integers else {
      throw node.unexpected("others", expected: "truth values that are known")
    }
    // Of one kind throughout, it may choose between whatever there is.
    if let first = choices.first, choices.allSatisfy({ ($0 != 0) == (first != 0) }) {
      let chosen = try required(node, first != 0 ? 1 : 2)
      guard case .constant(let constant) = chosen else { return [chosen] }
      return [.constant(try constant.broadcast(to: condition.shape, in: archive))]
    }
    let (yes, no) = (try requiredConstant(node, 1), try requiredConstant(node, 2))
    guard
      let shape = ConstantArithmetic.broadcastShape(yes.shape, no.shape).flatMap({
        ConstantArithmetic.broadcastShape($0, condition.shape)
      }), Shape.saturatedProduct(shape) <= ConstantTensor.countLimit
    else {
      throw node.unexpected("others", expected: "constants of shapes that go together")
    }
    let chosen = ConstantArithmetic.spread(choices, condition.shape, to: shape)
    func pick<Element>(_ a: [Element], _ b: [Element]) -> [Element] {
      zip(
        chosen,
        zip(
          ConstantArithmetic.spread(a, yes.shape, to: shape),
          ConstantArithmetic.spread(b, no.shape, to: shape))
      ).map { $0 != 0 ? $1.0 : $1.1 }
    }
    if let a = yes.counts, let b = no.counts {
      return [.constant(ConstantTensor(shape: shape, .counts(pick(a, b))))]
    }
    return [
      .constant(
        ConstantTensor(
          pick(try yes.numbers(in: archive), try no.numbers(in: archive)), shape: shape))
    ]
  }

  /// The product of a shape's dimensions.
  func countProduct(_ node: ONNXNode) throws -> [FileValue] {
    let constant = try requiredConstant(node, 0)
    guard let counts = constant.counts, constant.shape.count <= 1 else {
      throw node.unexpected("others", expected: "whole numbers in one axis")
    }
    let product = try counts.reduce(BatchCount(1)) {
      try ConstantArithmetic.fitting(BatchCount.product($0, $1))
    }
    let keeps = node.integer("keepdims", default: 1) != 0
    return [.constant(ConstantTensor(shape: keeps ? [1] : [], .counts([product])))]
  }
}
