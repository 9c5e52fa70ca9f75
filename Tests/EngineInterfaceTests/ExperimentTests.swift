import Foundation
import Testing

@testable import EngineInterface

/// Suggestions of the learning-rate finder, and what differences come to.
@Suite struct ExperimentTests {
  private func test(_ smoothed: [Double]) -> RangeTest {
    let request = RangeTestRequest()
    var test = RangeTest(request: request, learningRate: 1e-3)
    test.points = smoothed.enumerated().map {
      RangeTest.Point(rate: request.rate(at: $0), loss: $1, smoothed: $1)
    }
    return test
  }

  @Test func theMeanIsThatOfAllUntilOneForgets() {
    var mean = SmoothedLoss(weight: 0.98)
    #expect(mean.note(3) == 3)
    // (0.98·3 + 1·5) / 1.98
    #expect(abs(mean.note(5) - (0.98 * 3 + 5) / 1.98) < 1e-12)
    #expect(SmoothedLoss.all([2, 2, 2], weight: 0.9).allSatisfy { abs($0 - 2) < 1e-12 })
  }

  /// A level stretch, a fall over the steps 40 to 79, and a rise: fastai's functions on the same numbers
  /// say the same.
  @Test func suggestionsAreThoseOfFastai() {
    let losses = (0..<100).map { step -> Double in
      switch step {
      case ..<40: 2.0 + (step % 2 == 0 ? 0.001 : 0)
      case ..<80: 2.0 - 0.03 * Double(step - 39)
      default: 0.8 + 0.2 * Double(step - 79)
      }
    }
    let found = test(losses)
    // Of the points 10 to 94 the longest fall has 42 steps and ends at 79 − 10: 69 − 42 + 14 + 7.
    #expect(found.valley == 10 + 48)
    let range = found.searchRange
    #expect(range.map { $0.contains(found.points[58].rate) } == true)
    #expect(range?.upperBound == RangeTest.rounded(found.points[79].rate))
    #expect(RangeTest.rounded(0.0033516) == 0.0034 && RangeTest.rounded(9.97) == 10)
    #expect(found.steepest == 39 || found.steepest.map { 40..<79 ~= $0 } == true)
  }

  @Test func oneSharpFallIsTheSteepest() {
    var losses = (0..<100).map { 2 - 0.001 * Double($0) }
    for step in 61..<100 { losses[step] -= 0.5 }
    #expect(test(losses).steepest == 60)
  }

  @Test(arguments: [0, 3, 15]) func ofTooFewPointsOrNoFallNothingIsSuggested(count: Int) {
    let flat = test(Array(repeating: 1, count: count))
    #expect(flat.valley == nil && flat.steepest == nil)
    let rising = test((0..<100).map(Double.init))
    #expect(rising.valley == nil && rising.steepest == nil)
  }

  @Test func aDifferenceIsClearBeyondTwoStandardErrors() {
    let estimate = Estimate([1, 2, 3])
    #expect(estimate.mean == 2)
    #expect(abs(estimate.standardError - 1 / 3.0.squareRoot()) < 1e-12)
    #expect(estimate.isClear)
    #expect(!Estimate([-1, 0, 2]).isClear)
    #expect(!Estimate([.nan, 1, 2]).isClear)
  }

  @Test func aBrokenCopyHasNoDifference() {
    var comparison = Comparison(
      edits: [], changes: [], steps: 2, mostSteps: 9, sampledImages: 0)
    #expect(comparison.trainingDifference == nil && comparison.stepsDone == 0)
    for seed in 0..<Comparison.seeds {
      comparison.without[seed].losses = [1, 1]
      comparison.without[seed].steps = 2
      comparison.with[seed].losses = [1, 0.5 + Float(seed) / 100]
      comparison.with[seed].steps = 2
    }
    #expect(comparison.trainingDifference.map { $0.mean < 0 && $0.isClear } == true)
    #expect(comparison.validationDifference == nil)
    comparison.with[1].brokenAt = 2
    #expect(comparison.trainingDifference == nil && comparison.isBroken)
  }

  @Test func experimentsComeBackAsBytes() throws {
    var found = test([1, 0.5])
    found.ending = .diverged
    var comparison = Comparison(
      edits: [.setMomentum(0.5)], changes: [.value(.momentum, from: 0.9, to: 0.5)], steps: 5,
      mostSteps: 7, sampledImages: 3)
    comparison.with[0].brokenAt = 2
    for subject in [
      ExperimentSnapshot.Subject.rangeTest(found), .comparison(comparison),
    ] {
      let snapshot = ExperimentSnapshot(phase: .failed("x"), subject: subject)
      let bytes = try JSONEncoder().encode(snapshot)
      #expect(try JSONDecoder().decode(ExperimentSnapshot.self, from: bytes) == snapshot)
    }
    for control in [
      ExperimentControl.testRange(RangeTestRequest()), .end, .setSteps(4),
      .compare(ComparisonRequest(edits: [.freeze(layers: ["a"])], steps: 50)),
    ] {
      let bytes = try JSONEncoder().encode(Request.experiment(control))
      #expect(try JSONDecoder().decode(Request.self, from: bytes) == .experiment(control))
    }
  }
}
