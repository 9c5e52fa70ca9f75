import Kernels
import Testing

/// Numbers uniform in −1...1, the same for the same `layer`.
func randomBuffer(_ count: Int, layer: UInt32) -> FloatBuffer {
  let random = RandomStream(seed: 11, purpose: .test, layer: layer)
  return FloatBuffer((0..<count).map { random.uniform(UInt64($0)) * 2 - 1 })
}

/// Memory that a kernel must overwrite: reading or adding to it shows.
func spoiledBuffer(_ count: Int) -> FloatBuffer {
  FloatBuffer([Float](repeating: .nan, count: count))
}

/// Whether two arrays agree within `tolerance` of the largest expected value.
func expectClose(
  _ found: FloatBuffer, _ expected: FloatBuffer, tolerance: Float = 1e-5, _ comment: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let scale = max(expected.values.map(abs).max() ?? 0, 1e-3)
  var worst: (index: Int, error: Float) = (0, 0)
  for i in 0..<expected.count {
    let error = abs(found.pointer[i] - expected.pointer[i]) / scale
    if error > worst.error || error.isNaN { worst = (i, error) }
    if error.isNaN { break }
  }
  #expect(
    worst.error <= tolerance,
    "\(comment) at \(worst.index): \(found.pointer[worst.index]), not \(expected.pointer[worst.index])",
    sourceLocation: sourceLocation)
}

/// Whether two arrays hold the same bits.
func expectSameBits(
  _ found: FloatBuffer, _ expected: FloatBuffer, _ comment: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let same = zip(found.values, expected.values).allSatisfy { $0.bitPattern == $1.bitPattern }
  #expect(same && found.count == expected.count, "\(comment)", sourceLocation: sourceLocation)
}
