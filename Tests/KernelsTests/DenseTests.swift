import Kernels
import Testing

struct DenseTests {
  static let sizes = [(1, 7, 5), (3, 300, 64), (33, 130, 70), (200, 65, 17), (30, 513, 160)]

  @Test(arguments: sizes)
  func agreesWithTheReference(_ rows: Int, _ inputs: Int, _ outputs: Int) {
    let dense = DenseKernel(
      rows: rows, inputs: inputs, outputs: outputs, pool: WorkerPool(threads: 2))
    let input = randomBuffer(rows * inputs, layer: 1)
    let weights = randomBuffer(inputs * outputs, layer: 2)
    let bias = randomBuffer(outputs, layer: 3)
    let gradient = randomBuffer(rows * outputs, layer: 4)
    for activation in [Activation.relu, .tanh] {
      let found = spoiledBuffer(rows * outputs)
      let wanted = spoiledBuffer(rows * outputs)
      dense.forward(
        input: input.pointer, weights: weights.pointer, bias: bias.pointer,
        activation: activation, output: found.pointer)
      Reference.dense(
        rows: rows, inputs: inputs, outputs: outputs, input: input.pointer,
        weights: weights.pointer, bias: bias.pointer, activation: activation,
        output: wanted.pointer)
      expectClose(found, wanted, "forward, \(activation)")
    }
    let found = spoiledBuffer(rows * inputs)
    let wanted = spoiledBuffer(rows * inputs)
    dense.inputGradient(
      outputGradient: gradient.pointer, weights: weights.pointer, inputGradient: found.pointer)
    Reference.denseInputGradient(
      rows: rows, inputs: inputs, outputs: outputs, outputGradient: gradient.pointer,
      weights: weights.pointer, inputGradient: wanted.pointer)
    expectClose(found, wanted, "input gradient")
    let foundWeights = spoiledBuffer(inputs * outputs)
    let wantedWeights = spoiledBuffer(inputs * outputs)
    dense.weightGradient(
      input: input.pointer, outputGradient: gradient.pointer,
      weightGradient: foundWeights.pointer)
    Reference.denseWeightGradient(
      rows: rows, inputs: inputs, outputs: outputs, input: input.pointer,
      outputGradient: gradient.pointer, weightGradient: wantedWeights.pointer)
    expectClose(foundWeights, wantedWeights, "weight gradient")
  }

  /// Few rows read the weights where they lie, many pack them: the bits must not show it.
  @Test(arguments: sizes)
  func aRowIsTheSameBitsAloneAndInABatch(_ rows: Int, _ inputs: Int, _ outputs: Int) {
    let pool = WorkerPool(threads: 2)
    let input = randomBuffer(rows * inputs, layer: 1)
    let weights = randomBuffer(inputs * outputs, layer: 2)
    let together = spoiledBuffer(rows * outputs)
    let alone = spoiledBuffer(rows * outputs)
    DenseKernel(rows: rows, inputs: inputs, outputs: outputs, pool: pool).forward(
      input: input.pointer, weights: weights.pointer, output: together.pointer)
    let one = DenseKernel(rows: 1, inputs: inputs, outputs: outputs, pool: pool)
    for row in 0..<rows {
      one.forward(
        input: input.pointer + row * inputs, weights: weights.pointer,
        output: alone.pointer + row * outputs)
    }
    expectSameBits(alone, together)
  }
}
