import Kernels

/// Dropout of single values; what stays is scaled by 1 / (1 − rate), so that inference does
/// nothing (Srivastava et al., JMLR 15, 2014).
package struct Dropout: Layer {
  package static let kind = "Dropout"
  /// Above this nothing would be left to learn from.
  package static let highestRate = 0.99

  /// Share of values dropped, 0…`highestRate`.
  package var rate: Double

  package init(rate: Double) {
    self.rate = rate
  }

  package var isRandom: Bool { rate > 0 }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    guard rate >= 0, rate <= Self.highestRate else {
      throw ShapeError(expected: "a dropout rate from 0 to \(Self.highestRate)", found: "\(rate)")
    }
    return try only(inputs)
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    rate > 0 && site.mode == .training
      ? DropoutOperation(rate: Float(rate), site) : CopyOperation(site)
  }
}

private final class DropoutOperation: Operation {
  private let rate: Float
  private let site: OperationSite

  init(rate: Float, _ site: OperationSite) {
    self.rate = rate
    self.site = site
  }

  var backwardReads: BackwardReads { [] }
  var canRunInPlace: Bool { true }

  func forward(_ pass: ForwardPass) {
    DropoutKernel.forward(
      count: site.outputCount, rate: rate, random: pass.random, input: pass.inputs[0],
      output: pass.output, pool: site.pool)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    // The same elements, drawn again, by the same factor.
    DropoutKernel.forward(
      count: site.outputCount, rate: rate, random: pass.random, input: pass.outputGradient,
      output: gradient, pool: site.pool)
  }
}
