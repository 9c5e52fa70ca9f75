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
    let output = try window.pooledShape(only(inputs))
    guard window.height * window.width < MaxPooling.windowLimit else {
      throw ShapeError(
        expected: "a window of fewer than \(MaxPooling.windowLimit) values",
        found: window.description)
    }
    return output
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    MaxPoolingOperation(MaxPooling(window.poolingGeometry(at: site), pool: site.pool))
  }
}

/// What max pooling of any windows runs as.
final class MaxPoolingOperation: Operation {
  private let kernel: MaxPooling

  init(_ kernel: MaxPooling) {
    self.kernel = kernel
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
