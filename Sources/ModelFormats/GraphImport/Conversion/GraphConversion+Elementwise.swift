import Kernels
import Network

/// Functions of single numbers, and the layers that chains of them become.
extension GraphConversion {
  /// An activation of the node's first input.
  func activated(_ activation: Activation, _ node: any FileNode) throws -> FileValue {
    guard case .constant(let constant) = try required(node, 0) else {
      return try applied(node) { ScalarExpression(.activation(activation, $0)) }
    }
    let values = try constant.numbers(in: archive)
    return .constant(
      ConstantTensor(values.map { Float(activation.value(Double($0))) }, shape: constant.shape))
  }

  /// A function of the node's first input.
  func computed(
    _ function: ScalarExpression.Function, _ node: any FileNode
  ) throws -> FileValue {
    guard case .constant(let constant) = try required(node, 0) else {
      return try applied(node) { ScalarExpression(.function(function, $0)) }
    }
    return .constant(try value(of: function, constant, node))
  }

  func value(
    of function: ScalarExpression.Function, _ constant: ConstantTensor, _ node: any FileNode
  ) throws -> ConstantTensor {
    let operation: ConstantArithmetic.Unary
    switch function {
    case .squareRoot: operation = .squareRoot
    case .reciprocal: operation = .reciprocal
    case .logarithm: operation = .logarithm
    case .negative: operation = .negate
    default: throw node.unexpected("a constant", expected: "an input that depends on the image")
    }
    return try ConstantArithmetic.unary(operation, constant, in: archive)
  }

  func applied(
    _ node: any FileNode, _ make: (ScalarExpression) -> ScalarExpression
  ) throws -> FileValue {
    let value = try required(node, 0)
    if case .pending(let pending) = value, let inner = pending.expression {
      let expression = make(inner)
      if expression.size <= ScalarExpression.sizeLimit {
        return .pending(
          PendingElementwise(
            base: pending.base, expression: expression, steps: nil, axis: nil, name: name(node)))
      }
    }
    return .pending(
      PendingElementwise(
        base: try feature(of: value), expression: make(.input), steps: nil, axis: nil,
        name: name(node)))
  }

  /// The layers of what has been waiting.
  func force(_ pending: PendingElementwise) throws -> Feature {
    if let forced = pending.forced { return forced }
    let feature: Feature
    if let expression = pending.expression {
      feature = try layers(of: expression, on: pending.base, name: pending.name)
    } else {
      feature = try affine(pending)
    }
    pending.forced = feature
    return feature
  }

  func layers(
    of expression: ScalarExpression, on base: Feature, name: DraftName
  ) throws -> Feature {
    if expression.isInput { return base }
    if let known = made[ObjectIdentifier(expression)] { return known.feature }
    let feature: Feature
    switch ActivationRecognition(expression) {
    case .activation(let activation):
      feature = try elementwise(ActivationLayer(activation), on: base, name: name)
    case .line(let scale, let offset):
      feature =
        scale == 1 && offset == 0
        ? base
        : try elementwise(
          Rescaling(scale: [Float(scale)], offset: [Float(offset)]), on: base, name: name)
    case nil: feature = try parts(of: expression, on: base, name: name)
    }
    made[ObjectIdentifier(expression)] = (expression, feature)
    return feature
  }

  /// A layer that changes numbers where they are.
  func elementwise(
    _ layer: any Layer, on base: Feature, name: DraftName
  ) throws -> Feature {
    let axes = base.axesInMemory
    // Without an order that the file's axes have in memory, memory is taken as it is.
    let source: Int
    if let axes {
      source = try draft.rearranged(base, as: axes.map { [$0] }, name: name)
    } else {
      return try elementwiseInMemory(layer, on: base, name: name)
    }
    let place = try draft.add(layer, reading: [source], name: name)
    return feature(place, like: Arranged(node: place, axes: axes ?? []))
  }

  func elementwiseInMemory(
    _ layer: any Layer, on base: Feature, name: DraftName
  ) throws -> Feature {
    let place = try draft.add(layer, reading: [base.node], name: name)
    return base.moved(to: place)
  }

  /// One layer for each operation.
  func parts(
    of expression: ScalarExpression, on base: Feature, name: DraftName
  ) throws -> Feature {
    func refused(_ what: String) -> UnexpectedContent {
      UnexpectedContent(
        expected: "an activation that Thaw knows at '\(name.description)'", found: what)
    }
    switch expression.form {
    case .input: return base
    case .constant: throw refused("a constant")
    case .function(let function, let inner):
      let layer: any Layer
      switch function {
      case .squareRoot: layer = ActivationLayer(.power(exponent: 0.5))
      case .reciprocal: layer = ActivationLayer(.power(exponent: -1))
      case .negative: layer = Rescaling(scale: [-1], offset: [0])
      default: throw refused("'\(function.rawValue)' by itself")
      }
      let source = try layers(of: inner, on: base, name: name.inserted("inner"))
      return try elementwise(layer, on: source, name: name)
    case .activation(let activation, let inner):
      let source = try layers(of: inner, on: base, name: name.inserted("inner"))
      return try elementwise(ActivationLayer(activation), on: source, name: name)
    case .combination(let operation, let a, let b):
      switch (a.form, b.form) {
      case (_, .constant(let value)):
        let source = try layers(of: a, on: base, name: name.inserted("inner"))
        if operation == .power, Float(value).isFinite {
          return try elementwise(
            ActivationLayer(.power(exponent: Float(value))), on: source, name: name)
        }
        guard let line = Self.line(operation, value) else { throw refused(operation.rawValue) }
        return try elementwise(line, on: source, name: name)
      case (.constant(let value), _):
        let source = try layers(of: b, on: base, name: name.inserted("inner"))
        switch operation {
        case .add, .multiply:
          return try elementwise(Self.line(operation, value)!, on: source, name: name)
        case .subtract:
          return try elementwise(
            Rescaling(scale: [-1], offset: [Float(value)]), on: source, name: name)
        default: throw refused(operation.rawValue)
        }
      default:
        guard let layer = operation.layer else { throw refused(operation.rawValue) }
        let left = try layers(of: a, on: base, name: name.inserted("left"))
        let right = try layers(of: b, on: base, name: name.inserted("right"))
        let axes = left.axesNearMemory
        let sources = try [left, right].map {
          try draft.rearranged($0, as: axes.map { [$0] }, name: name)
        }
        let place = try draft.add(layer, reading: sources, name: name)
        return feature(place, like: Arranged(node: place, axes: axes))
      }
    }
  }

  static func line(_ operation: ConstantArithmetic.Binary, _ value: Double) -> Rescaling? {
    switch operation {
    case .add: Rescaling(scale: [1], offset: [Float(value)])
    case .subtract: Rescaling(scale: [1], offset: [Float(-value)])
    case .multiply: Rescaling(scale: [Float(value)], offset: [0])
    case .divide: Rescaling(scale: [Float(1 / value)], offset: [0])
    default: nil
    }
  }
}
