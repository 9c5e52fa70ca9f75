import Foundation

extension Reference {
  package static func softmaxCrossEntropy(
    _ loss: SoftmaxCrossEntropy, rows: Int, logits: UnsafePointer<Float>,
    labels: UnsafePointer<Int32>, losses: UnsafeMutablePointer<Float>,
    gradient: UnsafeMutablePointer<Float>?
  ) -> ClassificationCounts {
    var counts = ClassificationCounts()
    for row in 0..<rows {
      let x = (0..<loss.outputs).map { Double(logits[row * loss.outputs + $0]) }
      let label = Int(labels[row])
      let top = x.max() ?? 0
      let logSum = top + log(x.reduce(0) { $0 + exp($1 - top) })
      let smoothing = Double(loss.labelSmoothing)
      let share = smoothing / Double(loss.classes)
      let target = (0..<loss.outputs).map { o in
        (o == label ? 1 - smoothing : 0) + (o < loss.classes ? share : 0)
      }
      losses[row] = Float(zip(target, x).reduce(0) { $0 + $1.0 * (logSum - $1.1) })
      for o in 0..<loss.outputs {
        gradient?[row * loss.outputs + o] = Float((exp(x[o] - logSum) - target[o]) / Double(rows))
      }
      if x.firstIndex(of: top) == label { counts.correct += 1 }
      if !x.contains(where: \.isNaN), x.count(where: { $0 > x[label] }) < 5 { counts.topFive += 1 }
    }
    return counts
  }

  package static func binaryCrossEntropy(
    _ loss: BinaryCrossEntropy, rows: Int, logits: UnsafePointer<Float>,
    labels: UnsafePointer<Int32>, losses: UnsafeMutablePointer<Float>,
    gradient: UnsafeMutablePointer<Float>?
  ) -> ClassificationCounts {
    var counts = ClassificationCounts()
    for row in 0..<rows {
      let x = (0..<loss.outputs).map { Double(logits[row * loss.outputs + $0]) }
      let label = Int(labels[row])
      let smoothing = Double(loss.labelSmoothing)
      var sum = 0.0
      for o in 0..<loss.outputs {
        var target = (loss.outputs == 1 ? label == 1 : o == label) ? 1.0 : 0.0
        if loss.outputs == 1 || o < loss.classes {
          target = target * (1 - smoothing) + 0.5 * smoothing
        }
        let p = 1 / (1 + exp(-x[o]))
        sum -= target * log(p) + (1 - target) * log(1 - p)
        gradient?[row * loss.outputs + o] = Float((p - target) / Double(loss.outputs * rows))
      }
      losses[row] = Float(sum / Double(loss.outputs))
      if loss.outputs == 1 {
        if (x[0] > 0) == (label == 1) { counts.correct += 1 }
        counts.topFive += 1
      } else {
        if x.firstIndex(of: x.max() ?? 0) == label { counts.correct += 1 }
        if x.count(where: { $0 > x[label] }) < 5 { counts.topFive += 1 }
      }
    }
    return counts
  }
}
