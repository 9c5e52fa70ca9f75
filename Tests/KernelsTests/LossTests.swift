import Kernels
import Testing

struct LossTests {
  private let pool = WorkerPool(threads: 2)

  @Test(arguments: [
    SoftmaxCrossEntropy(outputs: 5), SoftmaxCrossEntropy(outputs: 16, classes: 10),
    SoftmaxCrossEntropy(outputs: 1000, labelSmoothing: 0.1),
    SoftmaxCrossEntropy(outputs: 37, classes: 20, labelSmoothing: 0.2),
  ])
  func agreesWithTheReference(_ loss: SoftmaxCrossEntropy) {
    let rows = 33
    let logits = randomBuffer(rows * loss.outputs, layer: 1)
    for i in 0..<logits.count { logits.pointer[i] *= 10 }
    let labels = (0..<rows).map { Int32($0 * 7 % loss.classes) }
    let losses = spoiledBuffer(rows)
    let wantedLosses = spoiledBuffer(rows)
    let gradient = spoiledBuffer(logits.count)
    let wantedGradient = spoiledBuffer(logits.count)
    let wanted = Reference.softmaxCrossEntropy(
      loss, rows: rows, logits: logits.pointer, labels: labels, losses: wantedLosses.pointer,
      gradient: wantedGradient.pointer)
    let found = loss.evaluate(
      rows: rows, logits: logits.pointer, labels: labels, losses: losses.pointer,
      gradient: gradient.pointer, pool: pool)
    #expect(found == wanted)
    expectClose(losses, wantedLosses, tolerance: 2e-6)
    expectClose(gradient, wantedGradient, tolerance: 2e-6)
    let withoutGradient = spoiledBuffer(rows)
    _ = loss.evaluate(
      rows: rows, logits: logits.pointer, labels: labels, losses: withoutGradient.pointer,
      gradient: nil, pool: pool)
    expectSameBits(withoutGradient, losses)
  }

  @Test func countsTiesLikeKeras() {
    let loss = SoftmaxCrossEntropy(outputs: 7)
    let logits = FloatBuffer([
      1, 1, 0, 0, 0, 0, 0,
      1, 1, 0, 0, 0, 0, 0,
      1, 2, 3, 4, 5, 6, 7,
      1, 2, 3, 4, 5, 6, 7,
      .nan, 2, 3, 4, 5, 6, 7,
    ])
    let labels: [Int32] = [0, 1, 2, 1, 6]
    let losses = FloatBuffer(count: 5)
    let counts = loss.evaluate(
      rows: 5, logits: logits.pointer, labels: labels, losses: losses.pointer, gradient: nil,
      pool: pool)
    #expect(counts == ClassificationCounts(correct: 1, topFive: 3))
    #expect(losses.pointer[4].isNaN)
  }

  @Test(arguments: [
    BinaryCrossEntropy(outputs: 1), BinaryCrossEntropy(outputs: 1, labelSmoothing: 0.3),
    BinaryCrossEntropy(outputs: 7),
    BinaryCrossEntropy(outputs: 16, classes: 10, labelSmoothing: 0.1),
  ])
  func binaryAgreesWithTheReference(_ loss: BinaryCrossEntropy) {
    let rows = 33
    let logits = randomBuffer(rows * loss.outputs, layer: 1)
    for i in 0..<logits.count { logits.pointer[i] *= 10 }
    let labels = (0..<rows).map { Int32($0 * 7 % loss.classes) }
    let losses = spoiledBuffer(rows)
    let wantedLosses = spoiledBuffer(rows)
    let gradient = spoiledBuffer(logits.count)
    let wantedGradient = spoiledBuffer(logits.count)
    let wanted = Reference.binaryCrossEntropy(
      loss, rows: rows, logits: logits.pointer, labels: labels, losses: wantedLosses.pointer,
      gradient: wantedGradient.pointer)
    let found = loss.evaluate(
      rows: rows, logits: logits.pointer, labels: labels, losses: losses.pointer,
      gradient: gradient.pointer, pool: pool)
    #expect(found == wanted)
    expectClose(losses, wantedLosses, tolerance: 2e-6)
    expectClose(gradient, wantedGradient, tolerance: 2e-6)
    let withoutGradient = spoiledBuffer(rows)
    _ = loss.evaluate(
      rows: rows, logits: logits.pointer, labels: labels, losses: withoutGradient.pointer,
      gradient: nil, pool: pool)
    expectSameBits(withoutGradient, losses)
    // Where the logits' memory is the gradient's.
    let counts = loss.evaluate(
      rows: rows, logits: logits.pointer, labels: labels, losses: losses.pointer,
      gradient: logits.pointer, pool: pool)
    #expect(counts == wanted)
    expectSameBits(logits, gradient)
  }

  /// Logits that no exponential in single precision survives.
  @Test func binaryLossOfLargeLogitsIsFinite() {
    let loss = BinaryCrossEntropy(outputs: 1)
    let logits = FloatBuffer([1000, -1000, 1000, -1000, .nan])
    let losses = FloatBuffer(count: 5)
    let gradient = FloatBuffer(count: 5)
    let counts = loss.evaluate(
      rows: 5, logits: logits.pointer, labels: [1, 0, 0, 1, 1], losses: losses.pointer,
      gradient: gradient.pointer, pool: pool)
    #expect(Array(losses.values[..<4]) == [0, 0, 1000, 1000])
    #expect(Array(gradient.values[..<4]) == [0, 0, 0.2, -0.2])
    #expect(losses.values[4].isNaN)
    #expect(counts == ClassificationCounts(correct: 2, topFive: 4))
  }
}
