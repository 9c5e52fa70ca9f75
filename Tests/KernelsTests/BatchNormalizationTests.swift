import Kernels
import Testing

struct BatchNormalizationTests {
  static let sizes = [(50, 5), (7, 24), (1000, 16), (33, 130), (2000, 48), (1, 3)]
  static let activations: [Activation] = [.linear, .relu, .relu6, .swish, .elu(alpha: 0.7)]

  private struct Problem {
    let input, gradient, gamma, beta: FloatBuffer
    var mean, variance: FloatBuffer

    init(_ rows: Int, _ channels: Int) {
      input = randomBuffer(rows * channels, layer: 1)
      // Means far from zero, and not all alike.
      for i in 0..<input.count { input.pointer[i] += Float(i % channels) }
      gradient = randomBuffer(rows * channels, layer: 2)
      gamma = randomBuffer(channels, layer: 3)
      beta = randomBuffer(channels, layer: 4)
      mean = randomBuffer(channels, layer: 5)
      variance = FloatBuffer(randomBuffer(channels, layer: 6).values.map { $0 + 1.5 })
    }
  }

  private struct Outcome {
    let output, saved, inputGradient, gammaGradient, betaGradient: FloatBuffer
    let mean, variance: FloatBuffer

    init(_ problem: Problem, _ rows: Int, _ channels: Int) {
      output = spoiledBuffer(rows * channels)
      inputGradient = spoiledBuffer(rows * channels)
      saved = spoiledBuffer(2 * channels)
      gammaGradient = spoiledBuffer(channels)
      betaGradient = spoiledBuffer(channels)
      mean = FloatBuffer(problem.mean.values)
      variance = FloatBuffer(problem.variance.values)
    }
  }

  private func train(
    _ problem: Problem, _ rows: Int, _ channels: Int, _ activation: Activation, threads: Int
  ) -> Outcome {
    let kernel = BatchNormalizationKernel(
      rows: rows, channels: channels, epsilon: 1e-3, pool: WorkerPool(threads: threads))
    let outcome = Outcome(problem, rows, channels)
    kernel.forwardTraining(
      input: problem.input.pointer, gamma: problem.gamma.pointer, beta: problem.beta.pointer,
      movingMean: outcome.mean.pointer, movingVariance: outcome.variance.pointer, momentum: 0.9,
      activation: activation, output: outcome.output.pointer, saved: outcome.saved.pointer)
    kernel.backwardTraining(
      input: problem.input.pointer, outputGradient: problem.gradient.pointer,
      gamma: problem.gamma.pointer, beta: problem.beta.pointer, activation: activation,
      saved: outcome.saved.pointer, inputGradient: outcome.inputGradient.pointer,
      gammaGradient: outcome.gammaGradient.pointer, betaGradient: outcome.betaGradient.pointer)
    return outcome
  }

  @Test(arguments: sizes, activations)
  func trainingAgreesWithTheReference(_ size: (Int, Int), _ activation: Activation) {
    let (rows, channels) = size
    let problem = Problem(rows, channels)
    let found = train(problem, rows, channels, activation, threads: 2)
    let wanted = Outcome(problem, rows, channels)
    Reference.batchNormalization(
      rows: rows, channels: channels, epsilon: 1e-3, input: problem.input.pointer,
      gamma: problem.gamma.pointer, beta: problem.beta.pointer, movingMean: wanted.mean.pointer,
      movingVariance: wanted.variance.pointer, momentum: 0.9, activation: activation,
      output: wanted.output.pointer, saved: wanted.saved.pointer)
    Reference.batchNormalizationGradient(
      rows: rows, channels: channels, throughStatistics: true, input: problem.input.pointer,
      outputGradient: problem.gradient.pointer, gamma: problem.gamma.pointer,
      beta: problem.beta.pointer, activation: activation, mean: wanted.saved.pointer,
      scale: { wanted.saved.pointer[channels + $0] },
      inputGradient: wanted.inputGradient.pointer, gammaGradient: wanted.gammaGradient.pointer,
      betaGradient: wanted.betaGradient.pointer)
    // Channel 129 has mean 129: ε of the input is that much larger than ε of the output.
    expectClose(found.output, wanted.output, tolerance: 1e-4, "output")
    expectClose(found.saved, wanted.saved, tolerance: 1e-5, "statistics")
    expectClose(found.mean, wanted.mean, "moving mean")
    expectClose(found.variance, wanted.variance, "moving variance")
    expectClose(found.inputGradient, wanted.inputGradient, tolerance: 2e-4, "input gradient")
    expectClose(found.gammaGradient, wanted.gammaGradient, tolerance: 2e-4, "gamma gradient")
    expectClose(found.betaGradient, wanted.betaGradient, tolerance: 2e-5, "beta gradient")
  }

  @Test(arguments: sizes, activations)
  func inferenceAgreesWithTheReference(_ size: (Int, Int), _ activation: Activation) {
    let (rows, channels) = size
    let problem = Problem(rows, channels)
    let kernel = BatchNormalizationKernel(
      rows: rows, channels: channels, epsilon: 1e-3, pool: WorkerPool(threads: 2))
    let found = Outcome(problem, rows, channels)
    let wanted = Outcome(problem, rows, channels)
    kernel.forwardInference(
      input: problem.input.pointer, gamma: nil, beta: problem.beta.pointer,
      movingMean: problem.mean.pointer, movingVariance: problem.variance.pointer,
      activation: activation, output: found.output.pointer)
    Reference.batchNormalizationInference(
      rows: rows, channels: channels, epsilon: 1e-3, input: problem.input.pointer, gamma: nil,
      beta: problem.beta.pointer, movingMean: problem.mean.pointer,
      movingVariance: problem.variance.pointer, activation: activation,
      output: wanted.output.pointer)
    expectClose(found.output, wanted.output, "output")
    kernel.backwardInference(
      input: problem.input.pointer, outputGradient: problem.gradient.pointer, gamma: nil,
      beta: problem.beta.pointer, movingMean: problem.mean.pointer,
      movingVariance: problem.variance.pointer, activation: activation,
      inputGradient: found.inputGradient.pointer, gammaGradient: found.gammaGradient.pointer,
      betaGradient: found.betaGradient.pointer)
    Reference.batchNormalizationGradient(
      rows: rows, channels: channels, throughStatistics: false, input: problem.input.pointer,
      outputGradient: problem.gradient.pointer, gamma: nil, beta: problem.beta.pointer,
      activation: activation, mean: problem.mean.pointer,
      scale: { 1 / (problem.variance.pointer[$0] + 1e-3).squareRoot() },
      inputGradient: wanted.inputGradient.pointer, gammaGradient: wanted.gammaGradient.pointer,
      betaGradient: wanted.betaGradient.pointer)
    expectClose(found.inputGradient, wanted.inputGradient, tolerance: 1e-4, "input gradient")
    expectClose(found.gammaGradient, wanted.gammaGradient, tolerance: 2e-5, "gamma gradient")
    expectClose(found.betaGradient, wanted.betaGradient, tolerance: 2e-5, "beta gradient")
  }

  @Test func aLargeMeanLeavesTheVarianceExact() {
    let rows = 5000
    let problem = Problem(rows, 16)
    for i in 0..<problem.input.count { problem.input.pointer[i] += 1000 }
    let found = train(problem, rows, 16, .linear, threads: 1)
    for c in 0..<16 {
      let x = (0..<rows).map { Double(problem.input.pointer[$0 * 16 + c]) }
      let mean = x.reduce(0, +) / Double(rows)
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
      let scale = 1 / (variance + 1e-3).squareRoot()
      #expect(abs(Double(found.saved.pointer[16 + c]) / scale - 1) < 1e-5)
    }
  }

  @Test func bitsDoNotDependOnTheNumberOfThreads() {
    let problem = Problem(9000, 24)
    let one = train(problem, 9000, 24, .relu, threads: 1)
    for threads in 2...3 {
      let many = train(problem, 9000, 24, .relu, threads: threads)
      expectSameBits(many.output, one.output)
      expectSameBits(many.inputGradient, one.inputGradient)
      expectSameBits(many.gammaGradient, one.gammaGradient)
      expectSameBits(many.mean, one.mean)
    }
  }
}
