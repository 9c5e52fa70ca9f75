/// A dense layer's products, prepared for one size: `[rows, inputs] × [inputs, outputs]`.
///
/// The gradient of the bias is `Reduction.sumRows` of the output's gradient.
package final class DenseKernel {
  package let rows: Int
  package let inputs: Int
  package let outputs: Int
  /// Rows that one product may cover: all of them, or those of one image where an image's output
  /// must be the same bits alone as in any batch.
  package let rowsPerProduct: Int
  private let pool: WorkerPool

  /// - Parameter rowsPerImage: 1 unless the input has positions as well as features.
  package init(
    rows: Int, inputs: Int, outputs: Int, rowsPerImage: Int = 1, crossesImages: Bool = true,
    pool: WorkerPool
  ) {
    precondition(rows > 0 && inputs > 0 && outputs > 0 && rowsPerImage > 0)
    precondition(rows % rowsPerImage == 0, "\(rows) rows of images of \(rowsPerImage)")
    self.rows = rows
    self.inputs = inputs
    self.outputs = outputs
    rowsPerProduct = crossesImages ? rows : rowsPerImage
    self.pool = pool
  }

  /// `output = activation(input × weights + bias)`
  package func forward(
    input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil,
    activation: Activation = .linear, output: UnsafeMutablePointer<Float>
  ) {
    Reference.dense(
      rows: rows, inputs: inputs, outputs: outputs, input: input, weights: weights, bias: bias,
      activation: activation, output: output)
  }

  /// `inputGradient = outputGradient × weightsᵀ`
  package func inputGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    Reference.denseInputGradient(
      rows: rows, inputs: inputs, outputs: outputs, outputGradient: outputGradient,
      weights: weights, inputGradient: inputGradient)
  }

  /// `weightGradient = inputᵀ × outputGradient`
  package func weightGradient(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    Reference.denseWeightGradient(
      rows: rows, inputs: inputs, outputs: outputs, input: input, outputGradient: outputGradient,
      weightGradient: weightGradient)
  }
}
