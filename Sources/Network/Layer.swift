import Kernels

/// What one kind of layer is: a plain value that knows its shapes and parameters, and makes the
/// operation that runs it. Whether it is frozen is not its business (see `ExecutionPlan`).
package protocol Layer: Hashable, Sendable {
  /// The name Keras gives this kind, such as `Conv2D`.
  static var kind: String { get }

  /// A few words for lists, such as `3×3 32` or `dense 10`; empty where there is nothing to say.
  var detail: String { get }

  /// The output's shape.
  /// - Throws: `ShapeError` where the inputs do not fit, with expected and found.
  func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape

  /// The parameters in the order in which `ForwardPass.parameters` hands them over, for inputs that
  /// `outputShape(for:)` accepts: that is where sizes are checked.
  func parameters(for inputs: [Shape]) -> [ParameterSpecification]

  /// Whether a training-mode forward differs from call to call (dropout with a rate above 0).
  var isRandom: Bool { get }

  /// The operation that runs this layer at one place of a plan.
  func makeOperation(at site: OperationSite) -> any Operation
}

extension Layer {
  package var kind: String { Self.kind }
  package var detail: String { "" }
  package var isRandom: Bool { false }
  package func parameters(for inputs: [Shape]) -> [ParameterSpecification] { [] }

  /// The input of a layer that has one.
  func only(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs.count == 1 else {
      throw ShapeError(expected: "1 input", found: "\(inputs.count)")
    }
    return inputs[0]
  }

  /// Refuses less than two inputs.
  func several(_ inputs: [Shape]) throws(ShapeError) {
    guard inputs.count >= 2 else {
      throw ShapeError(expected: "2 inputs or more", found: "\(inputs.count)")
    }
  }
}

extension Layer {
  /// The shape that two or more inputs have alike.
  func alike(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try several(inputs)
    for input in inputs where input != inputs[0] {
      throw ShapeError(expected: "inputs of one shape, \(inputs[0])", found: "\(input)")
    }
    return inputs[0]
  }
}

extension Window {
  /// Shape of what a pooling window leaves of `input`.
  func pooledShape(_ input: Shape) throws(ShapeError) -> Shape {
    let (height, width, channels) = try input.spatial()
    guard dilationHeight == 1, dilationWidth == 1 else {
      throw ShapeError(expected: "a pooling window without dilation", found: description)
    }
    let placed = try placed(height: height, width: width)
    return try Shape(
      height: placed.outputHeight, width: placed.outputWidth, channels: channels
    ).checked()
  }
}

/// Inputs that do not fit a layer.
package struct ShapeError: Error, Equatable, CustomStringConvertible {
  package let expected: String
  package let found: String

  package init(expected: String, found: String) {
    self.expected = expected
    self.found = found
  }

  package var description: String { "expected \(expected), found \(found)" }
}
