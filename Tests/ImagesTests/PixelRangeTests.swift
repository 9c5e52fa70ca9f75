import Testing

@testable import Images

@Suite struct PixelRangeTests {
  @Test(arguments: PixelRange.allCases) func levelsGoFromBlackToWhite(range: PixelRange) {
    let levels = range.levels
    #expect(levels.count == 256)
    #expect(levels[0] == range.lowest && levels[255] == range.highest)
    #expect(zip(levels, levels.dropFirst()).allSatisfy { $0 < $1 })
  }

  /// NumPy's, in single precision: `x / 255`, `x` and `x / 127.5 - 1`.
  @Test func levelsAreThoseOfNumPy() {
    #expect(PixelRange.unit.levels[77] == 0.301_960_8)
    #expect(PixelRange.bytes.levels[77] == 77)
    #expect(PixelRange.symmetric.levels[77] == -0.396_078_4)
  }
}
