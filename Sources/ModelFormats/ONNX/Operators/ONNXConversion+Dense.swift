import Kernels
import Network

/// Products with matrices of weights.
extension ONNXConversion {
  func generalProduct(_ node: ONNXNode) throws -> [FileValue] {
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

  func matrixProduct(_ node: ONNXNode) throws -> [FileValue] {
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
}
