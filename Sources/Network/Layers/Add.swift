import Kernels

/// The sum of two or more inputs of one shape.
package struct Add: Layer {
  package static let kind = "Add"

  package init() {}

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try several(inputs)
    for input in inputs where input != inputs[0] {
      throw ShapeError(expected: "inputs of one shape, \(inputs[0])", found: "\(input)")
    }
    return inputs[0]
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    AddOperation(site)
  }
}

private final class AddOperation: Operation {
  private let site: OperationSite

  init(_ site: OperationSite) {
    self.site = site
  }

  var backwardReads: BackwardReads { [] }
  var canRunInPlace: Bool { true }

  func forward(_ pass: ForwardPass) {
    Elementwise.add(
      count: site.outputCount, inputs: pass.inputs, output: pass.output, pool: site.pool)
  }

  func backward(_ pass: BackwardPass) {
    for case let gradient? in pass.inputGradients where gradient != pass.outputGradient {
      Elementwise.copy(
        count: site.outputCount, input: pass.outputGradient, output: gradient, pool: site.pool)
    }
  }
}
