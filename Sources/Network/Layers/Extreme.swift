import Kernels

/// The largest of two or more inputs of one shape at each place.
package struct Maximum: Layer {
  package static let kind = "Maximum"

  package init() {}

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try alike(inputs)
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    ExtremeOperation(isLargest: true, site)
  }
}

/// The smallest of two or more inputs of one shape at each place.
package struct Minimum: Layer {
  package static let kind = "Minimum"

  package init() {}

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try alike(inputs)
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    ExtremeOperation(isLargest: false, site)
  }
}

private final class ExtremeOperation: Operation {
  private let isLargest: Bool
  private let site: OperationSite

  init(isLargest: Bool, _ site: OperationSite) {
    self.isLargest = isLargest
    self.site = site
  }

  var backwardReads: BackwardReads { [.inputs, .output] }

  func forward(_ pass: ForwardPass) {
    Elementwise.extreme(
      count: site.outputCount, inputs: pass.inputs, isLargest: isLargest, output: pass.output,
      pool: site.pool)
  }

  func backward(_ pass: BackwardPass) {
    for (index, gradient) in pass.inputGradients.enumerated() {
      guard let gradient else { continue }
      Elementwise.extremeGradient(
        count: site.outputCount, inputs: pass.inputs, of: index, output: pass.output,
        outputGradient: pass.outputGradient, inputGradient: gradient, pool: site.pool)
    }
  }
}
