import TestSupport
import Testing

/// A checker that finds nothing wrong with anything would let every other test pass.
@Suite struct GradientCheckerTests {
  private func finding(_ gradient: [Float]) -> GradientChecker.Finding {
    var values: [Float] = [0.5, -1, 2]
    return values.withUnsafeMutableBufferPointer { buffer in
      let pointer = buffer.baseAddress!
      // x² + 3 y + |z − 1.997|, which has a kink beside where it stands.
      return GradientChecker().check(pointer, gradient: gradient) {
        Double(pointer[0] * pointer[0] + 3 * pointer[1] + abs(pointer[2] - 1.997))
      }
    }
  }

  @Test func rightGradientPassesAndKinksAreLeftOut() {
    let finding = finding([1, 3, 0])
    #expect(finding.wrong.isEmpty)
    #expect(finding.skipped == 1)
    // One of three is too many to leave out.
    #expect(!finding.isGood)
  }

  @Test(arguments: [[1.05, 3, 0], [1, -3, 0], [Float.nan, 3, 0]])
  func wrongGradientIsFound(gradient: [Float]) {
    #expect(finding(gradient).wrong.count == 1)
  }
}
