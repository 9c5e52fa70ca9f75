import Kernels
import Network

/// Element-wise arithmetic of constants and of features.
extension ONNXConversion {
  static func binary(_ operation: ConstantArithmetic.Binary) -> ONNXOperatorTable.Row {
    { conversion in { node in [try conversion.combined(operation, first: 2, of: node)] } }
  }

  static func variadic(_ operation: ConstantArithmetic.Binary) -> ONNXOperatorTable.Row {
    { conversion in
      { node in [try conversion.combined(operation, first: node.inputs.count, of: node)] }
    }
  }

  func average(_ node: ONNXNode) throws -> [FileValue] {
    guard node.inputs.count > 1 else { return [try required(node, 0)] }
    let features = try node.inputs.indices.map { try feature(node, $0) }
    return [.feature(try merged(Average(), features, node))]
  }
}
