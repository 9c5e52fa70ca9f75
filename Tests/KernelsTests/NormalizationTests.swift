import Kernels
import Testing

/// Local response and group normalisation against the reference.
struct NormalizationTests {
  private let pool = WorkerPool(threads: 2)

  static let divisors: [ResponseDivisor] = [
    ResponseDivisor(bias: 1, scale: 0.3, beta: 0.75),
    ResponseDivisor(bias: 2, scale: 0.1, beta: 0.5),
    ResponseDivisor(bias: 0.5, scale: 0.2, beta: 1),
    ResponseDivisor(bias: 1, scale: 0.5, beta: 1.3),
  ]

  /// Channels, and how many of them a window has before and after its own.
  static let windows = [(1, 0, 0), (5, 2, 2), (16, 1, 2), (37, 3, 1), (7, 9, 20), (96, 2, 2)]

  @Test(arguments: windows, divisors)
  func responsesAcrossChannelsAgreeWithTheReference(
    _ sizes: (channels: Int, before: Int, after: Int), _ divisor: ResponseDivisor
  ) {
    let (channels, rows) = (sizes.channels, 210)
    let kernel = ChannelResponseNormalization(
      rows: rows, channels: channels, before: sizes.before, after: sizes.after, divisor: divisor,
      pool: pool)
    expectAgreement(rows * channels, divisor) { i in
      let c = i % channels
      return (max(c - sizes.before, 0)...min(c + sizes.after, channels - 1)).map { i - c + $0 }
    } forward: { input, output in
      kernel.forward(input: input, output: output)
    } backward: { input, gradient, back in
      kernel.backward(input: input, outputGradient: gradient, inputGradient: back)
    }
  }

  @Test(arguments: [(4, 5, 3, 3), (3, 2, 17, 5), (6, 1, 32, 1), (2, 3, 5, 9)], divisors)
  func responsesWithinAChannelAgreeWithTheReference(
    _ sizes: (height: Int, width: Int, channels: Int, size: Int), _ divisor: ResponseDivisor
  ) {
    let (height, width, channels) = (sizes.height, sizes.width, sizes.channels)
    let (batch, reach) = (2, sizes.size / 2)
    let kernel = SpatialResponseNormalization(
      batch: batch, height: height, width: width, channels: channels, size: sizes.size,
      divisor: divisor, pool: pool)
    let saved = spoiledBuffer(kernel.savedCount)
    expectAgreement(batch * height * width * channels, divisor) { i in
      let (x, y) = (i / channels % width, i / channels / width % height)
      return (max(y - reach, 0)...min(y + reach, height - 1)).flatMap { v in
        (max(x - reach, 0)...min(x + reach, width - 1)).map { u in
          i + ((v - y) * width + u - x) * channels
        }
      }
    } forward: { input, output in
      kernel.forward(input: input, output: output)
    } backward: { input, gradient, back in
      kernel.backward(
        input: input, outputGradient: gradient, saved: saved.pointer, inputGradient: back)
    }
  }

  private func expectAgreement(
    _ count: Int, _ divisor: ResponseDivisor, windows: (Int) -> [Int],
    forward: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void,
    backward: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) {
    let input = FloatBuffer(randomBuffer(count, layer: 1).values.map { $0 * 3 })
    let gradient = randomBuffer(count, layer: 2)
    let (output, wanted) = (spoiledBuffer(count), spoiledBuffer(count))
    forward(input.pointer, output.pointer)
    Reference.responseNormalization(
      count: count, windows: windows, divisor: divisor, input: input.pointer,
      output: wanted.pointer)
    expectClose(output, wanted)
    let (back, expected) = (spoiledBuffer(count), spoiledBuffer(count))
    backward(input.pointer, gradient.pointer, back.pointer)
    Reference.responseNormalizationGradient(
      count: count, windows: windows, divisor: divisor, input: input.pointer,
      outputGradient: gradient.pointer, inputGradient: expected.pointer)
    expectClose(back, expected)
  }

  @Test(arguments: [(3, 1, 1), (7, 6, 3), (49, 64, 32), (20, 96, 1), (200, 30, 30), (9, 160, 5)])
  func groupsAgreeWithTheReference(_ positions: Int, _ channels: Int, _ groups: Int) {
    let batch = 3
    let count = batch * positions * channels
    let input = randomBuffer(count, layer: 1)
    // A mean far from 0: cancellation would show.
    for i in 0..<count { input.pointer[i] += 30 }
    let gradient = randomBuffer(count, layer: 2)
    let (gamma, beta) = (randomBuffer(channels, layer: 3), randomBuffer(channels, layer: 4))
    let kernel = GroupNormalizationKernel(
      batch: batch, positions: positions, channels: channels, groups: groups, epsilon: 1e-3,
      pool: pool)
    let saved = spoiledBuffer(kernel.savedCount)
    for hasFactors in [true, false] {
      let (g, b) =
        hasFactors ? (UnsafePointer(gamma.pointer), UnsafePointer(beta.pointer)) : (nil, nil)
      let (output, wanted) = (spoiledBuffer(count), spoiledBuffer(count))
      kernel.forward(
        input: input.pointer, gamma: g, beta: b, output: output.pointer, saved: saved.pointer)
      Reference.groupNormalization(
        batch: batch, positions: positions, channels: channels, groups: groups, epsilon: 1e-3,
        input: input.pointer, gamma: g, beta: b, output: wanted.pointer)
      expectClose(output, wanted, tolerance: 2e-5)
      let found = [spoiledBuffer(count), spoiledBuffer(channels), spoiledBuffer(channels)]
      let expected = [spoiledBuffer(count), spoiledBuffer(channels), spoiledBuffer(channels)]
      kernel.backward(
        input: input.pointer, outputGradient: gradient.pointer, gamma: g, saved: saved.pointer,
        inputGradient: found[0].pointer, gammaGradient: found[1].pointer,
        betaGradient: found[2].pointer)
      Reference.groupNormalizationGradient(
        batch: batch, positions: positions, channels: channels, groups: groups, epsilon: 1e-3,
        input: input.pointer, outputGradient: gradient.pointer, gamma: g,
        inputGradient: expected[0].pointer, gammaGradient: expected[1].pointer,
        betaGradient: expected[2].pointer)
      for (found, expected) in zip(found, expected) {
        expectClose(found, expected, tolerance: 5e-5)
      }
    }
  }

  @Test func bitsDoNotDependOnThreadsOrBatch() {
    let (batch, positions, channels) = (3, 130, 96)
    let image = positions * channels
    let input = randomBuffer(batch * image, layer: 1)
    func outputs(_ threads: Int, _ batch: Int, _ first: Int) -> [Float] {
      let pool = WorkerPool(threads: threads)
      let (group, response) = (spoiledBuffer(batch * image), spoiledBuffer(batch * image))
      let source = UnsafePointer(input.pointer + first * image)
      GroupNormalizationKernel(
        batch: batch, positions: positions, channels: channels, groups: 32, epsilon: 1e-5,
        pool: pool
      ).forward(input: source, gamma: nil, beta: nil, output: group.pointer, saved: nil)
      ChannelResponseNormalization(
        rows: batch * positions, channels: channels, before: 2, after: 2,
        divisor: Self.divisors[3], pool: pool
      ).forward(input: source, output: response.pointer)
      return group.values + response.values
    }
    let together = outputs(1, batch, 0)
    #expect(outputs(3, batch, 0) == together)
    for n in 0..<batch {
      let alone = outputs(2, 1, n)
      #expect(Array(alone.prefix(image)) == Array(together[(n * image)..<((n + 1) * image)]))
      #expect(
        Array(alone.suffix(image))
          == Array(together[((batch + n) * image)..<((batch + n + 1) * image)]))
    }
  }
}
