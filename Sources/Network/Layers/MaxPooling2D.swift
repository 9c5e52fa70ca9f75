import Kernels

/// The largest value under a window. Padding counts as less than any value.
package struct MaxPooling2D: Layer {
  package static let kind = "MaxPooling2D"

  package var window: Window

  package init(window: Window) {
    self.window = window
  }

  package var detail: String { window.description }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try window.pooledShape(only(inputs))
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    MaxPoolingOperation(window, site)
  }
}

private final class MaxPoolingOperation: Operation {
  private let kernel: MaxPooling

  init(_ window: Window, _ site: OperationSite) {
    kernel = MaxPooling(window.poolingGeometry(at: site), pool: site.pool)
  }

  var backwardReads: BackwardReads { [] }
  var savedCount: Int { kernel.savedCount }

  func forward(_ pass: ForwardPass) {
    kernel.forward(input: pass.inputs[0], output: pass.output, saved: pass.saved)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    kernel.backward(
      outputGradient: pass.outputGradient, saved: pass.saved!, inputGradient: gradient)
  }
}
