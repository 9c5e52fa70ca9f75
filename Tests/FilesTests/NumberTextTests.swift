import Testing

@testable import Files

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0, "0 bytes"), (999, "999 bytes"), (1000, "1 KB"), (1_549, "1.5 KB"), (25_100_000, "25.1 MB"),
    (1_500_000_000, "1.5 GB"), (Int.max, "9.2 EB"),
  ])
  func sizesAreInUnitsOfAThousand(bytes: Int, text: String) {
    #expect(NumberText.size(bytes) == text)
  }

  @Test(arguments: [
    (0.0, "0"), (1, "1"), (-2, "-2"), (0.003921568, "0.00392"), (0.0039, "0.0039"),
    (-1.0042, "-1"), (255, "255"), (12.345, "12.3"), (0.99951, "1"), (1.6e-5, "1.6e-5"),
    (1234, "1.23e3"), (.infinity, "inf"), (.nan, "NaN"),
  ])
  func significantDigitsAreNoMoreThanAskedFor(value: Double, text: String) {
    #expect(NumberText.significant(value, digits: 3) == text)
  }

  @Test(arguments: [
    (0.0, "0"), (1e-3, "1e-3"), (3e-4, "3e-4"), (0.05, "0.05"), (12, "12"), (0.5, "0.5"),
    (9999.6, "10000"), (1e6, "1e6"), (-3e-4, "-3e-4"), (1e-300, "1e-300"), (.nan, "NaN"),
  ])
  func aRateIsAsShortAsItCanBeSaid(value: Double, text: String) {
    #expect(NumberText.short(value) == text)
  }

  @Test(arguments: [
    (1.0, 4, "1.0000"), (-0.00001, 2, "0.00"), (2.0 / 3, 3, "0.667"), (1e15, 0, "1000000000000000"),
    (1e17, 2, "1.0e17"), (.infinity, 1, "inf"),
  ])
  func fixedDigitsNeverTrap(value: Double, digits: Int, text: String) {
    #expect(NumberText.fixed(value, digits: digits) == text)
  }

  @Test(arguments: [
    (0.0, "0:00"), (21, "0:21"), (725, "12:05"), (10_961, "3:02:41"), (352_800, "4 d 02 h"),
    (-1, "?"), (.nan, "?"), (1e300, "?"),
  ])
  func durationsReadAsAClock(seconds: Double, text: String) {
    #expect(NumberText.duration(seconds) == text)
  }

  @Test func countsAreGroupedByThousands() {
    #expect(NumberText.count(17_056) == "17 056")
    #expect(NumberText.count(-1_234_567) == "-1 234 567")
    #expect(NumberText.count(Int.min) == "-9 223 372 036 854 775 808")
    #expect(NumberText.count(17_056_000, width: 5) == "17.1M")
  }
}
