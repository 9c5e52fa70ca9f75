import Testing

@testable import Training

@Suite struct StepTimerTests {
  private func timer(_ before: [Double], _ now: [Double]) -> StepTimer {
    var timer = StepTimer()
    // The first of each makes plans and is not counted.
    for seconds in [9] + before { timer.note(seconds) }
    timer.begin()
    for seconds in [9] + now { timer.note(seconds) }
    return timer
  }

  @Test func aDifferenceWithinTheSpreadIsNoChange() {
    let noisy = [0.3, 0.1, 0.6, 0.32, 0.2, 0.55, 0.33, 0.4]
    let time = timer(noisy, noisy.map { $0 * 1.2 }).stepTime
    #expect(time.beforeMilliseconds != nil && time.nowMilliseconds != nil)
    #expect(time.spreadMilliseconds > 100)
    #expect(time.change == nil)
  }

  @Test func aDifferenceBeyondItIs() throws {
    let time = timer([0.050, 0.051, 0.052, 0.053], [0.010, 0.011, 0.012, 0.013]).stepTime
    #expect(abs(try #require(time.change) + 40) < 0.01)
    #expect(abs(time.spreadMilliseconds - 2) < 0.01)
  }

  @Test func nothingIsSaidBeforeThereAreSteps() {
    #expect(StepTimer().stepTime.change == nil)
    #expect(timer([0.05], []).stepTime.change == nil)
  }
}
