import Kernels

/// The same values in the same order: flattening, reshaping, and dropout when nothing is dropped.
/// In place it costs nothing.
final class CopyOperation: Operation {
  private let site: OperationSite

  init(_ site: OperationSite) {
    self.site = site
  }

  var backwardReads: BackwardReads { [] }
  var canRunInPlace: Bool { true }

  func forward(_ pass: ForwardPass) {
    copy(pass.inputs[0], to: pass.output)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    copy(pass.outputGradient, to: gradient)
  }

  private func copy(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
    guard source != UnsafePointer(target) else { return }
    Elementwise.copy(count: site.outputCount, input: source, output: target, pool: site.pool)
  }
}
