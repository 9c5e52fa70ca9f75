import Kernels

/// A full connection of the last axis, with the bias and activation that follow it. Over an input
/// with space it acts at every position alike, as Keras' does.
package struct Dense: Layer {
  package static let kind = "Dense"

  package var units: Int
  package var hasBias: Bool
  package var activation: Activation
  /// Whether a softmax over the units is the activation, which is `linear` then. Training takes it off the last
  /// layer (`Graph.removingFinalActivation`), since its loss takes logits.
  package var appliesSoftmax: Bool
  package var kernelInitialization: KernelInitialization

  package init(
    units: Int, hasBias: Bool = true, activation: Activation = .linear,
    appliesSoftmax: Bool = false, kernelInitialization: KernelInitialization = .glorotUniform
  ) {
    self.units = units
    self.hasBias = hasBias
    self.activation = activation
    self.appliesSoftmax = appliesSoftmax
    self.kernelInitialization = kernelInitialization
  }

  package var detail: String {
    "\(units)" + activation.detailSuffix + (appliesSoftmax ? " softmax" : "")
  }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs)
    try Shape.check(units, in: 1...Shape.dimensionLimit, "a number of units")
    try Shape([input.channels, units]).checked()
    guard !appliesSoftmax || activation == .linear else {
      throw ShapeError(expected: "one activation", found: "\(activation.name) and softmax")
    }
    return try Shape(input.dimensions.dropLast() + [units]).checked()
  }

  package func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
    let channels = inputs[0].channels
    let kernel = ParameterSpecification(
      name: "kernel", role: .kernel, shape: [channels, units],
      initializer: kernelInitialization.initializer(fanIn: channels, fanOut: units),
      unitAxes: [0])
    return hasBias ? [kernel, .bias(units)] : [kernel]
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    DenseOperation(self, site)
  }
}

private final class DenseOperation: Operation {
  private let kernel: DenseKernel
  private let hasBias: Bool
  private let appliesSoftmax: Bool
  private let epilogue: ActivationEpilogue
  private let site: OperationSite
  private var rows: Int { kernel.rows }

  init(_ layer: Dense, _ site: OperationSite) {
    let positions = site.output.positions
    kernel = DenseKernel(
      rows: site.batch * positions, inputs: site.inputs[0].channels, outputs: layer.units,
      pool: site.pool)
    hasBias = layer.hasBias
    appliesSoftmax = layer.appliesSoftmax
    epilogue = ActivationEpilogue(layer.activation, site)
    self.site = site
  }

  var multiplyAdds: Double { Double(rows) * Double(kernel.inputs) * Double(kernel.outputs) }
  var savedCount: Int { epilogue.savedCount }
  var backwardReads: BackwardReads {
    var reads = epilogue.backwardReads
    if site.mode == .training { reads.insert(.inputs) }
    if appliesSoftmax { reads.insert(.output) }
    return reads
  }

  func forward(_ pass: ForwardPass) {
    epilogue.forward(pass) { activation, output in
      kernel.forward(
        input: pass.inputs[0], weights: pass.parameters[0],
        bias: hasBias ? UnsafePointer(pass.parameters[1]) : nil, activation: activation,
        output: output)
    }
    if appliesSoftmax {
      SoftmaxKernel.forward(
        rows: rows, columns: kernel.outputs, input: pass.output, output: pass.output,
        pool: site.pool)
    }
  }

  func backward(_ pass: BackwardPass) {
    if appliesSoftmax {
      SoftmaxKernel.backward(
        rows: rows, columns: kernel.outputs, output: pass.output,
        outputGradient: pass.outputGradient, inputGradient: pass.outputGradient, pool: site.pool)
    }
    epilogue.backward(pass)
    if hasBias, let gradient = pass.parameterGradients[1] {
      Reduction.sumRows(
        rows: rows, columns: kernel.outputs, input: pass.outputGradient, output: gradient,
        pool: site.pool)
    }
    if let gradient = pass.parameterGradients[0] {
      kernel.weightGradient(
        input: pass.inputs[0], outputGradient: pass.outputGradient, weightGradient: gradient)
    }
    if let gradient = pass.inputGradients[0] {
      kernel.inputGradient(
        outputGradient: pass.outputGradient, weights: pass.parameters[0], inputGradient: gradient)
    }
  }
}
