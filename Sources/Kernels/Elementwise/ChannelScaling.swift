/// Multiplies each image's channels by factors of that image, as squeeze-and-excitation does:
/// `[batch, positions, channels] · [batch, 1, channels]`.
package enum ChannelScaling {
  /// `output[n, p, c] = input[n, p, c] · factors[n, c]`; output may be the input's memory. It is
  /// also the gradient with respect to the input: `forward(outputGradient, factors)`.
  package static func forward(
    batch: Int, positions: Int, channels: Int, input: UnsafePointer<Float>,
    factors: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    Reference.channelScaling(
      batch: batch, positions: positions, channels: channels, input: input, factors: factors,
      output: output)
  }

  /// `factorsGradient[n, c] = Σ over positions of input · outputGradient`; overwrites.
  package static func factorsGradient(
    batch: Int, positions: Int, channels: Int, input: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, factorsGradient: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    Reference.channelScalingFactorsGradient(
      batch: batch, positions: positions, channels: channels, input: input,
      outputGradient: outputGradient, factorsGradient: factorsGradient)
  }
}
