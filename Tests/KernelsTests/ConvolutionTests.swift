import Kernels
import Testing

struct ConvolutionTests {
  /// Odd sizes, channels that are no multiple of a vector, strides, dilation, groups, padding that
  /// is not the same on all sides, kernels larger than the image.
  static let geometries: [ConvolutionGeometry] = [
    ConvolutionGeometry(
      batch: 2, inputHeight: 9, inputWidth: 7, inputChannels: 5, outputChannels: 7,
      kernelHeight: 3, kernelWidth: 3, padding: .uniform(1)),
    ConvolutionGeometry(
      batch: 3, inputHeight: 13, inputWidth: 11, inputChannels: 3, outputChannels: 24,
      kernelHeight: 7, kernelWidth: 5, strideHeight: 2, strideWidth: 3,
      padding: Padding(top: 2, bottom: 3, left: 1, right: 4)),
    ConvolutionGeometry(
      batch: 1, inputHeight: 12, inputWidth: 10, inputChannels: 20, outputChannels: 33,
      kernelHeight: 3, kernelWidth: 3, dilationHeight: 2, dilationWidth: 3,
      padding: Padding(top: 2, bottom: 2, left: 3, right: 3)),
    ConvolutionGeometry(
      batch: 2, inputHeight: 11, inputWidth: 11, inputChannels: 6, outputChannels: 4,
      kernelHeight: 3, kernelWidth: 3, strideHeight: 2, strideWidth: 2, dilationHeight: 2,
      dilationWidth: 3, padding: .uniform(2)),
    ConvolutionGeometry(
      batch: 2, inputHeight: 8, inputWidth: 9, inputChannels: 12, outputChannels: 18,
      kernelHeight: 3, kernelWidth: 3, strideHeight: 2, strideWidth: 1, padding: .uniform(1),
      groups: 3),
    ConvolutionGeometry(
      batch: 2, inputHeight: 10, inputWidth: 9, inputChannels: 65, outputChannels: 130,
      kernelHeight: 1, kernelWidth: 1),
    ConvolutionGeometry(
      batch: 2, inputHeight: 7, inputWidth: 9, inputChannels: 32, outputChannels: 48,
      kernelHeight: 1, kernelWidth: 1, strideHeight: 2, strideWidth: 2),
    ConvolutionGeometry(
      batch: 1, inputHeight: 4, inputWidth: 5, inputChannels: 8, outputChannels: 16,
      kernelHeight: 1, kernelWidth: 1, groups: 4),
    ConvolutionGeometry(
      batch: 1, inputHeight: 3, inputWidth: 2, inputChannels: 4, outputChannels: 9,
      kernelHeight: 5, kernelWidth: 5, padding: .uniform(2)),
    ConvolutionGeometry(
      batch: 2, inputHeight: 9, inputWidth: 8, inputChannels: 200, outputChannels: 80,
      kernelHeight: 3, kernelWidth: 3, padding: .uniform(1)),
    ConvolutionGeometry(
      batch: 1, inputHeight: 5, inputWidth: 5, inputChannels: 3, outputChannels: 1,
      kernelHeight: 4, kernelWidth: 2, strideHeight: 3, strideWidth: 3),
    // Groups with strides and dilation, of one channel and more.
    ConvolutionGeometry(
      batch: 2, inputHeight: 11, inputWidth: 9, inputChannels: 12, outputChannels: 20,
      kernelHeight: 3, kernelWidth: 2, strideHeight: 2, strideWidth: 1, dilationHeight: 2,
      dilationWidth: 3, padding: Padding(top: 2, bottom: 1, left: 3, right: 0), groups: 4),
    ConvolutionGeometry(
      batch: 2, inputHeight: 9, inputWidth: 10, inputChannels: 5, outputChannels: 15,
      kernelHeight: 3, kernelWidth: 3, strideHeight: 2, strideWidth: 2, dilationHeight: 2,
      dilationWidth: 2, padding: .uniform(2), groups: 5),
    // Depthwise, with one output a channel and with more.
    ConvolutionGeometry(
      batch: 2, inputHeight: 13, inputWidth: 21, inputChannels: 24, outputChannels: 24,
      kernelHeight: 3, kernelWidth: 3, padding: .uniform(1), groups: 24),
    ConvolutionGeometry(
      batch: 2, inputHeight: 14, inputWidth: 23, inputChannels: 5, outputChannels: 5,
      kernelHeight: 5, kernelWidth: 3, strideHeight: 2, strideWidth: 2,
      padding: Padding(top: 1, bottom: 2, left: 0, right: 1), groups: 5),
    ConvolutionGeometry(
      batch: 1, inputHeight: 40, inputWidth: 37, inputChannels: 48, outputChannels: 48,
      kernelHeight: 5, kernelWidth: 7, strideHeight: 3, strideWidth: 2, dilationHeight: 2,
      dilationWidth: 1, padding: .uniform(4), groups: 48),
    ConvolutionGeometry(
      batch: 3, inputHeight: 2, inputWidth: 3, inputChannels: 40, outputChannels: 40,
      kernelHeight: 3, kernelWidth: 3, padding: .uniform(1), groups: 40),
    ConvolutionGeometry(
      batch: 2, inputHeight: 6, inputWidth: 5, inputChannels: 4, outputChannels: 12,
      kernelHeight: 3, kernelWidth: 3, padding: .uniform(1), groups: 4),
    // Winograd: tiles that hang over the edge, one image, more channels than stay in the cache
    // together, and so many that the sums are shared.
    ConvolutionGeometry(
      batch: 1, inputHeight: 17, inputWidth: 14, inputChannels: 48, outputChannels: 20,
      kernelHeight: 3, kernelWidth: 3, padding: .uniform(1)),
    ConvolutionGeometry(
      batch: 3, inputHeight: 29, inputWidth: 30, inputChannels: 70, outputChannels: 130,
      kernelHeight: 3, kernelWidth: 3, padding: .uniform(1)),
    ConvolutionGeometry(
      batch: 2, inputHeight: 5, inputWidth: 6, inputChannels: 33, outputChannels: 17,
      kernelHeight: 3, kernelWidth: 3, padding: Padding(top: 3, bottom: 0, left: 2, right: 5)),
    ConvolutionGeometry(
      batch: 1, inputHeight: 3, inputWidth: 3, inputChannels: 130, outputChannels: 65,
      kernelHeight: 3, kernelWidth: 3),
    ConvolutionGeometry(
      batch: 5, inputHeight: 33, inputWidth: 31, inputChannels: 4, outputChannels: 16,
      kernelHeight: 3, kernelWidth: 3, strideHeight: 1, strideWidth: 1,
      padding: Padding(top: 0, bottom: 1, left: 1, right: 0)),
  ]

  struct Problem {
    let geometry: ConvolutionGeometry
    let input: FloatBuffer
    let weights: FloatBuffer
    let bias: FloatBuffer
    let gradient: FloatBuffer

    init(_ geometry: ConvolutionGeometry) {
      self.geometry = geometry
      input = randomBuffer(geometry.inputCount, layer: 1)
      weights = randomBuffer(geometry.weightCount, layer: 2)
      bias = randomBuffer(geometry.outputChannels, layer: 3)
      gradient = randomBuffer(geometry.outputCount, layer: 4)
    }

    func forward(_ convolution: Convolution, _ activation: Activation = .relu) -> FloatBuffer {
      let output = spoiledBuffer(convolution.geometry.outputCount)
      convolution.forward(
        input: input.pointer, weights: weights.pointer, bias: bias.pointer,
        activation: activation, output: output.pointer)
      return output
    }

    /// `forward` with a factor and an offset for each channel.
    func forwardScaled(_ convolution: Convolution, _ activation: Activation) -> FloatBuffer {
      let factor = randomBuffer(geometry.outputChannels, layer: 5)
      let offset = randomBuffer(geometry.outputChannels, layer: 6)
      let output = spoiledBuffer(convolution.geometry.outputCount)
      convolution.forward(
        input: input.pointer, weights: weights.pointer, bias: bias.pointer,
        affine: ChannelAffine(factor: factor.pointer, offset: offset.pointer),
        activation: activation, output: output.pointer)
      return output
    }

    func inputGradient(_ convolution: Convolution) -> FloatBuffer {
      let result = spoiledBuffer(convolution.geometry.inputCount)
      convolution.inputGradient(
        outputGradient: gradient.pointer, weights: weights.pointer,
        inputGradient: result.pointer)
      return result
    }

    func weightGradient(_ convolution: Convolution) -> FloatBuffer {
      let result = spoiledBuffer(convolution.geometry.weightCount)
      convolution.weightGradient(
        input: input.pointer, outputGradient: gradient.pointer, weightGradient: result.pointer)
      return result
    }
  }

  /// Every geometry with every implementation that can run it.
  static let cases: [(ConvolutionGeometry, ConvolutionImplementation)] = geometries.flatMap { g in
    ConvolutionImplementation.allCases.filter { implementation in
      implementation != .reference && implementation.canRun(g)
    }.map { (g, $0) }
  }

  @Test(arguments: cases)
  func agreesWithTheReference(
    _ geometry: ConvolutionGeometry, _ implementation: ConvolutionImplementation
  ) {
    let pool = WorkerPool(threads: 2)
    let problem = Problem(geometry)
    let fast = Convolution(geometry, pool: pool, implementation: implementation)
    let reference = Convolution(geometry, pool: pool, implementation: .reference)
    // Winograd's transforms add rounding of their own.
    let tolerance: Float = implementation == .winograd ? 1e-4 : 1e-5
    for activation in [Activation.linear, .relu6, .swish] {
      expectClose(
        problem.forward(fast, activation), problem.forward(reference, activation),
        tolerance: tolerance, "forward, \(activation)")
      expectClose(
        problem.forwardScaled(fast, activation), problem.forwardScaled(reference, activation),
        tolerance: tolerance, "forward, scaled, \(activation)")
    }
    expectClose(
      problem.inputGradient(fast), problem.inputGradient(reference), tolerance: tolerance,
      "input gradient")
    expectClose(
      problem.weightGradient(fast), problem.weightGradient(reference), tolerance: tolerance,
      "weight gradient")
  }

  @Test(arguments: cases)
  func gathersTheStatisticsOfItsOutputs(
    _ geometry: ConvolutionGeometry, _ implementation: ConvolutionImplementation
  ) {
    let problem = Problem(geometry)
    let apart = normalized(problem, implementation, threads: 2, gathering: false)
    let together = normalized(problem, implementation, threads: 2, gathering: true)
    expectClose(together.saved, apart.saved, tolerance: 1e-5, "mean and deviation")
    expectClose(together.output, apart.output, tolerance: 1e-5, "normalised")
    let alone = normalized(problem, implementation, threads: 1, gathering: true)
    expectSameBits(alone.saved, together.saved, "one thread")
  }

  /// A convolution and the batch-norm after it: what comes out, and the statistics.
  private func normalized(
    _ problem: Problem, _ implementation: ConvolutionImplementation, threads: Int, gathering: Bool
  ) -> (output: FloatBuffer, saved: FloatBuffer) {
    let pool = WorkerPool(threads: threads)
    let g = problem.geometry
    let convolution = Convolution(g, pool: pool, implementation: implementation)
    let norm = BatchNormalizationKernel(
      rows: g.batch * g.outputPositions, channels: g.outputChannels, epsilon: 1e-3, pool: pool)
    let values = spoiledBuffer(g.outputCount)
    let output = spoiledBuffer(g.outputCount)
    let saved = spoiledBuffer(norm.savedCount)
    let (mean, variance) = (
      FloatBuffer(count: g.outputChannels), FloatBuffer(count: g.outputChannels)
    )
    // Means far from zero: what is gathered must not lose the deviations in them.
    let bias = FloatBuffer(problem.bias.values.map { $0 + 40 })
    if gathering {
      convolution.reserveStatistics()
      let statistics = convolution.forwardGathering(
        input: problem.input.pointer, weights: problem.weights.pointer, bias: bias.pointer,
        output: values.pointer)
      norm.forwardTraining(
        input: values.pointer, statistics: statistics, gamma: nil, beta: nil,
        movingMean: mean.pointer, movingVariance: variance.pointer, momentum: 0.9,
        activation: .relu, output: output.pointer, saved: saved.pointer)
    } else {
      convolution.forward(
        input: problem.input.pointer, weights: problem.weights.pointer, bias: bias.pointer,
        output: values.pointer)
      norm.forwardTraining(
        input: values.pointer, gamma: nil, beta: nil, movingMean: mean.pointer,
        movingVariance: variance.pointer, momentum: 0.9, activation: .relu,
        output: output.pointer, saved: saved.pointer)
    }
    return (output, saved)
  }

  @Test(arguments: geometries)
  func bitsDoNotDependOnTheNumberOfThreads(_ geometry: ConvolutionGeometry) {
    let problem = Problem(geometry)
    let one = Convolution(geometry, pool: WorkerPool(threads: 1))
    for threads in 2...3 {
      let many = Convolution(geometry, pool: WorkerPool(threads: threads))
      expectSameBits(problem.forward(many), problem.forward(one), "forward")
      expectSameBits(problem.inputGradient(many), problem.inputGradient(one), "input gradient")
      expectSameBits(problem.weightGradient(many), problem.weightGradient(one), "weight gradient")
    }
  }

  @Test(arguments: geometries)
  func anImageIsTheSameBitsAloneAndInABatch(_ geometry: ConvolutionGeometry) {
    let pool = WorkerPool(threads: 2)
    let problem = Problem(geometry)
    let g = geometry
    let alone = ConvolutionGeometry(
      batch: 1, inputHeight: g.inputHeight, inputWidth: g.inputWidth,
      inputChannels: g.inputChannels, outputChannels: g.outputChannels,
      kernelHeight: g.kernelHeight, kernelWidth: g.kernelWidth, strideHeight: g.strideHeight,
      strideWidth: g.strideWidth, dilationHeight: g.dilationHeight,
      dilationWidth: g.dilationWidth, padding: g.padding, groups: g.groups)
    let together = problem.forward(Convolution(geometry, pool: pool))
    let single = Convolution(alone, pool: pool)
    let output = FloatBuffer(count: g.outputCount)
    for n in 0..<g.batch {
      single.forward(
        input: problem.input.pointer + n * alone.inputCount, weights: problem.weights.pointer,
        bias: problem.bias.pointer, activation: .relu,
        output: output.pointer + n * alone.outputCount)
    }
    expectSameBits(output, together)
  }
}
