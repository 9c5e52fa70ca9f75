import Kernels

/// The largest value of each channel over all positions.
package struct GlobalMaxPooling2D: Layer {
  package static let kind = "GlobalMaxPooling2D"

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
    GlobalMaxPoolingOperation(site)
  }
}

private final class GlobalMaxPoolingOperation: Operation {
  private let site: OperationSite

  init(_ site: OperationSite) {
    self.site = site
  }

  var backwardReads: BackwardReads { [] }
  var savedCount: Int { site.batch * site.inputs[0].channels }

  func forward(_ pass: ForwardPass) {
    GlobalPooling.maximum(
      batch: site.batch, positions: site.inputs[0].positions, channels: site.inputs[0].channels,
      input: pass.inputs[0], output: pass.output, saved: pass.saved, pool: site.pool)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    GlobalPooling.maximumGradient(
      batch: site.batch, positions: site.inputs[0].positions, channels: site.inputs[0].channels,
      outputGradient: pass.outputGradient, saved: pass.saved!, inputGradient: gradient,
      pool: site.pool)
  }
}
