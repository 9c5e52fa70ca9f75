import Kernels
import Network

/// Element-wise arithmetic of constants and of features.
extension ONNXConversion {
  static func binary(_ operation: ConstantArithmetic.Binary) -> ONNXOperatorTable.Row {
    { conversion in
      { node in
        let (a, b) = (try conversion.required(node, 0), try conversion.required(node, 1))
        return [try conversion.combined(operation, a, b, node)]
      }
    }
  }

  static func variadic(_ operation: ConstantArithmetic.Binary) -> ONNXOperatorTable.Row {
    { conversion in
      { node in
        var result = try conversion.required(node, 0)
        for index in node.inputs.indices.dropFirst() {
          result = try conversion.combined(
            operation, result, try conversion.required(node, index), node)
        }
        return [result]
      }
    }
  }

  func average(_ node: ONNXNode) throws -> [FileValue] {
    guard node.inputs.count > 1 else { return [try required(node, 0)] }
    let features = try node.inputs.indices.map { try feature(node, $0) }
    return [.feature(try merged(Average(), features, node))]
  }
}
