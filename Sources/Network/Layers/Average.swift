import Kernels

/// The mean of two or more inputs of one shape.
package struct Average: Layer {
  package static let kind = "Average"

  package init() {}

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try alike(inputs)
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    AverageOperation(site)
  }
}

private final class AverageOperation: Operation {
  private let site: OperationSite
  private var factor: Float { 1 / Float(site.inputs.count) }

  init(_ site: OperationSite) {
    self.site = site
  }

  var backwardReads: BackwardReads { [] }
  var canRunInPlace: Bool { true }

  func forward(_ pass: ForwardPass) {
    Elementwise.add(
      count: site.outputCount, inputs: pass.inputs, output: pass.output, pool: site.pool)
    Elementwise.scale(
      count: site.outputCount, values: pass.output, by: factor, pool: site.pool)
  }

  func backward(_ pass: BackwardPass) {
    // In place the first one is the output's gradient, which the others read before.
    for case let gradient? in pass.inputGradients.reversed() {
      Elementwise.scale(
        count: site.outputCount, input: pass.outputGradient, by: factor, output: gradient,
        pool: site.pool)
    }
  }
}
