import Testing

@testable import Kernels

/// Each lane is one random problem, held against the sums that the transforms stand for.
struct WinogradTransformTests {
  private typealias Lanes = SIMD16<Float>

  private func draw(_ count: Int, layer: UInt32) -> [Lanes] {
    let random = RandomStream(seed: 3, purpose: .test, layer: layer)
    return (0..<count).map { row in
      var value = Lanes.zero
      for lane in 0..<16 { value[lane] = random.uniform(UInt64(row * 16 + lane)) - 0.5 }
      return value
    }
  }

  private func six(_ d: [Lanes]) -> WinogradTransform.Six { (d[0], d[1], d[2], d[3], d[4], d[5]) }

  private func list(_ s: WinogradTransform.Six) -> [Lanes] { [s.0, s.1, s.2, s.3, s.4, s.5] }

  private func expectNear(_ found: Lanes, _ expected: Lanes) {
    for lane in 0..<16 { #expect(abs(found[lane] - expected[lane]) < 2e-6) }
  }

  @Test func sixProductsGiveFourOutputs() {
    let d = draw(6, layer: 1)
    let g = draw(3, layer: 2)
    let products = zip(
      list(WinogradTransform.input(six(d))),
      list(WinogradTransform.weights((g[0], g[1], g[2])))
    ).map { $0 * $1 }
    let y = WinogradTransform.output(six(products))
    for (index, found) in [y.0, y.1, y.2, y.3].enumerated() {
      expectNear(found, d[index] * g[0] + d[index + 1] * g[1] + d[index + 2] * g[2])
    }
  }

  @Test func sixProductsGiveTheGradientsOfThreeTaps() {
    let d = draw(6, layer: 3)
    let y = draw(4, layer: 4)
    let products = zip(
      list(WinogradTransform.input(six(d))),
      list(WinogradTransform.outputGradient((y[0], y[1], y[2], y[3])))
    ).map { $0 * $1 }
    let g = WinogradTransform.weightGradient(six(products))
    for (tap, found) in [g.0, g.1, g.2].enumerated() {
      var expected = Lanes.zero
      for index in 0..<4 { expected += d[tap + index] * y[index] }
      expectNear(found, expected)
    }
  }
}
