import Kernels

/// Dropout of single values, or of whole parts of an image; what stays is scaled by 1 / (1 − rate),
/// so that inference does nothing (Srivastava et al., JMLR 15, 2014).
package struct Dropout: Layer {
  package static let kind = "Dropout"
  /// Above this nothing would be left to learn from.
  package static let highestRate = 0.99

  /// Share of values dropped, 0…`highestRate`.
  package var rate: Double

  /// Axes of an image along which values stay or go together. All of them: the whole image's
  /// (stochastic depth, arXiv:1603.09382); height and width: whole channels.
  package var sharedAxes: Set<Int>

  package init(rate: Double, sharedAxes: Set<Int> = []) {
    self.rate = rate
    self.sharedAxes = sharedAxes
  }

  package var isRandom: Bool { rate > 0 }
  package var detail: String {
    switch sharedAxes {
    case []: ""
    case [0, 1]: "of channels"
    case [0, 1, 2]: "of images"
    default: "of parts"
    }
  }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    guard rate >= 0, rate <= Self.highestRate else {
      throw ShapeError(expected: "a dropout rate from 0 to \(Self.highestRate)", found: "\(rate)")
    }
    let input = try only(inputs)
    for axis in sharedAxes { try Shape.check(axis, in: 0...input.rank - 1, "an axis") }
    return input
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    guard rate > 0, site.mode == .training else { return CopyOperation(site) }
    return DropoutOperation(rate: Float(rate), draws: draws(for: site.output), site)
  }

  /// Which of an image's draws each value takes; `nil` where each has its own.
  private func draws(for shape: Shape) -> StridedView? {
    guard !sharedAxes.isEmpty else { return nil }
    let drawn = Shape(
      shape.dimensions.enumerated().map { sharedAxes.contains($0) ? 1 : $1 })
    let strides = drawn.strides.enumerated().map { sharedAxes.contains($0) ? 0 : $1 }
    return StridedView(
      dimensions: shape.dimensions, strides: strides, offset: 0, sourceCount: drawn.count)
  }
}

private final class DropoutOperation: Operation {
  private let rate: Float
  private let draws: StridedView?
  private let site: OperationSite

  init(rate: Float, draws: StridedView?, _ site: OperationSite) {
    self.rate = rate
    self.draws = draws
    self.site = site
  }

  var backwardReads: BackwardReads { [] }
  var canRunInPlace: Bool { true }

  func forward(_ pass: ForwardPass) {
    drop(pass.inputs[0], into: pass.output, pass.random)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    // The same elements, drawn again, by the same factor.
    drop(pass.outputGradient, into: gradient, pass.random)
  }

  private func drop(
    _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>,
    _ random: RandomStream
  ) {
    guard let draws else {
      DropoutKernel.forward(
        count: site.outputCount, rate: rate, random: random, input: input, output: output,
        pool: site.pool)
      return
    }
    DropoutKernel.forward(
      batch: site.batch, draws: draws, rate: rate, random: random, input: input, output: output,
      pool: site.pool)
  }
}
