/// Batch normalisation over the last axis of `[rows, channels]`, with the activation that follows.
///
/// `output = activation(gamma · (input − mean) / √(variance + epsilon) + beta)`; gamma and beta
/// may be missing (1 and 0). Variances are biased, the moving one too, as in Keras.
package final class BatchNormalizationKernel {
  package let rows: Int
  package let channels: Int
  package let epsilon: Float
  private let pool: WorkerPool

  package init(rows: Int, channels: Int, epsilon: Float, pool: WorkerPool) {
    precondition(rows > 0 && channels > 0)
    self.rows = rows
    self.channels = channels
    self.epsilon = epsilon
    self.pool = pool
  }

  /// Floats that `forwardTraining` leaves for `backwardTraining`: mean and 1/√(variance + ε).
  package var savedCount: Int { 2 * channels }

  /// With the statistics of this batch. Moves both moving statistics:
  /// `moving = moving · momentum + batch · (1 − momentum)`, Keras' meaning of momentum.
  /// Output may be the input's memory (`backwardTraining` then has no input to read).
  package func forwardTraining(
    input: UnsafePointer<Float>, gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?,
    movingMean: UnsafeMutablePointer<Float>, movingVariance: UnsafeMutablePointer<Float>,
    momentum: Float, activation: Activation = .linear, output: UnsafeMutablePointer<Float>,
    saved: UnsafeMutablePointer<Float>
  ) {
    Reference.batchNormalization(
      rows: rows, channels: channels, epsilon: epsilon, input: input, gamma: gamma, beta: beta,
      movingMean: movingMean, movingVariance: movingVariance, momentum: momentum,
      activation: activation, output: output, saved: saved)
  }

  /// With the moving statistics, which stay as they are. Output may be the input's memory.
  package func forwardInference(
    input: UnsafePointer<Float>, gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?,
    movingMean: UnsafePointer<Float>, movingVariance: UnsafePointer<Float>,
    activation: Activation = .linear, output: UnsafeMutablePointer<Float>
  ) {
    Reference.batchNormalizationInference(
      rows: rows, channels: channels, epsilon: epsilon, input: input, gamma: gamma, beta: beta,
      movingMean: movingMean, movingVariance: movingVariance, activation: activation,
      output: output)
  }

  /// Gradients after `forwardTraining`, through the batch's statistics. What came out before the
  /// activation is computed again from `input`. Gradients that are `nil` are not wanted;
  /// `inputGradient` may be the memory of `outputGradient`.
  package func backwardTraining(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?, activation: Activation = .linear,
    saved: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>?,
    gammaGradient: UnsafeMutablePointer<Float>?, betaGradient: UnsafeMutablePointer<Float>?
  ) {
    Reference.batchNormalizationGradient(
      rows: rows, channels: channels, throughStatistics: true, input: input,
      outputGradient: outputGradient, gamma: gamma, beta: beta, activation: activation,
      mean: saved, scale: { saved[self.channels + $0] }, inputGradient: inputGradient,
      gammaGradient: gammaGradient, betaGradient: betaGradient)
  }

  /// Gradients after `forwardInference`: the statistics are constants.
  package func backwardInference(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?, movingMean: UnsafePointer<Float>,
    movingVariance: UnsafePointer<Float>, activation: Activation = .linear,
    inputGradient: UnsafeMutablePointer<Float>?, gammaGradient: UnsafeMutablePointer<Float>?,
    betaGradient: UnsafeMutablePointer<Float>?
  ) {
    Reference.batchNormalizationGradient(
      rows: rows, channels: channels, throughStatistics: false, input: input,
      outputGradient: outputGradient, gamma: gamma, beta: beta, activation: activation,
      mean: movingMean, scale: { 1 / (movingVariance[$0] + self.epsilon).squareRoot() },
      inputGradient: inputGradient, gammaGradient: gammaGradient, betaGradient: betaGradient)
  }
}
