import Kernels
import Testing

struct RandomTests {
  private let pool = WorkerPool(threads: 2)

  @Test func uniformStaysInsideAndIsEven() {
    let random = RandomStream(seed: 1, purpose: .initialization)
    let values = spoiledBuffer(100_000)
    random.fillUniform(count: 100_000, values: values.pointer, lower: -2, upper: 3, pool: pool)
    #expect(values.values.allSatisfy { $0 >= -2 && $0 < 3 })
    let mean = values.values.reduce(0, +) / 100_000
    #expect(abs(mean - 0.5) < 0.02)
  }

  /// Side by side they are what they are one by one, at a seed, a step and a layer with all their bits.
  @Test(arguments: [0, 0xFFFF_FFFF_FFFF_FFFF, 0x0123_4567_89AB_CDEF] as [UInt64])
  func vectorsHaveTheNumbersOfTheirElements(seed: UInt64) {
    let random = RandomStream(
      seed: seed, purpose: .dropout, step: 0xFFFF_FFFE, layer: RandomStream.hash("dense"))
    let count = 10_007
    let values = spoiledBuffer(count)
    random.fillUniform(count: count, values: values.pointer, lower: 0, upper: 1, pool: pool)
    #expect((0..<count).allSatisfy { values.pointer[$0] == random.uniform(UInt64($0)) })
  }

  @Test func truncatedNormalHasItsMoments() {
    let random = RandomStream(seed: 2, purpose: .initialization)
    let values = spoiledBuffer(100_000)
    random.fillTruncatedNormal(
      count: 100_000, values: values.pointer, mean: 1, deviation: 0.5, pool: pool)
    #expect(values.values.allSatisfy { abs($0 - 1) <= 1 })
    let mean = values.values.reduce(0.0) { $0 + Double($1) } / 100_000
    let variance = values.values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    #expect(abs(mean - 1) < 0.01)
    // The deviation of a normal distribution cut off at two.
    #expect(abs((variance / 100_000).squareRoot() / 0.5 - 0.8796) < 0.01)
  }
}
