import Kernels

/// The image in another size, as TensorFlow's `tf.image.resize` computes it unless `placement` and
/// `rounding` say otherwise.
package struct Resizing: Layer {
  package static let kind = "Resizing"

  package var height: Int
  package var width: Int
  package var interpolation: Interpolation
  /// Whether images that shrink are smoothed first.
  package var antialiases: Bool
  package var placement: Interpolation.Placement
  /// Which pixel is the nearest.
  package var rounding: Interpolation.Rounding

  package init(
    height: Int, width: Int, interpolation: Interpolation = .bilinear, antialiases: Bool = false,
    placement: Interpolation.Placement = .halfPixel,
    rounding: Interpolation.Rounding = .halfUp
  ) {
    self.height = height
    self.width = width
    self.interpolation = interpolation
    self.antialiases = antialiases
    self.placement = placement
    self.rounding = rounding
  }

  package var detail: String { "\(height)×\(width) \(interpolation.rawValue)" }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs).spatial()
    // Tables of weights are made for each row and column.
    for size in [height, width, input.height, input.width] {
      try Shape.check(size, in: 1...Self.sizeLimit, "a height or width to resize")
    }
    return try Shape(height: height, width: width, channels: input.channels).checked()
  }

  static let sizeLimit = 1 << 14

  package func makeOperation(at site: OperationSite) -> any Operation {
    let input = site.inputs[0].dimensions
    func axis(_ old: Int, _ new: Int) -> Resampling.Axis {
      interpolation.axis(
        from: old, to: new, antialiases: antialiases, placement: placement, rounding: rounding)
    }
    return ResamplingOperation(
      Resampling(rows: axis(input[0], height), columns: axis(input[1], width), channels: input[2]),
      site)
  }
}

/// What every weighted sum of rows and columns runs as.
final class ResamplingOperation: Operation {
  private let resampling: Resampling
  private let site: OperationSite

  init(_ resampling: Resampling, _ site: OperationSite) {
    self.resampling = resampling
    self.site = site
  }

  var backwardReads: BackwardReads { [] }

  func forward(_ pass: ForwardPass) {
    resampling.forward(
      batch: site.batch, input: pass.inputs[0], output: pass.output, pool: site.pool)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    resampling.backward(
      batch: site.batch, outputGradient: pass.outputGradient, inputGradient: gradient,
      pool: site.pool)
  }
}
