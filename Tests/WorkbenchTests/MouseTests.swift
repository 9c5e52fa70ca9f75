import EngineInterface
import TerminalUI
import Testing

@testable import Workbench

@Suite struct MouseTests {
  /// The cell where `text` stands on the screen.
  private func place(of text: String, in driver: Driver) -> (x: Int, y: Int)? {
    let frame = driver.frame
    for y in 0..<frame.size.height {
      let line = (0..<frame.size.width).map { frame[$0, y].text }
      let characters = text.map(String.init)
      for x in 0..<max(frame.size.width - characters.count, 0)
      where Array(line[x..<x + characters.count]) == characters {
        return (x, y)
      }
    }
    return nil
  }

  private func click(_ driver: inout Driver, _ text: String, _ kind: MouseEvent.Kind = .press) {
    guard let (x, y) = place(of: text, in: driver) else {
      Issue.record("\(text) is not on the screen")
      return
    }
    driver.send(.mouse(MouseEvent(kind, x: x, y: y)))
  }

  @Test func aClickSelectsALayerAndFocusesItsPane() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("tab")
    click(&driver, "conv4")
    #expect(driver.model.focus == .layers)
    #expect(driver.model.selection.id == .layer("conv4"))
  }

  @Test func aSecondClickOpensABlock() {
    var driver = Driver(SampleRuns.resNet50(step: 10))
    click(&driver, "conv4")
    #expect(driver.model.selection.expanded.isEmpty)
    click(&driver, "conv4")
    #expect(driver.model.selection.expanded == ["conv4"])
    click(&driver, "block2-6")
    click(&driver, "block2-6")
    #expect(driver.model.selection.expanded == ["conv4", "conv4_block2-6"])
  }

  @Test func theBottomBarCanBeClicked() {
    var driver = Driver(SampleRuns.digits(step: 100))
    click(&driver, "p pause")
    #expect(driver.requests == [.pause])
    click(&driver, "-/+ adjust")
    driver.wait(1)
    #expect(driver.requests.last == .setMultiplier(layers: ["conv1"], factor: 0.7))
    click(&driver, "adjust")
    driver.wait(1)
    #expect(driver.requests.last == .setMultiplier(layers: ["conv1"], factor: 1))
  }

  @Test func screensAreClickedInTheHeader() {
    var driver = Driver(SampleRuns.digits(step: 100))
    click(&driver, "2 Graph")
    #expect(driver.model.number == 2)
    click(&driver, "conv3")
    #expect(driver.model.selection.id == .layer("conv3"))
    click(&driver, "1 Train")
    #expect(driver.model.number == 1)
  }

  @Test func aDragMovesASliderAndSendsWhenItIsLetGo() {
    var driver = Driver(SampleRuns.digits(step: 100))
    guard let (x, y) = place(of: "learning rate", in: driver) else {
      Issue.record("there is no slider")
      return
    }
    driver.send(.mouse(MouseEvent(.press, x: x + 16, y: y)))
    driver.send(.mouse(MouseEvent(.drag, x: x + 18, y: y)))
    driver.wait(2)
    #expect(driver.effects.isEmpty)
    driver.send(.mouse(MouseEvent(.drag, x: 0, y: y + 3)))
    driver.send(.mouse(MouseEvent(.release, x: 0, y: y)))
    #expect(driver.requests == [.setLearningRate(1e-7)])
    #expect(driver.model.focus == .controls)
  }

  @Test func theWheelScrollsTheListAndZoomsACharts() {
    var driver = Driver(SampleRuns.digits(step: 100))
    click(&driver, "conv1", .wheelDown)
    #expect(driver.model.selection.index == 3)
    click(&driver, "Loss", .wheelUp)
    #expect(driver.model.chart.zoom != nil)
    #expect(driver.model.focus == .loss)
  }

  @Test func aClickOnAChartPutsTheCrosshairThere() {
    var driver = Driver(SampleRuns.digits(step: 100))
    let layout = TrainLayout(driver.model.train, driver.model.shared)
    driver.send(.mouse(MouseEvent(.press, x: layout.loss.x + 20, y: layout.loss.y + 5)))
    let first = driver.model.chart.crosshair
    #expect(first != nil)
    driver.send(.mouse(MouseEvent(.drag, x: layout.loss.x + 24, y: layout.loss.y + 5)))
    #expect(driver.model.chart.crosshair ?? 0 > first ?? 0)
  }

  @Test func dialogsAndThePaletteAreClicked() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("q")
    click(&driver, "conv2")
    #expect(driver.model.overlay != nil)
    click(&driver, "stop and drop")
    #expect(driver.requests == [.stop(checkpoint: false)])
    driver = Driver(SampleRuns.digits(step: 100))
    driver.press(":")
    driver.type("checkp")
    click(&driver, "write a checkpoint")
    #expect(driver.requests == [.checkpoint])
  }
}
