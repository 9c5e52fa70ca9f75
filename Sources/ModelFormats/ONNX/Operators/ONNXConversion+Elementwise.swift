import Kernels
import Network

/// Functions of single numbers, and the layers that chains of them become.
extension ONNXConversion {
  static func activation(
    _ make: @escaping (ONNXNode) throws -> Activation
  ) -> ONNXOperatorTable.Row {
    { conversion in
      { node in
        let activation = try make(node)
        if case .constant(let constant) = try conversion.required(node, 0) {
          let values = try constant.numbers(in: conversion.archive)
          return [
            .constant(
              ConstantTensor(
                values.map { Float(activation.value(Double($0))) }, shape: constant.shape))
          ]
        }
        return [try conversion.applied(node) { ScalarExpression(.activation(activation, $0)) }]
      }
    }
  }

  static func function(_ function: ScalarExpression.Function) -> ONNXOperatorTable.Row {
    { conversion in
      { node in
        if case .constant(let constant) = try conversion.required(node, 0) {
          return [.constant(try conversion.value(of: function, constant, node))]
        }
        return [try conversion.applied(node) { ScalarExpression(.function(function, $0)) }]
      }
    }
  }

  /// Operations on constants alone.
  static func rounding(_ operation: ConstantArithmetic.Unary) -> ONNXOperatorTable.Row {
    { conversion in
      { node in
        let constant = try conversion.requiredConstant(node, 0)
        return [
          .constant(try ConstantArithmetic.unary(operation, constant, in: conversion.archive))
        ]
      }
    }
  }

  private func value(
    of function: ScalarExpression.Function, _ constant: ConstantTensor, _ node: ONNXNode
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

  func clip(_ node: ONNXNode) throws -> [ONNXValue] {
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
    return try Self.activation { _ in activation }(self)(node)
  }

  private func applied(
    _ node: ONNXNode, _ make: (ScalarExpression) -> ScalarExpression
  ) throws -> ONNXValue {
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

  private func layers(
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
  private func elementwise(
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

  private func elementwiseInMemory(
    _ layer: any Layer, on base: Feature, name: DraftName
  ) throws -> Feature {
    let place = try draft.add(layer, reading: [base.node], name: name)
    return base.moved(to: place)
  }

  /// One layer for each operation.
  private func parts(
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

  private static func line(_ operation: ConstantArithmetic.Binary, _ value: Double) -> Rescaling? {
    switch operation {
    case .add: Rescaling(scale: [1], offset: [Float(value)])
    case .subtract: Rescaling(scale: [1], offset: [Float(-value)])
    case .multiply: Rescaling(scale: [Float(value)], offset: [0])
    case .divide: Rescaling(scale: [Float(1 / value)], offset: [0])
    default: nil
    }
  }

  /// Factors and summands with values of their own for each channel.
  private func affine(_ pending: PendingElementwise) throws -> Feature {
    guard let steps = pending.steps, let axis = pending.axis else {
      preconditionFailure("neither an expression nor a line")
    }
    let name = pending.name
    let arranged = try arranged(pending.base, last: axis, name: name)
    let channels = draft.shape(of: arranged.node).channels
    let place: Int
    if let spelled = SpelledNormalization(steps, channels: channels, in: archive) {
      place = try draft.add(
        BatchNormalization(epsilon: spelled.epsilon), reading: [arranged.node],
        weights: [
          "gamma": try self.place(ConstantTensor(spelled.gamma, shape: [channels])),
          "beta": try self.place(ConstantTensor(spelled.beta, shape: [channels])),
          "moving_mean": try self.place(ConstantTensor(spelled.mean, shape: [channels])),
          "moving_variance": try self.place(ConstantTensor(spelled.variance, shape: [channels])),
        ], name: name)
      return feature(place, like: arranged)
    }
    if let place = try factors(steps, ofNormalizationAt: arranged.node, channels, name: name) {
      return feature(place, like: arranged)
    }
    let line = PendingElementwise.Step.line(of: steps, count: channels)
    let scale = line.scale.map { Float($0) }
    let offset = line.offset.map { Float($0) }
    guard (scale + offset).allSatisfy(\.isFinite) else {
      throw UnexpectedContent(
        expected: "factors and summands that are numbers at '\(name.description)'", found: "others")
    }
    return feature(
      try scaling(scale, offset: offset, reading: arranged.node, name: name, steps),
      like: arranged)
  }

  /// What a normalisation has for each channel, written as a product and a sum behind it.
  private func factors(
    _ steps: [PendingElementwise.Step], ofNormalizationAt node: Int, _ channels: Int,
    name: DraftName
  ) throws -> Int? {
    guard node >= 0, steps.map(\.operation) == [.multiply, .add],
      steps.allSatisfy({ $0.values.count == channels })
    else { return nil }
    let scaled: any Layer
    switch draft.nodes[node].layer {
    case var layer as GroupNormalization where !layer.hasGamma && !layer.hasBeta:
      (layer.hasGamma, layer.hasBeta) = (true, true)
      scaled = layer
    case var layer as LayerNormalization where !layer.hasGamma && !layer.hasBeta && layer.axes == 1:
      (layer.hasGamma, layer.hasBeta) = (true, true)
      scaled = layer
    default: return nil
    }
    return try draft.add(
      scaled, reading: draft.nodes[node].inputs,
      weights: [
        "gamma": try place(steps[0].constant, shape: [channels]),
        "beta": try place(steps[1].constant, shape: [channels]),
      ], name: name.owned(by: ONNXLayerName.owner(ofWeight: steps[0].constant.name)))
  }

  /// A factor and a summand for each channel: learned ones inside a network, pixels' preparation at its
  /// beginning.
  private func scaling(
    _ scale: [Float], offset: [Float], reading source: Int, name: DraftName,
    _ steps: [PendingElementwise.Step]
  ) throws -> Int {
    let channels = scale.count
    let isPreparation = isInput(source)
    let shifts = offset.contains { $0 != 0 }
    if !isPreparation, !shifts {
      let only = steps.count == 1 && steps[0].operation == .multiply ? steps[0].constant : nil
      return try draft.add(
        ChannelScale(), reading: [source],
        weights: [
          "gamma": try self.place(
            only ?? ConstantTensor(scale, shape: [channels]), shape: [channels])
        ], name: name.owned(by: ONNXLayerName.owner(ofWeight: only?.name)))
    }
    if !isPreparation {
      let scales = scale.contains { $0 != 1 }
      var weights = ["beta": try self.place(ConstantTensor(offset, shape: [channels]))]
      if scales { weights["gamma"] = try self.place(ConstantTensor(scale, shape: [channels])) }
      return try draft.add(
        Scale(hasGamma: scales), reading: [source], weights: weights, name: name)
    }
    return try draft.add(
      Rescaling(scale: scale, offset: offset), reading: [source], name: name)
  }

  /// Whether nothing but changes of layout stands between the graph's input and a node.
  private func isInput(_ node: Int) -> Bool {
    var place = node
    while place >= 0 {
      switch draft.nodes[place].layer {
      case is Permute, is Reshape, is Rescaling, is Resizing, is Slice, is Cropping2D:
        place = draft.nodes[place].inputs[0]
      default: return false
      }
    }
    return true
  }
}
