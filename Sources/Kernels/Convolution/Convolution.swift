/// A convolution prepared for one geometry: forward and both gradients.
///
/// The first entry of `ConvolutionImplementation.allCases` that can runs it: a rule that reads the
/// geometry and nothing else, so bits do not change from run to run. Every output is a sum of its own
/// in one order: an image's are the same bits alone as in any batch.
///
/// A depthwise convolution is made the same way, with `groups == inputChannels`. The gradient of
/// the bias is `Reduction.sumRows` of the output's gradient.
package final class Convolution {
  package let geometry: ConvolutionGeometry
  /// What runs it.
  package let implementation: ConvolutionImplementation
  private let kernel: any ConvolutionKernel
  private let pool: WorkerPool
  private var statisticsRows: [Int] = []

  /// - Parameter implementation: by default the rule chooses.
  package init(
    _ geometry: ConvolutionGeometry, pool: WorkerPool,
    implementation: ConvolutionImplementation? = nil
  ) {
    let implementation = implementation ?? ConvolutionImplementation.fastest(for: geometry)
    precondition(implementation.canRun(geometry), "\(implementation) cannot run \(geometry)")
    self.geometry = geometry
    self.pool = pool
    self.implementation = implementation
    kernel = implementation.makeKernel(geometry, pool: pool)
  }

  /// `output = activation(affine(input ∗ weights + bias))`. Output must not overlap input.
  package func forward(
    input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil,
    affine: ChannelAffine? = nil, activation: Activation = .linear,
    output: UnsafeMutablePointer<Float>
  ) {
    kernel.forward(
      input: input, weights: weights, bias: bias, affine: affine, activation: activation,
      statistics: nil, output: output)
  }

  /// `output = input ∗ weights + bias`, and the statistics that batch-norm needs of it, which stand
  /// until another convolution's are gathered. Call `reserveStatistics` once before.
  package func forwardGathering(
    input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil,
    output: UnsafeMutablePointer<Float>
  ) -> ConvolutionStatistics {
    let statistics = ChannelStatistics(
      memory: pool.statistics, channels: geometry.outputChannels)
    kernel.forward(
      input: input, weights: weights, bias: bias, affine: nil, activation: .linear,
      statistics: statistics, output: output)
    return ConvolutionStatistics(statistics: statistics, rows: statisticsRows)
  }

  /// Makes room for what `forwardGathering` gathers.
  package func reserveStatistics() {
    statisticsRows = kernel.statisticsRows
    pool.reserveStatistics(
      ChannelStatistics.count(parts: statisticsRows.count, channels: geometry.outputChannels))
  }

  /// Overwrites `inputGradient`, which must not overlap `outputGradient`.
  package func inputGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    kernel.inputGradient(
      outputGradient: outputGradient, weights: weights, inputGradient: inputGradient)
  }

  /// Overwrites `weightGradient`.
  package func weightGradient(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    kernel.weightGradient(
      input: input, outputGradient: outputGradient, weightGradient: weightGradient)
  }
}
