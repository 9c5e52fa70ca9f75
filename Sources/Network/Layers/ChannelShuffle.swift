import Kernels

/// The channels of `groups` groups taken in turn, one of each: ShuffleNet's (arXiv:1707.01083).
package struct ChannelShuffle: Layer {
  package static let kind = "ChannelShuffle"

  package var groups: Int

  package init(groups: Int) {
    self.groups = groups
  }

  package var detail: String { "÷\(groups)" }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs)
    try Shape.check(groups, in: 1...Shape.dimensionLimit, "a number of groups")
    guard input.channels % groups == 0 else {
      throw ShapeError(
        expected: "channels that \(groups) groups divide", found: "\(input.channels)")
    }
    return input
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    ChannelShuffleOperation(self, site)
  }
}

private final class ChannelShuffleOperation: Operation {
  private let rows: Int
  private let channels: Int
  private let groups: Int
  private let pool: WorkerPool

  init(_ layer: ChannelShuffle, _ site: OperationSite) {
    rows = site.batch * site.output.positions
    channels = site.output.channels
    groups = layer.groups
    pool = site.pool
  }

  var backwardReads: BackwardReads { [] }

  func forward(_ pass: ForwardPass) {
    Shuffling.shuffle(
      rows: rows, channels: channels, groups: groups, input: pass.inputs[0], output: pass.output,
      pool: pool)
  }

  func backward(_ pass: BackwardPass) {
    guard let gradient = pass.inputGradients[0] else { return }
    // As many groups as each had channels: what undoes it.
    Shuffling.shuffle(
      rows: rows, channels: channels, groups: channels / groups, input: pass.outputGradient,
      output: gradient, pool: pool)
  }
}
