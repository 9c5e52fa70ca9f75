import Kernels
import Network

/// Operators that move values, and compute none.
extension ONNXConversion {
  func identity(_ node: ONNXNode) throws -> [FileValue] { [try required(node, 0)] }

  func cast(_ node: ONNXNode) throws -> [FileValue] {
    let value = try required(node, 0)
    let type = MessageElementType(rawValue: node.integer("to", default: 1))
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

  func dropout(_ node: ONNXNode) throws -> [FileValue] {
    var rate = try node.number("ratio", default: 0.5)
    if let constant = try constant(node, 1) {
      rate = try constant.numbers(in: archive).first ?? 0
    }
    return [try dropped(try required(node, 0), rate: rate, node)]
  }

  func reshape(_ node: ONNXNode) throws -> [FileValue] {
    let target: [BatchCount]
    if let shape = node.integers("shape"), node.inputs.count < 2 {
      target = shape.map { BatchCount($0) }
    } else if let counts = try requiredConstant(node, 1).counts {
      target = counts
    } else {
      throw node.unexpected("others", expected: "whole numbers as shape")
    }
    let keepsZero = node.integer("allowzero", default: 0) != 0
    return [try reshaped(try required(node, 0), to: target, keepsZero: keepsZero, node)]
  }

  func flatten(_ node: ONNXNode) throws -> [FileValue] {
    let base = try feature(node)
    let shape = base.shape
    let axis = node.integer("axis", default: 1)
    let place = axis < 0 ? axis + shape.count + 1 : axis
    guard place >= 1, place <= shape.count + 1, shape[..<(place - 1)].allSatisfy({ $0 == 1 }) else {
      throw node.unexpected("\(axis)", expected: "the first axis after the batch as 'axis'")
    }
    return [.feature(try reshaped(base, to: [base.count], node))]
  }

  func transpose(_ node: ONNXNode) throws -> [FileValue] {
    [try transposed(try required(node, 0), order: node.integers("perm"), node)]
  }

  func squeeze(_ node: ONNXNode) throws -> [FileValue] {
    let axes = try integers(node, "axes", input: 1)
    return [try squeezed(try required(node, 0), axes: axes, node)]
  }

  func unsqueeze(_ node: ONNXNode) throws -> [FileValue] {
    guard let axes = try integers(node, "axes", input: 1), Set(axes).count == axes.count else {
      throw node.unexpected("none", expected: "'axes'")
    }
    return [try unsqueezed(try required(node, 0), axes: axes, node)]
  }

  func concatenate(_ node: ONNXNode) throws -> [FileValue] {
    let values = try node.inputs.indices.map { try required(node, $0) }
    return [try concatenated(values, axis: node.integer("axis", default: 1), node)]
  }

  func expand(_ node: ONNXNode) throws -> [FileValue] {
    guard let counts = try requiredConstant(node, 1).counts else {
      throw node.unexpected("others", expected: "whole numbers as shape")
    }
    return [try expanded(try required(node, 0), to: counts, node)]
  }
}
