import Kernels
import Network

/// Element-wise arithmetic of constants and of features.
extension GraphConversion {
  /// The first so many inputs of a node, one after the other.
  func combined(
    _ operation: ConstantArithmetic.Binary, first count: Int, of node: any FileNode
  ) throws -> FileValue {
    var result = try required(node, 0)
    for index in 1..<max(count, 1) {
      result = try combined(operation, result, try required(node, index), node)
    }
    return result
  }

  /// An operation on constants alone.
  func rounded(
    _ operation: ConstantArithmetic.Unary, _ node: any FileNode
  ) throws -> FileValue {
    .constant(
      try ConstantArithmetic.unary(operation, try requiredConstant(node, 0), in: archive))
  }

  func combined(
    _ operation: ConstantArithmetic.Binary, _ a: FileValue, _ b: FileValue, _ node: any FileNode
  ) throws -> FileValue {
    switch (a, b) {
    case (.constant(let left), .constant(let right)):
      return .constant(try ConstantArithmetic.binary(operation, left, right, in: archive))
    case (_, .constant(let constant)):
      return try combined(operation, a, constant, isReversed: false, node)
    case (.constant(let constant), _):
      return try combined(operation, b, constant, isReversed: true, node)
    default: break
    }
    if let pending = scalar(operation, a, b, node) { return .pending(pending) }
    let (left, right) = (try feature(of: a), try feature(of: b))
    guard let layer = operation.layer else {
      throw node.unexpected(
        "two that depend on the image", expected: "one input and one constant")
    }
    return .feature(try merged(layer, [left, right], node))
  }

  func feature(of value: FileValue) throws -> Feature {
    switch value {
    case .feature(let feature): return feature
    case .pending(let pending): return try force(pending)
    case .constant:
      throw UnexpectedContent(expected: "a value that depends on the image", found: "a constant")
    }
  }

  /// Two functions of the same number are one.
  func scalar(
    _ operation: ConstantArithmetic.Binary, _ a: FileValue, _ b: FileValue, _ node: any FileNode
  ) -> PendingElementwise? {
    guard let (base, left) = expression(of: a), let (other, right) = expression(of: b),
      base == other, !left.isInput || !right.isInput || operation != .add
    else { return nil }
    let expression = ScalarExpression(.combination(operation, left, right))
    guard expression.size <= ScalarExpression.sizeLimit else { return nil }
    return PendingElementwise(
      base: base, expression: expression, steps: nil, axis: nil, name: name(node))
  }

  func expression(of value: FileValue) -> (Feature, ScalarExpression)? {
    switch value {
    case .feature(let feature): (feature, .input)
    case .pending(let pending): pending.expression.map { (pending.base, $0) }
    case .constant: nil
    }
  }

  /// A feature and a constant.
  func combined(
    _ operation: ConstantArithmetic.Binary, _ value: FileValue, _ constant: ConstantTensor,
    isReversed: Bool, _ node: any FileNode
  ) throws -> FileValue {
    let shape: [Int]
    switch value {
    case .feature(let feature): shape = feature.shape
    case .pending(let pending): shape = pending.base.shape
    case .constant: preconditionFailure("a constant is no feature")
    }
    // Axis 0 is the batch.
    let rank = shape.count + 1
    let padded = [Int](repeating: 1, count: max(0, rank - constant.shape.count)) + constant.shape
    let varying = padded.indices.filter { padded[$0] != 1 }
    let axis = varying.first.map { $0 - 1 }
    guard padded.count == rank, varying.count <= 1,
      axis.map({ $0 >= 0 && shape[$0] == padded[$0 + 1] }) ?? true
    else {
      if let axis, padded.count == rank, axis >= 0, shape[axis] == 1, varying.count == 1 {
        throw node.unexpected(
          "\(Shape(constant.shape))", expected: "a constant that needs no repetition of the image")
      }
      throw node.unexpected(
        "\(Shape(constant.shape))", expected: "a constant with one value, or one for each channel,")
    }
    if operation == .add, axis != nil, case .feature(let feature) = value,
      let sum = try biased(feature, by: constant, axis: axis!, node)
    {
      return .feature(sum)
    }
    let values = try constant.numbers(in: archive)
    return try appended(
      PendingElementwise.Step(
        operation: operation, constant: constant, values: values, isReversed: isReversed),
      axis: axis, to: value, node)
  }

  /// The sum of what a convolution or dense layer gives and of a constant for each channel is that layer
  /// with a bias.
  func biased(
    _ feature: Feature, by constant: ConstantTensor, axis: Int, _ node: any FileNode
  ) throws -> Feature? {
    guard isReadOnce(feature), feature.axes[axis].count == 1,
      feature.axes[axis][0] == feature.atoms.last?.id,
      draft.setBias(try place(constant, shape: [constant.count]), of: feature.node)
    else { return nil }
    return feature
  }

  func appended(
    _ step: PendingElementwise.Step, axis: Int?, to value: FileValue, _ node: any FileNode
  ) throws -> FileValue {
    let isAffine = PendingElementwise.Step.isAffine(step.operation, isReversed: step.isReversed)
    var base: Feature
    var expression: ScalarExpression? = .input
    var steps: [PendingElementwise.Step]? = []
    var lastAxis: Int?
    switch value {
    case .pending(let pending):
      (base, expression, steps, lastAxis) = (
        pending.base, pending.expression, pending.steps, pending.axis
      )
    default: base = try feature(of: value)
    }
    let keepsLine = isAffine && steps != nil && (axis == nil || lastAxis == nil || axis == lastAxis)
    let keepsExpression =
      axis == nil && expression.map { $0.size + 2 <= ScalarExpression.sizeLimit } ?? false
    if !keepsLine, !keepsExpression {
      base = try feature(of: value)
      (expression, steps, lastAxis) = (.input, [], nil)
      guard isAffine || axis == nil else {
        throw node.unexpected(
          "one for each channel", expected: "a constant with one value")
      }
    }
    var combination: ScalarExpression?
    if axis == nil, let expression {
      let constant = ScalarExpression(.constant(Double(step.values.first ?? .nan)))
      combination = ScalarExpression(
        step.isReversed
          ? .combination(step.operation, constant, expression)
          : .combination(step.operation, expression, constant))
    }
    return .pending(
      PendingElementwise(
        base: base, expression: combination, steps: isAffine ? steps.map { $0 + [step] } : nil,
        axis: axis ?? lastAxis, name: name(node)))
  }

  /// Features of one shape, or that are repeated to one, as one.
  func merged(_ layer: any Layer, _ features: [Feature], _ node: any FileNode) throws -> Feature {
    guard features.allSatisfy({ $0.axes.count == features[0].axes.count }) else {
      throw node.unexpected(
        features.map { "\($0.axes.count + 1)" }.joined(separator: " and "),
        expected: "inputs with as many axes")
    }
    let largest = features.max { $0.count < $1.count }!
    let axes = largest.axesNearMemory
    let sources = try features.map {
      try draft.rearranged($0, as: axes.map { [$0] }, name: name(node))
    }
    let shapes = sources.map { draft.shape(of: $0) }
    guard let target = Shape.broadcast(shapes) else {
      throw node.unexpected(
        shapes.map(\.description).joined(separator: " and "),
        expected: "inputs of one shape, or that can be repeated to one,")
    }
    let isDirect = (try? layer.outputShape(for: shapes)) != nil
    let inputs = try zip(sources, shapes).map { source, shape in
      guard !isDirect, shape != target else { return source }
      return try draft.add(
        Broadcast(to: target), reading: [source], name: name(node).inserted("broadcast"))
    }
    let place = try draft.add(layer, reading: inputs, name: name(node))
    return feature(place, like: Arranged(node: place, axes: axes))
  }
}
