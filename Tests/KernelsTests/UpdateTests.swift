import Testing

@testable import Kernels

/// The fast updates against the obvious ones, over lengths with and without tails and tiles.
struct UpdateTests {
  private static let counts = [1, 15, 16, 17, 100, 16_384, 40_000]

  private func values(_ count: Int, layer: UInt32, positive: Bool = false) -> FloatBuffer {
    let random = RandomStream(seed: 7, purpose: .test, layer: layer)
    return FloatBuffer(
      (0..<count).map { random.uniform(UInt64($0)) - (positive ? -0.01 : 0.5) })
  }

  private func copy(_ buffer: FloatBuffer) -> FloatBuffer { FloatBuffer(buffer.values) }

  private func expectNear(
    _ found: FloatBuffer, _ expected: FloatBuffer, _ place: SourceLocation = #_sourceLocation
  ) {
    let worst = zip(found.values, expected.values).map { abs($0 - $1) }.max() ?? 0
    #expect(worst < 2e-6, sourceLocation: place)
  }

  /// Runs a fast update and its reference on the same numbers, and compares all that they leave.
  private func compare(
    _ count: Int, place: SourceLocation = #_sourceLocation,
    fast: (Update.Target, FloatBuffer, FloatBuffer, WorkerPool) -> Update.Squares,
    reference: (Update.Target, FloatBuffer, FloatBuffer) -> Void
  ) {
    let weights = values(count, layer: 1)
    let gradient = values(count, layer: 2)
    let first = values(count, layer: 3, positive: true)
    let second = values(count, layer: 4, positive: true)
    func target(_ weights: FloatBuffer) -> Update.Target {
      Update.Target(
        count: count, weights: weights.pointer, gradient: gradient.pointer, rate: 0.05,
        weightDecay: 0.1)
    }
    let slow = (weights: copy(weights), first: copy(first), second: copy(second))
    reference(target(slow.weights), slow.first, slow.second)

    var bits: [[Float]] = []
    for threads in [1, 2] {
      let quick = (weights: copy(weights), first: copy(first), second: copy(second))
      let squares = fast(
        target(quick.weights), quick.first, quick.second, WorkerPool(threads: threads))
      expectNear(quick.weights, slow.weights, place)
      expectNear(quick.first, slow.first, place)
      expectNear(quick.second, slow.second, place)
      bits.append(quick.weights.values)
      let change = zip(quick.weights.values, weights.values).map { Double($0 - $1) }
      expectSum(squares.gradient, gradient.values.map(Double.init), place)
      expectSum(squares.weights, quick.weights.values.map(Double.init), place)
      expectSum(squares.change, change, place)
    }
    #expect(bits[0] == bits[1], sourceLocation: place)
  }

  private func expectSum(_ found: Double, _ values: [Double], _ place: SourceLocation) {
    let expected = values.reduce(0) { $0 + $1 * $1 }
    #expect(abs(found - expected) <= 1e-4 * expected + 1e-12, sourceLocation: place)
  }

  @Test(arguments: counts, [false, true]) func sgdMatchesReference(count: Int, nesterov: Bool) {
    compare(count) { target, first, _, pool in
      Update.sgd(target, velocity: first.pointer, momentum: 0.9, nesterov: nesterov, pool: pool)
    } reference: { target, first, _ in
      Reference.sgd(target, velocity: first.pointer, momentum: 0.9, nesterov: nesterov)
    }
  }

  @Test(arguments: counts) func plainSGDMatchesReference(count: Int) {
    compare(count) { target, _, _, pool in
      Update.sgd(target, velocity: nil, momentum: 0.9, nesterov: true, pool: pool)
    } reference: { target, _, _ in
      Reference.sgd(target, velocity: nil, momentum: 0.9, nesterov: true)
    }
  }

  @Test(arguments: counts, [false, true]) func rmspropMatchesReference(
    count: Int, hasVelocity: Bool
  ) {
    compare(count) { target, first, second, pool in
      Update.rmsprop(
        target, average: first.pointer, velocity: hasVelocity ? second.pointer : nil, rho: 0.9,
        momentum: 0.8, epsilon: 1e-7, pool: pool)
    } reference: { target, first, second in
      Reference.rmsprop(
        target, average: first.pointer, velocity: hasVelocity ? second.pointer : nil, rho: 0.9,
        momentum: 0.8, epsilon: 1e-7)
    }
  }

  @Test(arguments: counts) func adagradMatchesReference(count: Int) {
    compare(count) { target, first, _, pool in
      Update.adagrad(target, accumulator: first.pointer, epsilon: 1e-7, pool: pool)
    } reference: { target, first, _ in
      Reference.adagrad(target, accumulator: first.pointer, epsilon: 1e-7)
    }
  }

  @Test(arguments: counts) func adadeltaMatchesReference(count: Int) {
    compare(count) { target, first, second, pool in
      Update.adadelta(
        target, gradientAverage: first.pointer, updateAverage: second.pointer, rho: 0.95,
        epsilon: 1e-7, pool: pool)
    } reference: { target, first, second in
      Reference.adadelta(
        target, gradientAverage: first.pointer, updateAverage: second.pointer, rho: 0.95,
        epsilon: 1e-7)
    }
  }

  @Test(arguments: counts) func adamMatchesReference(count: Int) {
    compare(count) { target, first, second, pool in
      Update.adam(
        target, mean: first.pointer, variance: second.pointer, step: 3, beta1: 0.9, beta2: 0.999,
        epsilon: 1e-7, pool: pool)
    } reference: { target, first, second in
      Reference.adam(
        target, mean: first.pointer, variance: second.pointer, step: 3, beta1: 0.9, beta2: 0.999,
        epsilon: 1e-7)
    }
  }

  @Test(arguments: [(1, 1), (9, 16), (300, 5), (1_000, 130), (64, 64)])
  func maxNormMatchesReferenceAndLeavesUnitsBelowAlone(rows: Int, units: Int) {
    let weights = values(rows * units, layer: 5)
    for unit in stride(from: 0, to: units, by: 3) {
      for row in 0..<rows { weights.pointer[row * units + unit] *= 0.001 }
    }
    let slow = copy(weights)
    let quick = copy(weights)
    let expected = Reference.maxNorm(rows: rows, units: units, weights: slow.pointer, limit: 0.3)
    let found = Update.maxNorm(
      rows: rows, units: units, weights: quick.pointer, limit: 0.3, pool: WorkerPool(threads: 2))
    #expect(found == expected)
    expectNear(quick, slow)
    for unit in stride(from: 0, to: units, by: 3) {
      for row in 0..<rows {
        let i = row * units + unit
        #expect(quick.pointer[i] == weights.pointer[i])
      }
    }
  }

  @Test(arguments: counts, [(0.01, 0.0), (0.0, 0.02), (0.03, 0.01)] as [(Float, Float)])
  func normPenaltyMatchesReference(count: Int, factors: (Float, Float)) {
    let penalty = NormPenalty(l1: factors.0, l2: factors.1)
    let pool = WorkerPool(threads: 2)
    let weights = values(count, layer: 6)
    weights.pointer[0] = 0
    let quick = values(count, layer: 7)
    let slow = copy(quick)
    let expected = Reference.normPenalty(
      penalty, count: count, weights: weights.pointer, gradient: slow.pointer)
    penalty.addGradient(count: count, weights: weights.pointer, to: quick.pointer, pool: pool)
    expectNear(quick, slow)
    let found = penalty.value(count: count, weights: weights.pointer, pool: pool)
    #expect(abs(found - expected) <= 1e-6 * max(expected, 1))
  }
}
