/// Pooling over all positions: `[batch, positions, channels]` to `[batch, channels]`.
package enum GlobalPooling {
  package static func average(
    batch: Int, positions: Int, channels: Int, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    Reference.globalAverage(
      batch: batch, positions: positions, channels: channels, input: input, output: output)
  }

  /// Overwrites `inputGradient`.
  package static func averageGradient(
    batch: Int, positions: Int, channels: Int, outputGradient: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    Reference.globalAverageGradient(
      batch: batch, positions: positions, channels: channels, outputGradient: outputGradient,
      inputGradient: inputGradient)
  }

  /// - Parameter saved: `batch · channels` floats of memory for `maximumGradient`, or `nil`.
  package static func maximum(
    batch: Int, positions: Int, channels: Int, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, saved: UnsafeMutablePointer<Float>?, pool: WorkerPool
  ) {
    let places = saved.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: Int32.self) }
    Reference.globalMaximum(
      batch: batch, positions: positions, channels: channels, input: input, output: output,
      places: places)
  }

  /// Overwrites `inputGradient`.
  package static func maximumGradient(
    batch: Int, positions: Int, channels: Int, outputGradient: UnsafePointer<Float>,
    saved: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    Reference.globalMaximumGradient(
      batch: batch, positions: positions, channels: channels, outputGradient: outputGradient,
      places: UnsafeRawPointer(saved).assumingMemoryBound(to: Int32.self),
      inputGradient: inputGradient)
  }
}
