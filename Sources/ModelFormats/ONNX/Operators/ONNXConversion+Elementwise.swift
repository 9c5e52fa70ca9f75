import Kernels
import Network

/// Functions of single numbers, and the layers that chains of them become.
extension ONNXConversion {
  static func activation(
    _ make: @escaping (ONNXNode) throws -> Activation
  ) -> ONNXOperatorTable.Row {
    { conversion in
      { node in
        [try conversion.activated(try make(node), node)]
      }
    }
  }

  static func function(_ function: ScalarExpression.Function) -> ONNXOperatorTable.Row {
    { conversion in
      { node in
        [try conversion.computed(function, node)]
      }
    }
  }

  /// Operations on constants alone.
  static func rounding(_ operation: ConstantArithmetic.Unary) -> ONNXOperatorTable.Row {
    { conversion in
      { node in
        [try conversion.rounded(operation, node)]
      }
    }
  }

  func clip(_ node: ONNXNode) throws -> [FileValue] {
    func bound(_ attribute: String, _ index: Int, _ standard: Float) throws -> Float {
      if node.has(attribute) { return try node.number(attribute, default: standard) }
      guard let constant = try constant(node, index) else { return standard }
      guard constant.count == 1, let value = try constant.numbers(in: archive).first, !value.isNaN
      else {
        throw node.unexpected("\(Shape(constant.shape))", expected: "a number as '\(attribute)'")
      }
      return value
    }
    let largest = Float.greatestFiniteMagnitude
    let lower = max(try bound("min", 1, -largest), -largest)
    let upper = min(try bound("max", 2, largest), largest)
    guard lower <= upper else {
      throw node.unexpected("\(lower) and \(upper)", expected: "'min' below 'max'")
    }
    let activation: Activation =
      lower == 0 && upper == largest
      ? .relu : lower == 0 && upper == 6 ? .relu6 : .clip(lower: lower, upper: upper)
    return [try activated(activation, node)]
  }
}
