import Foundation
import Kernels
import Testing

struct ElementwiseTests {
  static let counts = [1, 15, 16, 33, 100, 16_384, 40_001]
  private let pool = WorkerPool(threads: 2)

  static let activations: [Activation] = [
    .linear, .relu, .relu6, .leakyReLU(slope: 0.2), .leakyReLU(slope: -0.1), .elu(alpha: 1.3),
    .elu(alpha: -0.5), .sigmoid, .tanh, .swish, .hardSwish,
    .hardSigmoid(slope: 1 / 6, offset: 0.5), .hardSigmoid(slope: 0.2, offset: 0.5),
    .clip(lower: -1, upper: 1), .clip(lower: 0, upper: .infinity),
    .boundedReLU(slope: 0.1, threshold: 0.5, limit: 1.5),
    .boundedReLU(slope: 0, threshold: 0, limit: 2), .selu, .celu(alpha: 0.7),
    .celu(alpha: -0.6), .gelu(isApproximate: false), .gelu(isApproximate: true), .mish, .softplus,
    .logSigmoid, .softsign, .exponential, .squareplus(b: 4), .tanhShrink, .hardShrink(bound: 0.5),
    .softShrink(bound: 0.5), .threshold(0.2, value: -0.3), .sparsePlus,
    .absolute, .power(exponent: 2), .power(exponent: 3, scale: -0.1, shift: 0.5),
    .power(exponent: 0.5, scale: 0.2, shift: 3), .power(exponent: -0.5, scale: 0.2, shift: 3),
    .power(exponent: 1.7, scale: -0.2, shift: 3), .power(exponent: -1, scale: 0.2, shift: 3),
  ]

  @Test(arguments: activations)
  func activationsAgreeWithTheReference(_ activation: Activation) {
    // By their formulas these subtract what is nearly equal: far below 0, or around it.
    let subtracts = [.gelu(isApproximate: false), .squareplus(b: 4), .tanhShrink]
      .contains(activation)
    let floor = subtracts ? 1 : 1e-2
    for count in Self.counts {
      let input = randomBuffer(count, layer: 1)
      for i in 0..<count { input.pointer[i] *= 9 }
      let gradient = randomBuffer(count, layer: 2)
      let output = spoiledBuffer(count)
      let found = spoiledBuffer(count)
      activation.forward(
        count: count, input: input.pointer, output: output.pointer, pool: pool)
      let source = activation.gradientSource == .output ? output : input
      activation.backward(
        count: count, source: source.pointer, outputGradient: gradient.pointer,
        inputGradient: found.pointer, pool: pool)
      let isClose = (0..<count).allSatisfy { i in
        let x = Double(input.pointer[i])
        let y = Reference.activation(activation, x)
        let from = activation.gradientSource == .output ? Double(output.pointer[i]) : x
        let slope = Reference.activationSlope(activation, from: from)
        return abs(Double(output.pointer[i]) - y) <= 2e-6 * max(abs(y), floor)
          && abs(Double(found.pointer[i]) - slope * Double(gradient.pointer[i]))
            <= 2e-6 * max(abs(slope), 1)
      }
      #expect(isClose, "\(count) values")
    }
  }

  @Test(arguments: activations)
  func slopesAreThoseOfTheActivation(_ activation: Activation) {
    for x in [-4.0, -2.9, -1.5, -0.3, 0.4, 1.7, 2.6, 3.5, 7.0] {
      let step = 1e-5
      let difference =
        (Reference.activation(activation, x + step) - Reference.activation(activation, x - step))
        / (2 * step)
      let y = Reference.activation(activation, x)
      let source = activation.gradientSource == .output ? y : x
      let slope = Reference.activationSlope(activation, from: source)
      #expect(abs(slope - difference) < 1e-6)
    }
  }

  @Test func powersFollowTheirDefinitionAtTheEnds() {
    func powers(_ exponent: Float) -> [Float] {
      let input = FloatBuffer([0, .infinity, -.infinity, -2, 1, 100])
      let output = FloatBuffer(count: 6)
      Activation.power(exponent: exponent)
        .forward(count: 6, input: input.pointer, output: output.pointer, pool: pool)
      return output.values
    }
    let bases: [Double] = [0, .infinity, -.infinity, -2, 1, 100]
    for exponent: Float in [-2, -0.7, 0.3, 1.7, 3, 70, 71, 2.5] {
      for (found, x) in zip(powers(exponent), bases) {
        let wanted = Float(pow(x, Double(exponent)) as Double)
        // Beyond 2.2e38 the exponential stays there; of −∞ whole powers only.
        if x == -.infinity, exponent.rounded() != exponent { continue }
        if wanted.isInfinite, x.isFinite, x != 0 { continue }
        let isSame = found == wanted || found.isNaN && wanted.isNaN
        #expect(isSame || abs(found - wanted) <= 2e-5 * abs(wanted), "\(x) ^ \(exponent): \(found)")
      }
    }
  }

  @Test func activationsKeepNaN() {
    let input = FloatBuffer([.nan, 1, .nan])
    for activation in Self.activations {
      let output = FloatBuffer(count: 3)
      activation.forward(count: 3, input: input.pointer, output: output.pointer, pool: pool)
      #expect(output.pointer[0].isNaN && !output.pointer[1].isNaN && output.pointer[2].isNaN)
    }
  }

  @Test func farValuesSaturate() {
    let input = FloatBuffer([-1000, 1000, -.infinity, .infinity])
    let output = FloatBuffer(count: 4)
    Activation.sigmoid.forward(
      count: 4, input: input.pointer, output: output.pointer, pool: pool)
    #expect(output.pointer[0] < 1e-37 && output.pointer[1] == 1 && output.pointer[3] == 1)
    Activation.tanh.forward(count: 4, input: input.pointer, output: output.pointer, pool: pool)
    #expect(output.values == [-1, 1, -1, 1])
  }

  @Test(arguments: [(1, 1), (3, 5), (7, 16), (5, 1000), (40, 37)])
  func softmaxAgreesWithTheReference(_ rows: Int, _ columns: Int) {
    let input = randomBuffer(rows * columns, layer: 1)
    for i in 0..<input.count { input.pointer[i] *= 20 }
    let gradient = randomBuffer(rows * columns, layer: 2)
    let output = spoiledBuffer(rows * columns)
    let wanted = spoiledBuffer(rows * columns)
    SoftmaxKernel.forward(
      rows: rows, columns: columns, input: input.pointer, output: output.pointer, pool: pool)
    Reference.softmax(
      rows: rows, columns: columns, input: input.pointer, output: wanted.pointer)
    expectClose(output, wanted, tolerance: 2e-6)
    let found = spoiledBuffer(rows * columns)
    SoftmaxKernel.backward(
      rows: rows, columns: columns, output: output.pointer, outputGradient: gradient.pointer,
      inputGradient: found.pointer, pool: pool)
    Reference.softmaxGradient(
      rows: rows, columns: columns, output: output.pointer, outputGradient: gradient.pointer,
      inputGradient: wanted.pointer)
    expectClose(found, wanted, tolerance: 2e-6)
  }

  @Test(arguments: counts)
  func sumsAndProducts(_ count: Int) {
    let a = randomBuffer(count, layer: 1)
    let b = randomBuffer(count, layer: 2)
    let c = randomBuffer(count, layer: 3)
    let output = spoiledBuffer(count)
    Elementwise.add(
      count: count, inputs: [UnsafePointer(a.pointer), UnsafePointer(b.pointer)],
      activation: .relu, output: output.pointer, pool: pool)
    #expect(output.values == zip(a.values, b.values).map { max($0 + $1, 0) })
    Elementwise.add(
      count: count,
      inputs: [UnsafePointer(a.pointer), UnsafePointer(b.pointer), UnsafePointer(c.pointer)],
      output: output.pointer, pool: pool)
    #expect(output.values == (0..<count).map { a.pointer[$0] + b.pointer[$0] + c.pointer[$0] })
    Elementwise.multiply(
      count: count, a.pointer, b.pointer, output: output.pointer, pool: pool)
    #expect(output.values == zip(a.values, b.values).map { $0 * $1 })
    Elementwise.accumulate(count: count, input: a.pointer, into: output.pointer, pool: pool)
    #expect(output.values == zip(a.values, b.values).map { $0 * $1 + $0 })
    Elementwise.scale(count: count, values: output.pointer, by: 0.5, pool: pool)
    #expect(output.values == zip(a.values, b.values).map { ($0 * $1 + $0) * 0.5 })
    Elementwise.copy(count: count, input: c.pointer, output: output.pointer, pool: pool)
    #expect(output.values == c.values)
    Elementwise.fill(count: count, values: output.pointer, with: 3, pool: pool)
    #expect(output.values.allSatisfy { $0 == 3 })
  }

  @Test(arguments: [(2, 9, 5), (1, 40, 24), (3, 300, 96)])
  func channelScalingAgreesWithTheReference(_ batch: Int, _ positions: Int, _ channels: Int) {
    let count = batch * positions * channels
    let input = randomBuffer(count, layer: 1)
    let factors = randomBuffer(batch * channels, layer: 2)
    let gradient = randomBuffer(count, layer: 3)
    let output = spoiledBuffer(count)
    let wanted = spoiledBuffer(count)
    ChannelScaling.forward(
      batch: batch, positions: positions, channels: channels, input: input.pointer,
      factors: factors.pointer, output: output.pointer, pool: pool)
    Reference.channelScaling(
      batch: batch, positions: positions, channels: channels, input: input.pointer,
      factors: factors.pointer, output: wanted.pointer)
    expectSameBits(output, wanted)
    let found = spoiledBuffer(batch * channels)
    let expected = spoiledBuffer(batch * channels)
    ChannelScaling.factorsGradient(
      batch: batch, positions: positions, channels: channels, input: input.pointer,
      outputGradient: gradient.pointer, factorsGradient: found.pointer, pool: pool)
    Reference.channelScalingFactorsGradient(
      batch: batch, positions: positions, channels: channels, input: input.pointer,
      outputGradient: gradient.pointer, factorsGradient: expected.pointer)
    expectClose(found, expected)
  }

  @Test func concatenationIsUndoneBySplitting() {
    let channels = [3, 17, 32, 1]
    let rows = 700
    let parts = channels.enumerated().map {
      randomBuffer(rows * $0.element, layer: UInt32($0.offset))
    }
    let joined = spoiledBuffer(rows * channels.reduce(0, +))
    Concatenation.join(
      rows: rows, inputs: parts.map { UnsafePointer($0.pointer) }, channels: channels,
      output: joined.pointer, pool: pool)
    #expect(joined.pointer[53 + 3] == parts[1].pointer[17])
    #expect(joined.pointer[53 + 52] == parts[3].pointer[1])
    let back = channels.map { spoiledBuffer(rows * $0) }
    Concatenation.split(
      rows: rows, input: joined.pointer, channels: channels,
      outputs: [back[0].pointer, back[1].pointer, nil, back[3].pointer], pool: pool)
    for index in [0, 1, 3] { #expect(back[index].values == parts[index].values) }
  }

  @Test func zeroPaddingIsUndoneByItsGradient() {
    let padding = Padding(top: 1, bottom: 0, left: 2, right: 3)
    let input = randomBuffer(2 * 3 * 4 * 5, layer: 1)
    let output = spoiledBuffer(2 * 4 * 9 * 5)
    ZeroPadding.forward(
      batch: 2, height: 3, width: 4, channels: 5, padding: padding, input: input.pointer,
      output: output.pointer, pool: pool)
    #expect(output.values[0..<45].allSatisfy { $0 == 0 })
    #expect(output.values[45..<55].allSatisfy { $0 == 0 })
    #expect(Array(output.values[55..<75]) == Array(input.values[0..<20]))
    #expect(output.values.reduce(0) { $0 + ($1 == 0 ? 0 : 1) } == input.count)
    let back = spoiledBuffer(input.count)
    ZeroPadding.backward(
      batch: 2, height: 3, width: 4, channels: 5, padding: padding,
      outputGradient: output.pointer, inputGradient: back.pointer, pool: pool)
    #expect(back.values == input.values)
  }

  @Test(arguments: counts)
  func dropoutDrawsElementByElement(_ count: Int) {
    let random = RandomStream(seed: 5, purpose: .dropout, step: 1 << 33, layer: 9)
    let input = randomBuffer(count, layer: 1)
    for rate in [Float(0), 0.25, 0.5, 0.9, 1] {
      let found = spoiledBuffer(count)
      let wanted = spoiledBuffer(count)
      DropoutKernel.forward(
        count: count, rate: rate, random: random, input: input.pointer, output: found.pointer,
        pool: pool)
      Reference.dropout(
        count: count, rate: rate, random: random, input: input.pointer, output: wanted.pointer)
      expectSameBits(found, wanted, "rate \(rate)")
    }
  }

  @Test(arguments: [(1, 1), (70, 5), (3000, 24), (9, 1001), (20_000, 16)])
  func rowsAreSummed(_ rows: Int, _ columns: Int) {
    let input = randomBuffer(rows * columns, layer: 1)
    let found = spoiledBuffer(columns)
    let wanted = spoiledBuffer(columns)
    Reduction.sumRows(
      rows: rows, columns: columns, input: input.pointer, output: found.pointer, pool: pool)
    Reference.sumRows(
      rows: rows, columns: columns, input: input.pointer, output: wanted.pointer)
    expectClose(found, wanted, tolerance: 2e-5)
    let one = spoiledBuffer(columns)
    Reduction.sumRows(
      rows: rows, columns: columns, input: input.pointer, output: one.pointer,
      pool: WorkerPool(threads: 1))
    expectSameBits(found, one)
  }

  @Test(arguments: counts)
  func squaresAndFiniteness(_ count: Int) {
    let values = randomBuffer(count, layer: 1)
    let wanted = values.values.reduce(0.0) { $0 + Double($1) * Double($1) }
    let found = Reduction.sumOfSquares(count: count, values: values.pointer, pool: pool)
    #expect(abs(found - wanted) <= 1e-5 * wanted)
    #expect(Reduction.isFinite(count: count, values: values.pointer, pool: pool))
    for bad in [Float.nan, .infinity, -.infinity] {
      values.pointer[count - 1] = bad
      #expect(!Reduction.isFinite(count: count, values: values.pointer, pool: pool))
    }
  }
}
