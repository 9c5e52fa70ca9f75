/// Softmax over the last axis of `[rows, columns]`.
package enum SoftmaxKernel {
  /// Input and output may be the same memory.
  package static func forward(
    rows: Int, columns: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    Reference.softmax(rows: rows, columns: columns, input: input, output: output)
  }

  /// From the softmax's own output. The gradients may be the same memory.
  package static func backward(
    rows: Int, columns: Int, output: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    Reference.softmaxGradient(
      rows: rows, columns: columns, output: output, outputGradient: outputGradient,
      inputGradient: inputGradient)
  }
}
