import Kernels

/// The mean of the values under a window.
package struct AveragePooling2D: Layer {
  package static let kind = "AveragePooling2D"

  package var window: Window
  /// Whether the padding's zeros are averaged over (Caffe, Torch) or left out (Keras, TensorFlow). What
  /// a last window covers beyond the padding never counts.
  package var countsPadding: Bool
  /// What every sum is divided by instead (Torch's `divisor_override`).
  package var divisor: Int?

  package init(window: Window, countsPadding: Bool = false, divisor: Int? = nil) {
    self.window = window
    self.countsPadding = countsPadding
    self.divisor = divisor
  }

  package var detail: String { window.description }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    if let divisor { try Shape.check(divisor, in: 1...Shape.dimensionLimit, "a divisor") }
    return try window.pooledShape(only(inputs))
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    let counted: AveragePooling.Divisor = countsPadding ? .paddedPixels : .pixels
    return AveragePoolingOperation(
      AveragePooling(
        window.poolingGeometry(at: site),
        divisor: divisor.map(AveragePooling.Divisor.fixed) ?? counted, pool: site.pool))
  }
}

/// What average pooling of any windows runs as.
final class AveragePoolingOperation: Operation {
  private let kernel: AveragePooling

  init(_ kernel: AveragePooling) {
    self.kernel = kernel
  }

  var backwardReads: BackwardReads { [] }

  func forward(_ pass: ForwardPass) {
    kernel.forward(input: pass.inputs[0], output: pass.output)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    kernel.backward(outputGradient: pass.outputGradient, inputGradient: gradient)
  }
}
