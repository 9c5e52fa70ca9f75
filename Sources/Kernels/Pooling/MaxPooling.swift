/// Max pooling. Padding never wins; a window with nothing but padding gives 0.
package final class MaxPooling {
  package let geometry: PoolingGeometry
  /// Floats of memory that `forward` leaves for `backward`: where each maximum was.
  package let savedCount: Int
  private let pool: WorkerPool

  package init(_ geometry: PoolingGeometry, pool: WorkerPool) {
    self.geometry = geometry
    self.pool = pool
    savedCount = geometry.outputCount
  }

  /// - Parameter saved: `savedCount` floats for `backward`; `nil` where there will be none.
  package func forward(
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    saved: UnsafeMutablePointer<Float>?
  ) {
    let places = saved.map { UnsafeMutableRawPointer($0) }
    Reference.maxPooling(
      geometry, input: input, output: output,
      places: places?.assumingMemoryBound(to: Int32.self))
  }

  /// Overwrites `inputGradient`. Where several values were the maximum, the first gets it all.
  package func backward(
    outputGradient: UnsafePointer<Float>, saved: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    Reference.maxPoolingGradient(
      geometry, outputGradient: outputGradient,
      places: UnsafeRawPointer(saved).assumingMemoryBound(to: Int32.self),
      inputGradient: inputGradient)
  }
}
