import EngineInterface
import TerminalUI
import Testing

@testable import Workbench

@Suite struct UndoTests {
  private func frozen(_ driver: Driver) -> Set<String> { driver.model.wantedSettings.frozen }

  @Test func editsAreTakenBackOneByOneAndMadeAgain() {
    var driver = Driver(SampleRuns.digits(step: 100))
    #expect(driver.model.refusal(of: .undo) == "no edit to undo")
    driver.press("space down space")
    driver.acknowledge()
    let both = frozen(driver)
    #expect(both.count == 2)
    driver.press("z")
    driver.acknowledge()
    #expect(frozen(driver).count == 1)
    driver.press("z")
    driver.acknowledge()
    #expect(frozen(driver).isEmpty && driver.model.refusal(of: .undo) != nil)
    driver.press("ctrl-y ctrl-y")
    driver.acknowledge()
    #expect(frozen(driver) == both && driver.model.refusal(of: .redo) != nil)
    // A new edit ends what could be made again.
    driver.press("z space")
    #expect(driver.model.refusal(of: .redo) == "no edit was undone")
  }

  @Test func whatHasChangedSinceStays() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("space")
    driver.acknowledge()
    // Somebody else lowers the rate.
    var snapshot = driver.model.snapshot!
    snapshot.settings.learningRate = 1e-5
    snapshot.revision += 1
    driver.send(.engine(snapshot))
    driver.press("z")
    guard case .replace(let settings)? = driver.edits.last else {
      Issue.record("\(driver.edits)")
      return
    }
    #expect(settings.frozen.isEmpty && settings.learningRate == 1e-5)
  }

  @Test func aRefusedEditIsNoneToTakeBack() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("space")
    driver.send(
      .events([.rejected(RequestID(sender: 1, number: 1), .nothingLeftToTrain)]))
    #expect(driver.model.refusal(of: .undo) == "no edit to undo")
  }

  @Test func aSolvedHeadCannotBeTakenBackAndSaysSo() {
    var settings = TuningSettings(epochs: 20)
    settings.frozen = Set(SampleNetworks.digits().filter(\.canFreeze).map(\.name).dropLast())
    var driver = Driver(SampleRuns.digits(step: 60, state: .paused, settings: settings))
    driver.press("r")
    #expect(driver.edits == [.solveHead])
    driver.press("z")
    #expect(driver.edits == [.solveHead])
    #expect(driver.model.log.entries.last?.notice.text.contains("cannot be undone") == true)
  }

  @Test func aValueThatIsStillTurnedIsLetGo() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("tab tab tab left")
    #expect(driver.model.shared.draft != nil)
    driver.press("z")
    #expect(driver.model.shared.draft == nil && driver.edits.isEmpty)
  }
}
