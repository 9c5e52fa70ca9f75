import EngineInterface
import TerminalUI
import Testing

@testable import Workbench

@Suite struct OverlayTests {
  @Test func helpOpensScrollsAndCloses() {
    var driver = Driver(SampleRuns.digits(step: 100), columns: 80, lines: 24)
    driver.press("?")
    let first = driver.screen
    #expect(first.contains("freeze the selected layers"))
    driver.press("pgdn")
    #expect(driver.screen != first)
    driver.press("home")
    #expect(driver.screen == first)
    driver.press("esc")
    #expect(driver.screen.contains("Layers"))
    driver.press("f1 q")
    #expect(driver.model.overlay == nil)
    #expect(driver.effects.isEmpty)
  }

  @Test func thePaletteFindsAndRunsACommand() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press(":")
    driver.type("checkp")
    driver.press("enter")
    #expect(driver.requests == [.checkpoint])
    #expect(driver.model.overlay == nil)
  }

  @Test func thePaletteSetsValuesOutright() {
    let cases: [(String, Request)] = [
      ("lr 0.0005", .setLearningRate(0.0005)), ("momentum .5", .setMomentum(0.5)),
      ("max-norm off", .setMaxNorm(layers: [], limit: nil)), ("epochs 40", .setEpochs(40)),
      ("wd 1e-4", .setWeightDecay(1e-4)),
      ("freeze conv?", .freeze(layers: ["conv1", "conv2", "conv3", "conv4"])),
      ("thaw *e*1", .thaw(layers: ["dense1"])),
      ("multiplier 0.1", .setMultiplier(layers: ["conv1"], factor: 0.1)),
    ]
    for (text, command) in cases {
      var driver = Driver(SampleRuns.digits(step: 100))
      driver.press(":")
      driver.type(text)
      driver.press("enter")
      #expect(driver.requests == [command], "\(text)")
    }
  }

  @Test func thePaletteRefusesValuesThatCannotBe() {
    for text in ["lr -1", "lr nan", "momentum 1", "dropout 0.1", "freeze nothing", "lr 1e400"] {
      var driver = Driver(SampleRuns.digits(step: 100))
      driver.press(":")
      driver.type(text)
      driver.press("enter")
      driver.wait(1)
      #expect(driver.requests.isEmpty, "\(text)")
    }
  }

  @Test func thePaletteShowsEveryThemeAndSwitchesLive() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press(":")
    driver.type("theme light")
    driver.press("enter")
    #expect(driver.model.themeName == "light")
    driver.press("t")
    #expect(driver.model.themeName == "default")
  }

  @Test func pastedTextGoesIntoThePaletteWithoutItsControlCharacters() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.send(.paste("q"))
    #expect(driver.model.overlay == nil)
    driver.press(":")
    driver.send(.paste("lr\u{1b}[31m 1e-4\n"))
    #expect(!driver.screen.contains("\u{1b}"))
    driver.press("esc")
    #expect(driver.model.overlay == nil)
  }

  @Test func anOverlayTakesTheKeysOfTheScreenBelow() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("q space")
    #expect(driver.requests == [.stop(checkpoint: true)])
    driver = Driver(SampleRuns.digits(step: 100))
    driver.press("? p a c")
    #expect(driver.requests.isEmpty)
  }
}
