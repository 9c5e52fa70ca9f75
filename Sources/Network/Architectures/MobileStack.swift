import Kernels

/// Blocks of one kind in a row, as the papers list them: before a network is widened or deepened.
struct MobileStack {
  var kind: MobileBlock.Kind
  /// Of the convolution that looks around.
  var kernel = 3
  /// Of the first block; the others have 1.
  var stride = 1
  /// What channels in a block are to those that come in.
  var factor = 1.0
  /// Channels that go out.
  var channels: Int
  var blocks = 1
  /// Whether there is a squeeze and excitation.
  var isExcited = false
  var isOutputActivated = false
  var isResidual = true
  /// Where it is not the network's.
  var activation: Activation?

  static func plain(
    _ channels: Int, kernel: Int = 1, stride: Int = 1, blocks: Int = 1, isResidual: Bool = false
  ) -> MobileStack {
    MobileStack(
      kind: .plain, kernel: kernel, stride: stride, channels: channels, blocks: blocks,
      isResidual: isResidual)
  }

  static func separable(
    _ channels: Int, stride: Int = 1, isExcited: Bool = false, activation: Activation? = nil
  ) -> MobileStack {
    MobileStack(
      kind: .separable, stride: stride, channels: channels, isExcited: isExcited,
      activation: activation)
  }

  static func inverted(
    _ channels: Int, _ blocks: Int = 1, kernel: Int = 3, stride: Int = 1, factor: Double,
    isExcited: Bool = false, activation: Activation? = nil
  ) -> MobileStack {
    MobileStack(
      kind: .inverted, kernel: kernel, stride: stride, factor: factor, channels: channels,
      blocks: blocks, isExcited: isExcited, activation: activation)
  }

  static func fused(
    _ channels: Int, _ blocks: Int = 1, stride: Int = 2, factor: Double = 4
  ) -> MobileStack {
    MobileStack(
      kind: .fused, stride: stride, factor: factor, channels: channels, blocks: blocks)
  }

  /// - Parameters:
  ///   - before: kernel of the depthwise convolution before the block widens; 0: none.
  ///   - between: kernel of the one between widening and narrowing; 0: none.
  static func universal(
    _ channels: Int, _ blocks: Int = 1, before: Int, between: Int, stride: Int = 1,
    factor: Double = 4
  ) -> MobileStack {
    MobileStack(
      kind: .universal(before: before, between: between), kernel: between, stride: stride,
      factor: factor, channels: channels, blocks: blocks)
  }
}

/// How a family's network is made wider and deeper.
struct MobileScale {
  var width = 1.0
  var depth = 1.0
  /// Whether the first and the last stage are not made deeper.
  var keepsEnds = false
  /// Rounding may not take more than what this leaves of a number of channels.
  var leastShare = 0.9

  func channels(_ channels: Int) -> Int {
    Self.divisible(Double(channels) * width, leastShare: leastShare)
  }

  /// The nearest multiple of 8 that is not much less.
  static func divisible(_ channels: Double, leastShare: Double = 0.9) -> Int {
    let rounded = max(8, Int(channels + 4) / 8 * 8)
    return Double(rounded) < leastShare * channels ? rounded + 8 : rounded
  }

  /// The blocks of all stages, in order.
  ///
  /// - Parameters:
  ///   - input: channels that the first block reads.
  ///   - activation: of stacks that have none of their own.
  ///   - squeezed: channels in the middle of an excitation, from those that come into the block and
  ///     those in it.
  ///   - skipRate: what the rate at which blocks are left out would be after the last one; it grows
  ///     from 0.
  ///   - skipBlocks: after how many blocks the rate is reached; all, if not given.
  func blocks(
    _ stages: [[MobileStack]], input: Int, activation: Activation,
    squeezed: (_ input: Int, _ width: Int) -> Int = { input, _ in max(1, input / 4) },
    skipRate: Double = 0, skipBlocks: Int? = nil
  ) -> [MobileBlock] {
    let scaled = stages.indices.map { stage in
      repeats(
        stages[stage].map(\.blocks),
        depth: keepsEnds && (stage == 0 || stage == stages.count - 1) ? 1 : depth)
    }
    let total = skipBlocks ?? scaled.joined().reduce(0, +)
    var blocks: [MobileBlock] = []
    var channels = input
    for (stage, stacks) in stages.enumerated() {
      var index = 0
      for (stack, count) in zip(stacks, scaled[stage]) {
        for _ in 0..<count {
          // Only the first block of a stage has a stride.
          let stride = index == 0 ? stack.stride : 1
          let output = self.channels(stack.channels)
          let width = Self.divisible(Double(channels) * stack.factor)
          blocks.append(
            MobileBlock(
              kind: stack.kind, kernel: stack.kernel, stride: stride, input: channels,
              width: width, output: output, activation: stack.activation ?? activation,
              squeezed: stack.isExcited ? squeezed(channels, width) : nil,
              isOutputActivated: stack.isOutputActivated,
              isResidual: stack.isResidual && stride == 1 && channels == output,
              skipRate: skipRate * Double(blocks.count) / Double(total), stage: stage,
              index: index, number: blocks.count))
          channels = output
          index += 1
        }
      }
    }
    return blocks
  }

  /// Blocks of each stack of a stage. The later ones grow first (as timm has it).
  private func repeats(_ blocks: [Int], depth: Double) -> [Int] {
    var left = blocks.reduce(0, +)
    var leftScaled = Int((Double(left) * depth).rounded(.up))
    var result: [Int] = []
    for count in blocks.reversed() {
      let share = Double(count) / Double(left) * Double(leftScaled)
      let scaled = max(1, Int(share.rounded(.toNearestOrEven)))
      result.append(scaled)
      left -= count
      leftScaled -= scaled
    }
    return result.reversed()
  }
}
