import Kernels
import Testing

struct LayerNormalizationTests {
  private let pool = WorkerPool(threads: 2)

  @Test(arguments: [(1, 1), (3, 5), (40, 16), (7, 37), (2000, 24), (2, 20_000)])
  func normalizationAgreesWithTheReference(_ rows: Int, _ width: Int) {
    let count = rows * width
    let input = randomBuffer(count, layer: 1)
    // A mean far from 0: cancellation would show.
    for i in 0..<count { input.pointer[i] += 30 }
    let gradient = randomBuffer(count, layer: 2)
    let (gamma, beta) = (randomBuffer(width, layer: 3), randomBuffer(width, layer: 4))
    let kernel = LayerNormalizationKernel(rows: rows, width: width, epsilon: 1e-3, pool: pool)
    for hasFactors in [true, false] {
      let (g, b) =
        hasFactors ? (UnsafePointer(gamma.pointer), UnsafePointer(beta.pointer)) : (nil, nil)
      let (output, wanted) = (spoiledBuffer(count), spoiledBuffer(count))
      kernel.forward(input: input.pointer, gamma: g, beta: b, output: output.pointer)
      Reference.layerNormalization(
        rows: rows, width: width, epsilon: 1e-3, input: input.pointer, gamma: g, beta: b,
        output: wanted.pointer)
      expectClose(output, wanted, tolerance: 2e-5)
      let found = [spoiledBuffer(count), spoiledBuffer(width), spoiledBuffer(width)]
      let expected = [spoiledBuffer(count), spoiledBuffer(width), spoiledBuffer(width)]
      kernel.backward(
        input: input.pointer, outputGradient: gradient.pointer, gamma: g,
        inputGradient: found[0].pointer, gammaGradient: found[1].pointer,
        betaGradient: found[2].pointer)
      Reference.layerNormalizationGradient(
        rows: rows, width: width, epsilon: 1e-3, input: input.pointer,
        outputGradient: gradient.pointer, gamma: g, inputGradient: expected[0].pointer,
        gammaGradient: expected[1].pointer, betaGradient: expected[2].pointer)
      for (found, expected) in zip(found, expected) {
        expectClose(found, expected, tolerance: 5e-5)
      }
    }
  }

  @Test(arguments: [(1, 3, true), (20, 5, true), (900, 16, true), (7, 37, false), (300, 60, false)])
  func parametricReLUAgreesWithTheReference(_ positions: Int, _ channels: Int, _ isShared: Bool) {
    let batch = 5
    let count = batch * positions * channels
    let alphas = isShared ? channels : positions * channels
    let (input, gradient) = (randomBuffer(count, layer: 1), randomBuffer(count, layer: 2))
    let alpha = randomBuffer(alphas, layer: 3)
    let kernel = ParametricReLU(
      batch: batch, positions: positions, channels: channels, isShared: isShared)
    let (output, wanted) = (spoiledBuffer(count), spoiledBuffer(count))
    kernel.forward(
      input: input.pointer, alpha: alpha.pointer, output: output.pointer, pool: pool)
    Reference.parametricReLU(
      count: count, alphas: alphas, input: input.pointer, alpha: alpha.pointer,
      output: wanted.pointer)
    expectSameBits(output, wanted)
    let (back, sums) = (spoiledBuffer(count), spoiledBuffer(alphas))
    let (expectedBack, expectedSums) = (spoiledBuffer(count), spoiledBuffer(alphas))
    kernel.alphaGradient(
      input: input.pointer, outputGradient: gradient.pointer, alphaGradient: sums.pointer,
      pool: pool)
    kernel.inputGradient(
      input: input.pointer, alpha: alpha.pointer, outputGradient: gradient.pointer,
      inputGradient: back.pointer, pool: pool)
    Reference.parametricReLUGradient(
      count: count, alphas: alphas, input: input.pointer, alpha: alpha.pointer,
      outputGradient: gradient.pointer, inputGradient: expectedBack.pointer,
      alphaGradient: expectedSums.pointer)
    expectSameBits(back, expectedBack)
    expectClose(sums, expectedSums)
  }
}
