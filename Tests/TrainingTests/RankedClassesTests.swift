import Network
import Testing

@testable import Training

@Suite struct RankedClassesTests {
  private func ranked(
    _ values: [Float], _ classes: [String]? = nil, _ ending: FinalActivation.Kind? = nil,
    count: Int = 5
  ) -> [String] {
    RankedClasses(values, classes: classes, ending: ending, count: count).entries
      .map { "\($0.name ?? "\($0.output)") \($0.value)" }
  }

  @Test func theLargestComeFirstAndEqualOnesKeepTheirOrder() {
    #expect(ranked([0.1, 0.5, 0.1, 0.3], count: 3) == ["1 0.5", "3 0.3", "0 0.1"])
    #expect(ranked([0.1, 0.5], ["a", "b"]) == ["b 0.5", "a 0.1"])
    #expect(ranked([], count: 5).isEmpty)
    #expect(ranked([1, 2], count: -1).isEmpty)
  }

  @Test func whatIsNoNumberComesLast() {
    #expect(ranked([.nan, -.infinity, 1]) == ["2 1.0", "0 nan", "1 -inf"])
  }

  @Test func outputsWithoutANameKeepTheirNumber() {
    #expect(ranked([0.1, 0.2, 0.7], ["a", "b"]) == ["2 0.7", "b 0.2", "a 0.1"])
  }

  @Test func oneSigmoidHasTwoSides() {
    #expect(ranked([0.25], ["no", "yes"], .sigmoid) == ["no 0.75", "yes 0.25"])
    #expect(ranked([0.75], ["no", "yes"], .sigmoid) == ["yes 0.75", "no 0.25"])
    // A logit: the other side's is its negative.
    #expect(ranked([2], ["no", "yes"]) == ["yes 2.0", "no -2.0"])
  }
}
