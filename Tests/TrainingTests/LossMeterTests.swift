import Kernels
import Testing

@testable import Training

/// The loss of mixed images, and of classes that count more than others.
struct LossMeterTests {
  private let pool = WorkerPool(threads: 2)

  private static let losses: [ClassificationLoss] = [
    .softmax(SoftmaxCrossEntropy(outputs: 4)),
    .softmax(SoftmaxCrossEntropy(outputs: 6, classes: 4, labelSmoothing: 0.1)),
    .binary(BinaryCrossEntropy(outputs: 4, labelSmoothing: 0.2)),
  ]
  private static let labels: [Int32] = [0, 1, 2, 3, 1, 0, 0]
  private static let mixes: [MixedLabel] = [
    (0.9, 1), (0.5, 2), (1, 2), (0.7, 0), (0.6, 1), (0.8, 3), (0.55, 2),
  ].map { MixedLabel(share: $0.0, otherLabel: $0.1) }
  private static let weights = ClassWeights(balancing: labels, classes: 4)

  private func logits(_ loss: ClassificationLoss) -> [Float] {
    var dice: UInt32 = 9
    return (0..<Self.labels.count * loss.outputs).map { _ in
      dice = dice &* 1_664_525 &+ 1_013_904_223
      return Float(dice >> 8) / Float(1 << 23) * 2 - 2
    }
  }

  private func run(
    _ loss: ClassificationLoss, _ logits: [Float], weights: ClassWeights?, mixes: [MixedLabel],
    inPlace: Bool = false
  ) -> (sums: MetricSums, gradient: [Float]) {
    let meter = LossMeter(loss, weights: weights, pool: pool)
    let values = FloatBuffer(logits)
    let gradient = inPlace ? values : FloatBuffer(count: logits.count)
    let sums = meter.evaluateTraining(
      rows: Self.labels.count, logits: values.pointer, labels: Self.labels, mixes: mixes,
      penalty: 0, gradient: gradient.pointer)
    return (sums, gradient.values)
  }

  /// The loss of one label and one row is well known: see the kernel's own tests.
  private func slowLoss(
    _ loss: ClassificationLoss, _ logits: [Float], weights: ClassWeights?, mixes: [MixedLabel]
  ) -> Double {
    func one(_ row: Int, _ label: Int32) -> Double {
      let x = FloatBuffer(Array(logits[row * loss.outputs..<(row + 1) * loss.outputs]))
      let value = FloatBuffer(count: 1)
      _ = loss.evaluate(
        rows: 1, logits: x.pointer, labels: [label], losses: value.pointer, gradient: nil,
        pool: pool)
      return Double(value.values[0]) * Double(weights?.values[Int(label)] ?? 1)
    }
    return Self.labels.enumerated().reduce(0) { sum, entry in
      let (row, label) = entry
      guard !mixes.isEmpty else { return sum + one(row, label) }
      let share = Double(mixes[row].share)
      return sum + share * one(row, label) + (1 - share) * one(row, mixes[row].otherLabel)
    }
  }

  @Test(arguments: losses, [false, true])
  func mixedAndWeightedLossesAreTheSlowForm(loss: ClassificationLoss, isWeighted: Bool) {
    let x = logits(loss)
    let weights = isWeighted ? Self.weights : nil
    for mixes in [[], Self.mixes] {
      let found = run(loss, x, weights: weights, mixes: mixes)
      let mean = found.sums.means(outputs: loss.outputs).loss
      let wanted =
        slowLoss(loss, x, weights: weights, mixes: mixes) / Double(Self.labels.count)
      #expect(abs(mean - wanted) < 1e-5)
      #expect(run(loss, x, weights: weights, mixes: mixes, inPlace: true) == found)
    }
  }

  @Test(arguments: losses, [false, true])
  func gradientsAreTheSlopesOfTheLoss(loss: ClassificationLoss, isWeighted: Bool) {
    let x = logits(loss)
    let weights = isWeighted ? Self.weights : nil
    for mixes in [[], Self.mixes] {
      let gradient = run(loss, x, weights: weights, mixes: mixes).gradient
      for place in x.indices {
        let step: Float = 1 / 128
        var (above, below) = (x, x)
        above[place] += step
        below[place] -= step
        let slope =
          (slowLoss(loss, above, weights: weights, mixes: mixes)
            - slowLoss(loss, below, weights: weights, mixes: mixes))
          / Double(2 * step) / Double(Self.labels.count)
        #expect(abs(Double(gradient[place]) - slope) < 2e-4, "\(place)")
      }
    }
  }

  @Test func balancedClassesCountAlike() {
    // Three of class 0, two of 1, one each of 2 and 3, none of 4.
    let weights = ClassWeights(balancing: Self.labels, classes: 5).values
    #expect(weights[4] == 0)
    for (label, count) in [3, 2, 1, 1].enumerated() {
      #expect(abs(weights[label] * Float(count) - 7.0 / 4) < 1e-6)
    }
  }

  @Test func nothingMixedIsWhatItAlwaysWas() {
    for loss in Self.losses {
      let x = logits(loss)
      let values = FloatBuffer(x)
      let gradient = FloatBuffer(count: x.count)
      let sums = LossMeter(loss, pool: pool).evaluate(
        rows: Self.labels.count, logits: values.pointer, labels: Self.labels,
        gradient: gradient.pointer)
      let found = run(loss, x, weights: nil, mixes: [])
      #expect(found.sums == sums && found.gradient == gradient.values)
      // Mixed with nothing, it may differ by no more than a sign of zero.
      let alone = Self.labels.map { MixedLabel(share: 1, otherLabel: $0) }
      #expect(run(loss, x, weights: nil, mixes: alone).gradient == gradient.values)
    }
  }

  @Test func answersAreTheFirstOfTheLargest() {
    let softmax = Self.losses[0]
    #expect(softmax.answer([1, 3, 3, 2]) == 1)
    #expect(softmax.answer([1, .nan, 3, 2]) == nil)
    let sigmoid = ClassificationLoss.binary(BinaryCrossEntropy(outputs: 1))
    #expect(sigmoid.answer([0.1]) == 1 && sigmoid.answer([0]) == 0 && sigmoid.answer([.nan]) == nil)
  }
}
