import Foundation

extension Reference {
  package static func softmaxCrossEntropy(
    _ loss: SoftmaxCrossEntropy, rows: Int, logits: UnsafePointer<Float>,
    labels: UnsafePointer<Int32>, losses: UnsafeMutablePointer<Float>,
    gradient: UnsafeMutablePointer<Float>?
  ) -> SoftmaxCrossEntropy.Counts {
    var counts = SoftmaxCrossEntropy.Counts()
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
}
