/// Average pooling.
package final class AveragePooling {
  package let geometry: PoolingGeometry
  /// Whether padding counts as zeros: PyTorch and Caffe do so by default, Keras never.
  package let countsPadding: Bool
  private let pool: WorkerPool

  package init(_ geometry: PoolingGeometry, countsPadding: Bool = false, pool: WorkerPool) {
    self.geometry = geometry
    self.countsPadding = countsPadding
    self.pool = pool
  }

  package func forward(input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>) {
    Reference.averagePooling(
      geometry, countsPadding: countsPadding, input: input, output: output)
  }

  /// Overwrites `inputGradient`.
  package func backward(
    outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>
  ) {
    Reference.averagePoolingGradient(
      geometry, countsPadding: countsPadding, outputGradient: outputGradient,
      inputGradient: inputGradient)
  }
}
