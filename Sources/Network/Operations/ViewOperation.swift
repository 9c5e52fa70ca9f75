import Kernels

/// What cropping, slicing, permuting and broadcasting run as.
final class ViewOperation: Operation {
  private let view: StridedView
  private let site: OperationSite

  init(_ view: StridedView, _ site: OperationSite) {
    self.view = view
    self.site = site
  }

  var backwardReads: BackwardReads { [] }

  func forward(_ pass: ForwardPass) {
    view.forward(batch: site.batch, input: pass.inputs[0], output: pass.output, pool: site.pool)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    view.backward(
      batch: site.batch, outputGradient: pass.outputGradient, inputGradient: gradient,
      pool: site.pool)
  }
}

extension Shape {
  /// Distance between neighbours along each axis.
  var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in dimensions.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * dimensions[axis + 1]
    }
    return strides
  }
}
