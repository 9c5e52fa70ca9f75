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
