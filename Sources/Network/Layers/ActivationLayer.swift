import Kernels

/// An elementwise activation as a layer of its own.
package struct ActivationLayer: Layer {
  package static let kind = "Activation"

  package var activation: Activation

  package init(_ activation: Activation) {
    self.activation = activation
  }

  package var detail: String { activation.name }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try only(inputs)
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    ActivationOperation(activation, site)
  }
}

private final class ActivationOperation: Operation {
  private let activation: Activation
  private let site: OperationSite

  init(_ activation: Activation, _ site: OperationSite) {
    self.activation = activation
    self.site = site
  }

  var canRunInPlace: Bool { activation.gradientSource != .input }
  var backwardReads: BackwardReads {
    switch activation.gradientSource {
    case .nothing: []
    case .output: .output
    case .input: .inputs
    }
  }

  func forward(_ pass: ForwardPass) {
    activation.forward(
      count: site.outputCount, input: pass.inputs[0], output: pass.output, pool: site.pool)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    activation.backward(
      count: site.outputCount,
      source: activation.gradientSource == .input ? pass.inputs[0] : pass.output,
      outputGradient: pass.outputGradient, inputGradient: gradient, pool: site.pool)
  }
}
