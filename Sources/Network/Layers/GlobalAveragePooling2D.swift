import Kernels

/// The mean of each channel over all positions.
package struct GlobalAveragePooling2D: Layer {
  package static let kind = "GlobalAveragePooling2D"

  /// Whether the output is `[1, 1, channels]` and not `[channels]`.
  package var keepsDimensions: Bool

  package init(keepsDimensions: Bool = false) {
    self.keepsDimensions = keepsDimensions
  }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let channels = try only(inputs).spatial().channels
    return Shape(keepsDimensions ? [1, 1, channels] : [channels])
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    GlobalAveragePoolingOperation(site)
  }
}

private final class GlobalAveragePoolingOperation: Operation {
  private let site: OperationSite

  init(_ site: OperationSite) {
    self.site = site
  }

  var backwardReads: BackwardReads { [] }

  func forward(_ pass: ForwardPass) {
    GlobalPooling.average(
      batch: site.batch, positions: site.inputs[0].positions, channels: site.inputs[0].channels,
      input: pass.inputs[0], output: pass.output, pool: site.pool)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    GlobalPooling.averageGradient(
      batch: site.batch, positions: site.inputs[0].positions, channels: site.inputs[0].channels,
      outputGradient: pass.outputGradient, inputGradient: gradient, pool: site.pool)
  }
}
