import Kernels

/// The first input less the second, both of one shape.
package struct Subtract: Layer {
  package static let kind = "Subtract"

  package init() {}

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs.count == 2 else {
      throw ShapeError(expected: "2 inputs", found: "\(inputs.count)")
    }
    return try alike(inputs)
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    SubtractOperation(site)
  }
}

private final class SubtractOperation: Operation {
  private let site: OperationSite

  init(_ site: OperationSite) {
    self.site = site
  }

  var backwardReads: BackwardReads { [] }
  var canRunInPlace: Bool { true }

  func forward(_ pass: ForwardPass) {
    Elementwise.subtract(
      count: site.outputCount, pass.inputs[0], pass.inputs[1], output: pass.output,
      pool: site.pool)
  }

  func backward(_ pass: BackwardPass) {
    // In place the first one is the output's gradient, which the second reads before.
    for (index, sign) in [(1, Float(-1)), (0, 1)] {
      guard let gradient = pass.inputGradients[index], gradient != pass.outputGradient else {
        continue
      }
      Elementwise.scale(
        count: site.outputCount, input: pass.outputGradient, by: sign, output: gradient,
        pool: site.pool)
    }
  }
}
