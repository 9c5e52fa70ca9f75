import Kernels
import Testing

/// Views, resampling and whole parts dropped, against the reference.
struct ViewTests {
  private let pool = WorkerPool(threads: 2)

  static let views: [StridedView] = [
    // A crop, every second value backwards, axes exchanged, one channel for all, one value for all.
    StridedView(dimensions: [3, 2, 5], strides: [20, 5, 1], offset: 25, sourceCount: 100),
    StridedView(dimensions: [4, 3, 2], strides: [24, 6, -2], offset: 3, sourceCount: 100),
    StridedView(dimensions: [7, 40, 3], strides: [1, 7, 280], offset: 0, sourceCount: 840),
    StridedView(dimensions: [33, 17, 19], strides: [17, 1, 0], offset: 0, sourceCount: 561),
    StridedView(dimensions: [6, 5, 40], strides: [0, 0, 1], offset: 0, sourceCount: 40),
    StridedView(dimensions: [20, 50, 18], strides: [0, 0, 0], offset: 2, sourceCount: 4),
    StridedView(dimensions: [9], strides: [-1], offset: 8, sourceCount: 9),
  ]

  @Test(arguments: views)
  func viewsAgreeWithTheReference(_ view: StridedView) {
    let batch = 3
    let input = randomBuffer(batch * view.sourceCount, layer: 1)
    let gradient = randomBuffer(batch * view.count, layer: 2)
    let (output, wanted) = (spoiledBuffer(batch * view.count), spoiledBuffer(batch * view.count))
    view.forward(batch: batch, input: input.pointer, output: output.pointer, pool: pool)
    Reference.view(view, batch: batch, input: input.pointer, output: wanted.pointer)
    expectSameBits(output, wanted)
    let (back, expected) = (spoiledBuffer(input.count), spoiledBuffer(input.count))
    view.backward(
      batch: batch, outputGradient: gradient.pointer, inputGradient: back.pointer, pool: pool)
    Reference.viewGradient(
      view, batch: batch, outputGradient: gradient.pointer, inputGradient: expected.pointer)
    expectClose(back, expected)
  }

  @Test(arguments: [1, 3, 16, 21])
  func resamplingAgreesWithTheReference(_ channels: Int) {
    let rows = Resampling.Axis(
      sourceCount: 5, starts: [0, 0, 2, 4], weights: [[1], [0.25, 0.75], [-0.5, 1, 0.5], [1]])
    let columns = Resampling.Axis(
      sourceCount: 3, starts: [2, 0, 1, 0, 1],
      weights: [[1], [0.5, 0.5], [0.1, 0.9], [0.3, 0.3, 0.4], [1]])
    let resampling = Resampling(rows: rows, columns: columns, channels: channels)
    let batch = 2
    let (inputs, outputs) = (batch * 15 * channels, batch * 20 * channels)
    let input = randomBuffer(inputs, layer: 1)
    let gradient = randomBuffer(outputs, layer: 2)
    let (output, wanted) = (spoiledBuffer(outputs), spoiledBuffer(outputs))
    resampling.forward(batch: batch, input: input.pointer, output: output.pointer, pool: pool)
    Reference.resample(resampling, batch: batch, input: input.pointer, output: wanted.pointer)
    expectClose(output, wanted)
    let (back, expected) = (spoiledBuffer(inputs), spoiledBuffer(inputs))
    resampling.backward(
      batch: batch, outputGradient: gradient.pointer, inputGradient: back.pointer, pool: pool)
    Reference.resampleGradient(
      resampling, batch: batch, outputGradient: gradient.pointer, inputGradient: expected.pointer)
    expectClose(back, expected)
  }

  @Test(arguments: [(1, 1), (12, 3), (100, 17)])
  func contrastAgreesWithTheReference(_ positions: Int, _ channels: Int) {
    let input = randomBuffer(2 * positions * channels, layer: 1)
    // One channel of a single value.
    for p in 0..<positions { input.pointer[p * channels] = 0.25 }
    let (output, wanted) = (spoiledBuffer(input.count), spoiledBuffer(input.count))
    ContrastStretching(
      batch: 2, positions: positions, channels: channels, lower: -1, upper: 4
    ).forward(input: input.pointer, output: output.pointer, pool: pool)
    Reference.contrastStretching(
      batch: 2, positions: positions, channels: channels, lower: -1, upper: 4,
      input: input.pointer, output: wanted.pointer)
    expectClose(output, wanted)
    #expect(output.pointer[0] == 0.25)
  }

  @Test(arguments: [(2, 16), (2, 58), (29, 58), (3, 12), (4, 20), (1, 7), (7, 7), (5, 200)])
  func shuffledChannelsAreAViewOfTransposedOnes(_ groups: Int, _ channels: Int) {
    let rows = 150
    let input = randomBuffer(rows * channels, layer: 1)
    let (output, wanted) = (spoiledBuffer(input.count), spoiledBuffer(input.count))
    Shuffling.shuffle(
      rows: rows, channels: channels, groups: groups, input: input.pointer,
      output: output.pointer, pool: pool)
    let width = channels / groups
    Reference.view(
      StridedView(
        dimensions: [width, groups], strides: [1, width], offset: 0, sourceCount: channels),
      batch: rows, input: input.pointer, output: wanted.pointer)
    expectSameBits(output, wanted)
    let back = spoiledBuffer(input.count)
    Shuffling.shuffle(
      rows: rows, channels: channels, groups: width, input: output.pointer, output: back.pointer,
      pool: pool)
    expectSameBits(back, input, "shuffled back")
  }

  @Test(arguments: [
    Padding(top: 1, bottom: 2, left: 3, right: 0), Padding(top: -1, bottom: 2, left: -2, right: 1),
    Padding(top: 3, bottom: -2, left: 0, right: -3),
  ])
  func paddingAgreesWithItsDefinition(_ padding: Padding) {
    let (batch, height, width, channels) = (2, 4, 5, 3)
    let (newHeight, newWidth) = (
      padding.top + height + padding.bottom, padding.left + width + padding.right
    )
    let input = randomBuffer(batch * height * width * channels, layer: 1)
    let gradient = randomBuffer(batch * newHeight * newWidth * channels, layer: 2)
    var expected: [Float] = []
    var back = [Float](repeating: 0, count: input.count)
    for n in 0..<batch {
      for y in -padding.top..<height + padding.bottom {
        for x in -padding.left..<width + padding.right {
          for c in 0..<channels {
            let isInside = (0..<height).contains(y) && (0..<width).contains(x)
            let place = ((n * height + y) * width + x) * channels + c
            if isInside { back[place] = gradient.pointer[expected.count] }
            expected.append(isInside ? input.pointer[place] : 0.5)
          }
        }
      }
    }
    let (output, found) = (spoiledBuffer(gradient.count), spoiledBuffer(input.count))
    ZeroPadding.forward(
      batch: batch, height: height, width: width, channels: channels, padding: padding,
      value: 0.5, input: input.pointer, output: output.pointer, pool: pool)
    #expect(output.values == expected)
    ZeroPadding.backward(
      batch: batch, height: height, width: width, channels: channels, padding: padding,
      outputGradient: gradient.pointer, inputGradient: found.pointer, pool: pool)
    #expect(found.values == back)
  }

  @Test func valuesOfOneDrawStayOrGoTogether() {
    // One draw a channel, of images of 4 × 5 × 3.
    let draws = StridedView(
      dimensions: [4, 5, 3], strides: [0, 0, 1], offset: 0, sourceCount: 3)
    let batch = 200
    let input = FloatBuffer([Float](repeating: 1, count: batch * draws.count))
    let output = spoiledBuffer(input.count)
    let random = RandomStream(seed: 3, purpose: .dropout)
    DropoutKernel.forward(
      batch: batch, draws: draws, rate: 0.25, random: random, input: input.pointer,
      output: output.pointer, pool: pool)
    var kept = 0
    for n in 0..<batch {
      for c in 0..<3 {
        let isKept = random.uniform(UInt64(n * 3 + c)) >= 0.25
        kept += isKept ? 1 : 0
        let expected: Float = isKept ? 1 / 0.75 : 0
        for p in 0..<20 { #expect(output.pointer[(n * 20 + p) * 3 + c] == expected) }
      }
    }
    #expect((400...500).contains(kept))
  }
}
