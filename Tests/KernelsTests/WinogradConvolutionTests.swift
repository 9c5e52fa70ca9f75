import Glibc
import Kernels
import Testing

/// Winograd on each of the ways it cuts its work.
struct WinogradConvolutionTests {
  private typealias Problem = ConvolutionTests.Problem

  private static func geometry(
    _ batch: Int, _ height: Int, _ width: Int, _ inputs: Int, _ outputs: Int,
    _ padding: Padding = .uniform(1)
  ) -> ConvolutionGeometry {
    ConvolutionGeometry(
      batch: batch, inputHeight: height, inputWidth: width, inputChannels: inputs,
      outputChannels: outputs, kernelHeight: 3, kernelWidth: 3, padding: padding)
  }

  /// Sizes that no tile divides, channels that no vector divides, one image, images smaller than a
  /// tile, padding of every kind; channels on both sides of each limit where the work is cut
  /// another way. The last has enough pieces of weights for each to be one tile of work.
  static let geometries = [
    geometry(2, 9, 7, 5, 7),
    geometry(1, 4, 4, 16, 16),
    geometry(1, 1, 1, 3, 2),
    geometry(1, 3, 3, 1, 1, .none),
    geometry(2, 13, 18, 33, 50, Padding(top: 0, bottom: 2, left: 1, right: 0)),
    geometry(1, 6, 5, 20, 40, Padding(top: 3, bottom: 4, left: 5, right: 0)),
    geometry(1, 3, 4, 17, 15, .uniform(7)),
    geometry(3, 28, 28, 16, 32),
    geometry(2, 31, 27, 64, 64),
    geometry(1, 15, 14, 65, 66),
    geometry(2, 14, 13, 128, 72),
    geometry(1, 10, 11, 129, 64),
    geometry(2, 7, 6, 250, 200),
  ]

  private func winograd(_ geometry: ConvolutionGeometry, _ pool: WorkerPool) -> Convolution {
    Convolution(geometry, pool: pool, implementation: .winograd)
  }

  @Test(arguments: geometries)
  func agreesWithTheReference(_ geometry: ConvolutionGeometry) {
    let pool = WorkerPool(threads: 2)
    let problem = Problem(geometry)
    let fast = winograd(geometry, pool)
    let reference = Convolution(geometry, pool: pool, implementation: .reference)
    // ReLU6 cuts the largest outputs off, but not the errors of the sums below: these are still
    // measured against the largest sum.
    let largest = problem.forward(reference, .linear).values.map(abs).max()!
    for activation in [Activation.linear, .relu6, .swish] {
      let expected = problem.forward(reference, activation)
      let scale = max(expected.values.map(abs).max()!, 1e-3)
      expectClose(
        problem.forward(fast, activation), expected, tolerance: 3e-5 * max(1, largest / scale),
        "forward, \(activation)")
    }
    expectClose(
      problem.inputGradient(fast), problem.inputGradient(reference), tolerance: 3e-5,
      "input gradient")
    expectClose(
      problem.weightGradient(fast), problem.weightGradient(reference), tolerance: 3e-5,
      "weight gradient")
  }

  @Test(arguments: geometries)
  func bitsDoNotDependOnTheNumberOfThreads(_ geometry: ConvolutionGeometry) {
    let problem = Problem(geometry)
    let one = winograd(geometry, WorkerPool(threads: 1))
    for threads in 2...3 {
      let many = winograd(geometry, WorkerPool(threads: threads))
      expectSameBits(problem.forward(many), problem.forward(one), "forward")
      expectSameBits(problem.inputGradient(many), problem.inputGradient(one), "input gradient")
      expectSameBits(problem.weightGradient(many), problem.weightGradient(one), "weight gradient")
    }
  }

  /// The pool's memory holds what the last kernel left there: here nothing but NaN, in memory that
  /// is larger than any of the passes asks for.
  @Test(arguments: geometries)
  func bitsDoNotDependOnWhatRanBefore(_ geometry: ConvolutionGeometry) {
    let problem = Problem(geometry)
    let pool = WorkerPool(threads: 2)
    let fresh = winograd(geometry, WorkerPool(threads: 2))
    let used = winograd(geometry, pool)
    let count = 4_000_000
    pool.reserveScratch(count)
    pool.reserveShared(count)
    // All bits set: a NaN in every place.
    func spoil() {
      let bytes = count * MemoryLayout<Float>.stride
      for worker in 0..<pool.threads { memset(pool.scratch(of: worker), 0xff, bytes) }
      memset(pool.shared, 0xff, bytes)
    }
    spoil()
    expectSameBits(problem.forward(used), problem.forward(fresh), "forward")
    spoil()
    expectSameBits(problem.inputGradient(used), problem.inputGradient(fresh), "input gradient")
    spoil()
    expectSameBits(problem.weightGradient(used), problem.weightGradient(fresh), "weight gradient")
  }

  @Test(arguments: geometries)
  func anImageIsTheSameBitsAloneAndInABatch(_ geometry: ConvolutionGeometry) {
    let pool = WorkerPool(threads: 2)
    let problem = Problem(geometry)
    let g = geometry
    let alone = Self.geometry(
      1, g.inputHeight, g.inputWidth, g.inputChannels, g.outputChannels, g.padding)
    let together = problem.forward(winograd(g, pool))
    let single = winograd(alone, pool)
    let output = spoiledBuffer(g.outputCount)
    for n in 0..<g.batch {
      single.forward(
        input: problem.input.pointer + n * alone.inputCount, weights: problem.weights.pointer,
        bias: problem.bias.pointer, activation: .relu,
        output: output.pointer + n * alone.outputCount)
    }
    expectSameBits(output, together)
  }

  /// More tiles than are transformed at once: 870 of 512 channels, in several rounds in each pass.
  @Test func roundsOfBlocksAgreeWithTheReference() {
    let pool = WorkerPool(threads: 2)
    func random(_ count: Int, _ layer: UInt32) -> FloatBuffer {
      let buffer = FloatBuffer(count: count)
      RandomStream(seed: 5, purpose: .test, layer: layer).fillUniform(
        count: count, values: buffer.pointer, lower: -1, upper: 1, pool: pool)
      return buffer
    }
    let deep = Self.geometry(1, 120, 116, 512, 1)
    let wide = Self.geometry(1, 120, 116, 1, 512)
    let many = random(deep.inputCount, 1)
    let few = random(deep.outputCount, 2)
    let weights = random(deep.weightCount, 3)
    func results(_ implementation: ConvolutionImplementation, threads: Int) -> [FloatBuffer] {
      let pool = WorkerPool(threads: threads)
      let onDeep = Convolution(deep, pool: pool, implementation: implementation)
      let onWide = Convolution(wide, pool: pool, implementation: implementation)
      let found = [deep.outputCount, wide.inputCount, deep.weightCount, wide.weightCount].map {
        spoiledBuffer($0)
      }
      onDeep.forward(input: many.pointer, weights: weights.pointer, output: found[0].pointer)
      onWide.inputGradient(
        outputGradient: many.pointer, weights: weights.pointer, inputGradient: found[1].pointer)
      onDeep.weightGradient(
        input: many.pointer, outputGradient: few.pointer, weightGradient: found[2].pointer)
      onWide.weightGradient(
        input: few.pointer, outputGradient: many.pointer, weightGradient: found[3].pointer)
      return found
    }
    let expected = results(.reference, threads: 2)
    let one = results(.winograd, threads: 1)
    let three = results(.winograd, threads: 3)
    for (index, name) in ["forward", "input gradient", "weights, deep", "weights, wide"]
      .enumerated()
    {
      expectClose(one[index], expected[index], tolerance: 3e-5, name)
      expectSameBits(three[index], one[index], name)
    }
  }

  @Test func runsOnlyWhatItIsMadeFor() {
    let strided = ConvolutionGeometry(
      batch: 1, inputHeight: 8, inputWidth: 8, inputChannels: 64, outputChannels: 64,
      kernelHeight: 3, kernelWidth: 3, strideHeight: 2, strideWidth: 2, padding: .uniform(1))
    let grouped = ConvolutionGeometry(
      batch: 1, inputHeight: 8, inputWidth: 8, inputChannels: 64, outputChannels: 64,
      kernelHeight: 3, kernelWidth: 3, padding: .uniform(1), groups: 2)
    let wide = ConvolutionGeometry(
      batch: 1, inputHeight: 8, inputWidth: 8, inputChannels: 64, outputChannels: 64,
      kernelHeight: 5, kernelWidth: 3, padding: .uniform(1))
    for geometry in [strided, grouped, wide] {
      #expect(!ConvolutionImplementation.winograd.canRun(geometry))
    }
  }
}
