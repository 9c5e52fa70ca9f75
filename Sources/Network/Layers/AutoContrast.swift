import Kernels

/// Each channel of each image stretched over the whole range of values: Keras' layer of this name,
/// which does so outside of training as well.
package struct AutoContrast: Layer {
  package static let kind = "AutoContrast"

  package var lower: Float
  package var upper: Float

  package init(lower: Float, upper: Float) {
    self.lower = lower
    self.upper = upper
  }

  package var detail: String { "\(lower)…\(upper)" }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs)
    _ = try input.spatial()
    return input
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    AutoContrastOperation(self, site)
  }
}

private final class AutoContrastOperation: Operation {
  private let kernel: ContrastStretching
  private let pool: WorkerPool

  init(_ layer: AutoContrast, _ site: OperationSite) {
    kernel = ContrastStretching(
      batch: site.batch, positions: site.output.positions, channels: site.output.channels,
      lower: layer.lower, upper: layer.upper)
    pool = site.pool
  }

  var backwardReads: BackwardReads { .inputs }

  func forward(_ pass: ForwardPass) {
    kernel.forward(input: pass.inputs[0], output: pass.output, pool: pool)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    kernel.backward(
      input: pass.inputs[0], outputGradient: pass.outputGradient, inputGradient: gradient,
      pool: pool)
  }
}
