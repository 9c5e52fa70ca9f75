import EngineInterface
import Testing

@testable import Workbench

@Suite struct ControlsTests {
  private func focused(_ snapshot: EngineView = SampleRuns.digits(step: 100)) -> Driver {
    var driver = Driver(snapshot)
    driver.press("backtab")
    return driver
  }

  @Test func everySliderMovesFinelyAndCoarsely() {
    var driver = focused()
    #expect(driver.model.focus == .controls)
    driver.press("+")
    driver.wait(1)
    #expect(driver.requests.last == .setLearningRate(0.0012))
    driver.press("[")
    driver.wait(1)
    #expect(driver.requests.last == .setLearningRate(0.001))
    driver.press("[")
    driver.wait(1)
    #expect(driver.requests.last == .setLearningRate(3e-4))
    driver.press("down left")
    driver.wait(1)
    #expect(driver.requests.last == .setMomentum(0.89))
    driver.press("down -")
    driver.wait(1)
    #expect(driver.requests.last == .setMaxNorm(layers: [], limit: 20))
    driver.press("end +")
    driver.wait(1)
    #expect(driver.requests.last == .setWeightDecay(1e-6))
  }

  @Test func aSlidersValueIsPendingUntilItHasBeenApplied() {
    var driver = focused()
    driver.press("]")
    #expect(driver.screen.contains("3e-3?"))
    driver.wait(1)
    #expect(driver.screen.contains("3e-3?"))
    driver.acknowledge()
    #expect(!driver.screen.contains("3e-3?"))
    #expect(driver.screen.contains("3e-3"))
  }

  @Test func aRejectedValueGoesBackAndTheReasonIsSaid() {
    var driver = focused()
    driver.press("]")
    driver.wait(1)
    driver.send(
      .events([.rejected(RequestID(sender: 1, number: 1), .unfit("the schedule holds it"))]))
    #expect(!driver.screen.contains("─ 3e-3"))
    #expect(
      driver.screen.contains(
        "not done: learning rate 3e-3: the schedule holds it"))
  }

  @Test func maxNormIsSwitchedOffAtItsHighEnd() {
    var settings = TuningSettings(maxNorm: 20)
    settings.epochs = 10
    var driver = focused(SampleRuns.digits(step: 100, settings: settings))
    driver.press("down down +")
    driver.wait(1)
    #expect(driver.requests == [.setMaxNorm(layers: [], limit: nil)])
    driver.press("+")
    #expect(driver.screen.contains("max-norm is at its highest"))
  }

  @Test func anOptimiserWithoutMomentumSaysSo() {
    var snapshot = SampleRuns.digits(step: 100)
    snapshot.run.optimizer = .adadelta
    var driver = focused(snapshot)
    driver.press("down +")
    #expect(driver.effects.isEmpty)
    #expect(driver.screen.contains("Adadelta has no momentum"))
  }

  @Test func theDropoutSliderFollowsTheSelectedLayer() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("end up backtab down down down ]")
    driver.wait(1)
    #expect(driver.requests == [.setDropout(layer: "dropout2", rate: 0.6)])
  }

  @Test func aValueFromElsewhereIsSteppedFromWhereItIs() {
    let scale = ValueScale.learningRate
    #expect(scale.stepped(from: 0.00123, direction: 1, reach: .fine) == 0.0015)
    #expect(scale.stepped(from: 0.00123, direction: -1, reach: .fine) == 0.0012)
    #expect(scale.stepped(from: 5, direction: 1, reach: .fine) == 5)
    #expect(scale.stepped(from: 5, direction: -1, reach: .fine) == 1)
    #expect(scale.fraction(of: 5) == 1)
    #expect(scale.fraction(of: 0) == 0)
    #expect(scale.fraction(of: .nan) == 0)
  }

  @Test(arguments: Knob.allCases) func everyScaleRisesAndFindsItsOwnStops(knob: Knob) {
    let scale = knob.scale
    #expect(zip(scale.stops, scale.stops.dropFirst()).allSatisfy { $0 < $1 })
    #expect(Set(scale.coarse).isSubset(of: Set(scale.stops)))
    for stop in scale.stops { #expect(scale.value(at: scale.fraction(of: stop)) == stop) }
  }
}
