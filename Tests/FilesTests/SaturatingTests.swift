import Files
import Testing

/// Numbers that no `Int` holds reach the screen: a rate of no time, a loss that has run away.
struct SaturatingTests {
  @Test(arguments: [
    (Double.nan, 0), (.infinity, Int.max), (-.infinity, .min), (1e300, .max), (-1e300, .min),
    (9.3e18, .max), (-0.9, 0), (2.9, 2), (-2.9, -2), (.leastNonzeroMagnitude, 0),
  ])
  func anyNumberHasANearestInt(value: Double, whole: Int) {
    #expect(Int(saturating: value) == whole)
  }

  @Test func singlePrecisionToo() {
    #expect(Int(saturating: Float.nan) == 0)
    #expect(Int(saturating: Float.greatestFiniteMagnitude) == .max)
  }
}
