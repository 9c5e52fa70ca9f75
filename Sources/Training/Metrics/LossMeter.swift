import EngineInterface
import Kernels

/// The loss of batches of logits, and what is counted beside it.
final class LossMeter {
  let loss: ClassificationLoss
  /// How much each class counts in training; `nil`: all the same.
  var weights: ClassWeights?
  /// Of the rows that were evaluated last.
  private(set) var losses = FloatBuffer(count: 0)
  /// Of the other labels of mixed images.
  private var otherLosses = FloatBuffer(count: 0)
  private var otherGradient = FloatBuffer(count: 0)
  private let pool: WorkerPool

  /// - Parameter weights: how much each class counts in training; `nil`: all the same.
  init(_ loss: ClassificationLoss, weights: ClassWeights? = nil, pool: WorkerPool) {
    self.loss = loss
    self.weights = weights
    self.pool = pool
  }

  /// The metrics of one batch.
  ///
  /// - Parameters:
  ///   - penalty: what the weights add to the loss of every row, as Keras reports it.
  ///   - gradient: where the gradient of the mean loss goes, if it is wanted.
  func evaluate(
    rows: Int, logits: UnsafePointer<Float>, labels: UnsafePointer<Int32>, penalty: Double = 0,
    gradient: UnsafeMutablePointer<Float>?
  ) -> MetricSums {
    if losses.count < rows { losses = FloatBuffer(count: rows) }
    let counts = loss.evaluate(
      rows: rows, logits: logits, labels: labels, losses: losses.pointer, gradient: gradient,
      pool: pool)
    return sums(rows, counts, penalty: penalty)
  }

  /// The metrics of one batch of training, whose images may be mixed and whose classes may be weighted.
  /// A mixed image's loss is its two labels' losses by their shares (Zhang et al., 2018, §2), each as much
  /// as its class counts. It counts as right by its own label.
  ///
  /// - Parameters:
  ///   - mixes: by row; empty: nothing is mixed.
  ///   - gradient: `[rows, outputs]` of the mean loss; may be the logits' memory.
  func evaluateTraining(
    rows: Int, logits: UnsafePointer<Float>, labels: UnsafePointer<Int32>, mixes: [MixedLabel],
    penalty: Double, gradient: UnsafeMutablePointer<Float>?
  ) -> MetricSums {
    guard weights != nil || !mixes.isEmpty else {
      return evaluate(
        rows: rows, logits: logits, labels: labels, penalty: penalty, gradient: gradient)
    }
    let outputs = loss.outputs
    if losses.count < rows { losses = FloatBuffer(count: rows) }
    if !mixes.isEmpty {
      precondition(mixes.count == rows, "\(mixes.count) mixed labels of \(rows) rows")
      if otherLosses.count < rows {
        otherLosses = FloatBuffer(count: rows)
        otherGradient = FloatBuffer(count: rows * outputs)
      }
      // Before the labels' own, whose gradient may take the logits' place.
      _ = loss.evaluate(
        rows: rows, logits: logits, labels: mixes.map(\.otherLabel), losses: otherLosses.pointer,
        gradient: otherGradient.pointer, pool: pool)
    }
    let counts = loss.evaluate(
      rows: rows, logits: logits, labels: labels, losses: losses.pointer, gradient: gradient,
      pool: pool)
    for row in 0..<rows {
      let mix = mixes.isEmpty ? MixedLabel(share: 1, otherLabel: labels[row]) : mixes[row]
      let own = mix.share * weight(of: labels[row])
      let target = gradient.map {
        UnsafeMutableBufferPointer(start: $0 + row * outputs, count: outputs)
      }
      guard !mixes.isEmpty else {
        losses.pointer[row] *= own
        if let target { for output in 0..<outputs { target[output] *= own } }
        continue
      }
      let other = (1 - mix.share) * weight(of: mix.otherLabel)
      losses.pointer[row] = losses.pointer[row] * own + otherLosses.pointer[row] * other
      let second = otherGradient.pointer + row * outputs
      guard let target else { continue }
      for output in 0..<outputs { target[output] = target[output] * own + second[output] * other }
    }
    return sums(rows, counts, penalty: penalty)
  }

  private func weight(of label: Int32) -> Float { weights?.values[Int(label)] ?? 1 }

  private func sums(_ rows: Int, _ counts: ClassificationCounts, penalty: Double) -> MetricSums {
    var sum = penalty * Double(rows)
    for row in 0..<rows { sum += Double(losses.pointer[row]) }
    return MetricSums(loss: sum, counts: counts, samples: rows)
  }
}
