import Kernels

/// The sum of two or more inputs of one shape, and the activation that follows it.
package struct Add: Layer {
  package static let kind = "Add"

  package var activation: Activation

  package init(activation: Activation = .linear) {
    self.activation = activation
  }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try alike(inputs)
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    AddOperation(activation, site)
  }
}

private final class AddOperation: Operation {
  private let epilogue: ActivationEpilogue
  private let site: OperationSite

  init(_ activation: Activation, _ site: OperationSite) {
    epilogue = ActivationEpilogue(activation, site)
    self.site = site
  }

  var savedCount: Int { epilogue.savedCount }
  var backwardReads: BackwardReads { epilogue.backwardReads }
  var canRunInPlace: Bool { true }

  func forward(_ pass: ForwardPass) {
    epilogue.forward(pass) { activation, output in
      Elementwise.add(
        count: site.outputCount, inputs: pass.inputs, activation: activation, output: output,
        pool: site.pool)
    }
  }

  func backward(_ pass: BackwardPass) {
    epilogue.backward(pass)
    for case let gradient? in pass.inputGradients where gradient != pass.outputGradient {
      Elementwise.copy(
        count: site.outputCount, input: pass.outputGradient, output: gradient, pool: site.pool)
    }
  }
}
