import Kernels

/// The mean of the values under a window.
package struct AveragePooling2D: Layer {
  package static let kind = "AveragePooling2D"

  package var window: Window
  /// Whether the padding's zeros are averaged over (Caffe, Torch) or left out (Keras, TensorFlow).
  package var countsPadding: Bool

  package init(window: Window, countsPadding: Bool = false) {
    self.window = window
    self.countsPadding = countsPadding
  }

  package var detail: String { window.description }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs)
    let (height, width, _) = try input.spatial()
    let placed = try window.placed(height: height, width: width)
    // The kernel cannot tell zeros that count from an overhang that does not.
    guard
      !countsPadding || window.padding == .valid
        || (placed.overhangBottom == 0 && placed.overhangRight == 0)
    else {
      throw ShapeError(
        expected: "windows that end inside the padding that they count",
        found: "\(placed.overhangBottom) rows and \(placed.overhangRight) columns beyond it")
    }
    return try window.pooledShape(input)
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    AveragePoolingOperation(self, site)
  }
}

private final class AveragePoolingOperation: Operation {
  private let kernel: AveragePooling

  init(_ layer: AveragePooling2D, _ site: OperationSite) {
    kernel = AveragePooling(
      layer.window.poolingGeometry(at: site),
      countsPadding: layer.countsPadding && layer.window.padding != .valid, pool: site.pool)
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
