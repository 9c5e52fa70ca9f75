import Kernels

/// Each value over (bias + α / n · Σx²)^β, n values around it: AlexNet's and GoogLeNet's (Krizhevsky et
/// al., NIPS 2012). α is Caffe's, Torch's and ONNX's; TensorFlow's is not divided by n, so that here
/// α is n times as large.
package struct LocalResponseNormalization: Layer {
  package static let kind = "LocalResponseNormalization"

  package enum Region: Hashable, Sendable {
    /// `size` channels at one position, of which `before` are before the value's own.
    case channels(before: Int)
    /// A square of `size` positions of one channel: Caffe's `WITHIN_CHANNEL`, which has 1 as bias.
    case space
  }

  package var size: Int
  package var alpha: Float
  package var beta: Float
  package var bias: Float
  package var region: Region

  /// - Parameter region: `nil` for channels, as many before as after, and with an even size one more
  ///   before, as in Torch. ONNX has that one after.
  package init(
    size: Int, alpha: Float = 1e-4, beta: Float = 0.75, bias: Float = 1, region: Region? = nil
  ) {
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.bias = bias
    self.region = region ?? .channels(before: size / 2)
  }

  package var detail: String { region == .space ? "\(size)×\(size)" : "\(size) channels" }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs)
    try Shape.check(size, in: 1...Window.sizeLimit, "a size")
    guard alpha.isFinite, beta.isFinite, bias.isFinite else {
      throw ShapeError(expected: "finite numbers", found: "\(alpha), \(beta), \(bias)")
    }
    switch region {
    case .channels(let before): try Shape.check(before, in: 0...size - 1, "channels before")
    case .space:
      _ = try input.spatial()
      guard size % 2 == 1 else { throw ShapeError(expected: "an odd size", found: "\(size)") }
    }
    return input
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    switch region {
    case .channels(let before): ChannelResponseOperation(self, before: before, site)
    case .space: SpatialResponseOperation(self, site)
    }
  }

  fileprivate func divisor(over count: Int) -> ResponseDivisor {
    ResponseDivisor(bias: bias, scale: alpha / Float(count), beta: beta)
  }
}

private final class ChannelResponseOperation: Operation {
  private let kernel: ChannelResponseNormalization

  init(_ layer: LocalResponseNormalization, before: Int, _ site: OperationSite) {
    kernel = ChannelResponseNormalization(
      rows: site.batch * site.output.positions, channels: site.output.channels, before: before,
      after: layer.size - 1 - before, divisor: layer.divisor(over: layer.size), pool: site.pool)
  }

  var backwardReads: BackwardReads { .inputs }

  func forward(_ pass: ForwardPass) {
    kernel.forward(input: pass.inputs[0], output: pass.output)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    kernel.backward(
      input: pass.inputs[0], outputGradient: pass.outputGradient, inputGradient: gradient)
  }
}

private final class SpatialResponseOperation: Operation {
  private let kernel: SpatialResponseNormalization

  init(_ layer: LocalResponseNormalization, _ site: OperationSite) {
    let shape = site.output.dimensions
    kernel = SpatialResponseNormalization(
      batch: site.batch, height: shape[0], width: shape[1], channels: shape[2], size: layer.size,
      divisor: layer.divisor(over: layer.size * layer.size), pool: site.pool)
  }

  var backwardReads: BackwardReads { .inputs }
  var savedCount: Int { kernel.savedCount }

  func forward(_ pass: ForwardPass) {
    kernel.forward(input: pass.inputs[0], output: pass.output)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    kernel.backward(
      input: pass.inputs[0], outputGradient: pass.outputGradient, saved: pass.saved!,
      inputGradient: gradient)
  }
}
