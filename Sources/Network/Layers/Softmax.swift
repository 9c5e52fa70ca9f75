import Kernels

/// Softmax over the last axis.
package struct Softmax: Layer {
  package static let kind = "Softmax"

  package init() {}

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try only(inputs)
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    SoftmaxOperation(site)
  }
}

private final class SoftmaxOperation: Operation {
  private let rows: Int
  private let columns: Int
  private let pool: WorkerPool

  init(_ site: OperationSite) {
    rows = site.batch * site.output.positions
    columns = site.output.channels
    pool = site.pool
  }

  var backwardReads: BackwardReads { .output }
  var canRunInPlace: Bool { true }

  func forward(_ pass: ForwardPass) {
    SoftmaxKernel.forward(
      rows: rows, columns: columns, input: pass.inputs[0], output: pass.output, pool: pool)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    SoftmaxKernel.backward(
      rows: rows, columns: columns, output: pass.output, outputGradient: pass.outputGradient,
      inputGradient: gradient, pool: pool)
  }
}
