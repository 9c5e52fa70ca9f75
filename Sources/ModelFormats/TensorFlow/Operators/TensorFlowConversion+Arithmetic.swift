import Kernels
import Network

/// Arithmetic, and functions of single numbers.
extension TensorFlowConversion {
  static func binary(_ operation: ConstantArithmetic.Binary) -> TensorFlowOperatorTable.Row {
    { conversion in { node in [try conversion.combined(operation, first: 2, of: node)] } }
  }

  static func activation(
    _ make: @escaping (TensorFlowNode) throws -> Activation
  ) -> TensorFlowOperatorTable.Row {
    { conversion in { node in [try conversion.activated(try make(node), node)] } }
  }

  static func function(_ function: ScalarExpression.Function) -> TensorFlowOperatorTable.Row {
    { conversion in { node in [try conversion.computed(function, node)] } }
  }

  static func rounding(_ operation: ConstantArithmetic.Unary) -> TensorFlowOperatorTable.Row {
    { conversion in { node in [try conversion.rounded(operation, node)] } }
  }

  func sum(_ node: TensorFlowNode) throws -> [FileValue] {
    [try combined(.add, first: node.inputs.count, of: node)]
  }

  func square(_ node: TensorFlowNode) throws -> [FileValue] {
    let value = try required(node, 0)
    return [try combined(.multiply, value, value, node)]
  }

  func squaredDifference(_ node: TensorFlowNode) throws -> [FileValue] {
    let difference = try combined(
      .subtract, try required(node, 0), try required(node, 1), node)
    return [try combined(.multiply, difference, difference, node)]
  }

  func inverseRoot(_ node: TensorFlowNode) throws -> [FileValue] {
    guard case .constant(let constant) = try required(node, 0) else {
      return [
        try applied(node) {
          ScalarExpression(
            .function(.reciprocal, ScalarExpression(.function(.squareRoot, $0))))
        }
      ]
    }
    let root = try ConstantArithmetic.unary(.squareRoot, constant, in: archive)
    return [.constant(try ConstantArithmetic.unary(.reciprocal, root, in: archive))]
  }

  func clip(_ node: TensorFlowNode) throws -> [FileValue] {
    let bounds = try (1...2).map { index in
      let constant = try requiredConstant(node, index)
      guard constant.count == 1, let value = try constant.numbers(in: archive).first, !value.isNaN
      else {
        throw node.unexpected("\(Shape(constant.shape))", expected: "a number as bound")
      }
      let largest = Float.greatestFiniteMagnitude
      return min(max(value, -largest), largest)
    }
    guard bounds[0] <= bounds[1] else {
      throw node.unexpected("\(bounds)", expected: "a lower bound below the upper one")
    }
    let activation: Activation =
      bounds == [0, 6] ? .relu6 : .clip(lower: bounds[0], upper: bounds[1])
    return [try activated(activation, node)]
  }

  func choice(_ node: TensorFlowNode) throws -> [FileValue] {
    guard let choices = try requiredConstant(node, 0).integers, let first = choices.first,
      choices.allSatisfy({ ($0 != 0) == (first != 0) })
    else {
      throw node.unexpected("others", expected: "one choice that is known for all values")
    }
    return [try required(node, first != 0 ? 1 : 2)]
  }

  func cast(_ node: TensorFlowNode) throws -> [FileValue] {
    let value = try required(node, 0)
    guard let type = node.type("DstT").flatMap({ MessageElementType(tensorFlow: $0) }) else {
      throw node.unexpected("another", expected: "numbers of a type that is read")
    }
    guard case .constant(let constant) = value else {
      guard type.isFloatingPoint else {
        throw node.unexpected("\(type.name)", expected: "floating-point numbers")
      }
      return [value]
    }
    guard constant.isWhole == type.isFloatingPoint else { return [value] }
    if type.isFloatingPoint {
      // Sizes that hang on the batch stay whole.
      guard constant.integers != nil else { return [value] }
      return [.constant(ConstantTensor(try constant.numbers(in: archive), shape: constant.shape))]
    }
    let counts = try constant.numbers(in: archive).map { BatchCount(Int(saturating: $0)) }
    return [.constant(ConstantTensor(shape: constant.shape, .counts(counts)))]
  }
}
