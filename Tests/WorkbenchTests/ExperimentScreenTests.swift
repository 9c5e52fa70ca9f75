import EngineInterface
import TerminalUI
import Testing

@testable import Workbench

/// A learning-rate finder and comparisons, as keys ask for them and screens show them.
@Suite struct ExperimentScreenTests {
  private static let sizes = [(80, 24), (120, 36)]

  private static func driver(
    state: EngineSnapshot.State = .running, columns: Int = 120, lines: Int = 36,
    glyphs: GlyphSet = .braille
  ) -> Driver {
    Driver(
      SampleRuns.digits(step: 100, state: state), columns: columns, lines: lines, glyphs: glyphs)
  }

  /// What the engine has begun.
  private static func show(_ experiment: ExperimentSnapshot, in driver: inout Driver) {
    driver.acknowledge()
    driver.send(.experiment(experiment))
  }

  private static func experiments(_ driver: Driver) -> [ExperimentControl] {
    driver.requests.compactMap { if case .experiment(let control) = $0 { control } else { nil } }
  }

  // MARK: - Finder

  @Test(arguments: sizes) func aFinderLooksAsBefore(columns: Int, lines: Int) {
    var driver = Self.driver(columns: columns, lines: lines)
    driver.press("F")
    Self.show(SampleExperiments.rangeTest(60), in: &driver)
    Baseline.expect(driver.screen, named: "finder-running-\(columns)x\(lines)")
    Self.show(SampleExperiments.rangeTest(), in: &driver)
    Baseline.expect(driver.screen, named: "finder-\(columns)x\(lines)")
  }

  @Test func enterSetsTheSliderToTheCursorsRateAndOneKeyUndoesIt() {
    var driver = Self.driver()
    driver.press("F")
    #expect(Self.experiments(driver) == [.testRange(RangeTestRequest())])
    #expect(driver.screen.contains("finding a rate"))
    // Rates are still being tried.
    Self.show(SampleExperiments.rangeTest(50), in: &driver)
    driver.press("enter")
    #expect(driver.edits.isEmpty)
    let done = SampleExperiments.rangeTest()
    Self.show(done, in: &driver)
    #expect(driver.screen.contains("the run waits"))
    driver.press("enter")
    let test = done.rangeTest!
    let valley = RangeTest.rounded(test.points[test.valley!].rate)
    #expect(Self.experiments(driver).last == .end)
    // The experiment ends before the edit comes.
    #expect(driver.requests.suffix(2) == [.experiment(.end), .setLearningRate(valley)])
    #expect(!driver.model.showsExperiment)
    driver.acknowledge()
    driver.send(.experiment(nil))
    driver.press("z")
    driver.acknowledge()
    #expect(driver.model.wantedSettings.learningRate == 1e-3)
  }

  @Test func theCursorGoesFromRateToRateAndToTheSuggestions() {
    var driver = Self.driver()
    driver.press("F")
    let test = SampleExperiments.rangeTest().rangeTest!
    Self.show(SampleExperiments.rangeTest(), in: &driver)
    func cursor() -> Int? { driver.model[screen: ExperimentScreen.self].cursor(test) }
    #expect(cursor() == test.valley)
    driver.press("right right left l h h")
    #expect(cursor() == test.valley)
    driver.press("s")
    #expect(cursor() == test.steepest)
    driver.press("pgup pgup pgup pgup pgup pgup pgup pgup pgup pgup")
    #expect(cursor() == 0)
    driver.press("v")
    #expect(cursor() == test.valley)
    // A click in the chart, too.
    driver.send(.mouse(MouseEvent(.press, button: .left, x: 9, y: 10)))
    #expect(cursor() == 2)
    driver.press("x")
    #expect(driver.screen.contains("linear"))
    driver.press("esc")
    #expect(Self.experiments(driver).last == .end && driver.edits.isEmpty)
  }

  @Test func aScheduleAndMultipliersAreSaid() {
    var driver = Self.driver()
    var settings = TuningSettings(epochs: 20)
    settings.multipliers = ["dense1": 0.1]
    driver.send(.engine(SampleRuns.digits(step: 101, settings: settings)))
    driver.press("F")
    Self.show(SampleExperiments.rangeTest(schedule: 0.31), in: &driver)
    #expect(driver.screen.contains("the schedule makes 3.1e-4 of it now"))
    #expect(driver.screen.contains("multipliers come on top"))
  }

  // MARK: - What if

  @Test(arguments: sizes) func aComparisonLooksAsBefore(columns: Int, lines: Int) {
    var driver = Self.driver(columns: columns, lines: lines)
    driver.press("W space tab tab tab tab")
    Baseline.expect(driver.screen, named: "what-if-collecting-\(columns)x\(lines)")
    driver.press("enter")
    Self.show(SampleExperiments.comparison(steps: 30), in: &driver)
    Baseline.expect(driver.screen, named: "what-if-running-\(columns)x\(lines)")
    Self.show(SampleExperiments.comparison(steps: 50), in: &driver)
    Baseline.expect(driver.screen, named: "what-if-\(columns)x\(lines)")
  }

  @Test func editsAreCollectedAndNotMade() {
    var driver = Self.driver()
    driver.press("W")
    #expect(driver.screen.contains("what if"))
    driver.press("enter")
    #expect(Self.experiments(driver).isEmpty)
    driver.press("space")
    driver.press("tab tab tab right")
    driver.wait(1)
    #expect(driver.requests.isEmpty)
    // Shown as if they were on their way.
    #expect(driver.model.layerValues.isFreezePending(driver.model.layers[0]))
    #expect(driver.model.shared.reading(of: .learningRate).isPending)
    #expect(driver.screen.contains("freeze conv1, learning rate 1.2e-3?"))
    driver.press("right")
    driver.wait(1)
    #expect(driver.model.whatIf?.edits == [.freeze(layers: ["conv1"]), .setLearningRate(1.5e-3)])
    driver.press("z")
    #expect(driver.model.whatIf?.edits == [.freeze(layers: ["conv1"])])
    driver.press("esc esc")
    #expect(driver.model.whatIf == nil && driver.requests.isEmpty)
    #expect(driver.model.wantedSettings == driver.model.snapshot?.settings)
  }

  @Test func whatComesToNothingIsNotCollected() {
    var driver = Self.driver()
    driver.press("W space space")
    #expect(driver.model.whatIf?.edits == [])
    driver.press("tab tab tab right left")
    driver.wait(1)
    #expect(driver.model.whatIf?.edits == [])
  }

  @Test func aValueThatIsBeingTurnedIsTheFirst() {
    var driver = Self.driver()
    driver.press("tab tab tab right W")
    driver.wait(1)
    #expect(driver.requests.isEmpty)
    #expect(driver.model.whatIf?.edits == [.setLearningRate(1.2e-3)])
  }

  @Test func whatCannotBeComparedIsRefusedAndSaid() {
    var driver = Self.driver(state: .paused)
    driver.press("W r")
    #expect(driver.requests.isEmpty)
    driver.press("H h")
    #expect(driver.requests.isEmpty && driver.model.whatIf?.edits == [])
    #expect(driver.model.log.entries.last?.notice.text.contains("head after") == true)
  }

  @Test func enterComparesAndEnterOnceMoreMakesTheEdits() {
    var driver = Self.driver()
    driver.press("W space enter")
    let request = ComparisonRequest(edits: [.freeze(layers: ["conv1"])], steps: 50)
    #expect(driver.requests == [.experiment(.compare(request))])
    #expect(driver.screen.contains("comparing"))
    Self.show(SampleExperiments.comparison(steps: 50), in: &driver)
    driver.press("enter")
    #expect(
      driver.requests.suffix(2) == [.experiment(.end), .freeze(layers: ["conv1"])])
    driver.acknowledge()
    #expect(driver.model.whatIf == nil)
    #expect(driver.model.snapshot?.settings.frozen == ["conv1"])
    // An ordinary edit: it is undone as others are.
    driver.press("z")
    driver.acknowledge()
    #expect(driver.model.snapshot?.settings.frozen == [])
  }

  @Test func itIsLeftOrTheEditsAreChanged() {
    var driver = Self.driver()
    driver.press("W space enter")
    Self.show(SampleExperiments.comparison(steps: 20), in: &driver)
    driver.press("W")
    #expect(Self.experiments(driver).last == .end)
    #expect(driver.model.whatIf?.edits == [.freeze(layers: ["conv1"])])
    driver.acknowledge()
    driver.send(.experiment(nil))
    driver.press("enter")
    Self.show(SampleExperiments.comparison(steps: 20), in: &driver)
    driver.press("esc")
    #expect(driver.model.whatIf == nil && driver.edits.isEmpty)
  }

  @Test func itsStepsCanBeChanged() {
    var driver = Self.driver()
    driver.press("W space enter")
    Self.show(SampleExperiments.comparison(steps: 20), in: &driver)
    driver.press("+ - [ ]")
    #expect(
      Self.experiments(driver).dropFirst()
        == [.setSteps(70), .setSteps(30), .setSteps(25), .setSteps(100)])
    Self.show(SampleExperiments.comparison(steps: 50), in: &driver)
    driver.press("-")
    #expect(driver.model.log.entries.last?.notice.text == "so many steps are done already")
  }

  @Test func trainingThatBreaksDownIsSaid() {
    var driver = Self.driver()
    driver.press("W space enter")
    Self.show(SampleExperiments.comparison(steps: 7, brokenAt: 7), in: &driver)
    #expect(driver.screen.contains("breaks down at step 7 with the edits"))
  }

  // MARK: - Both

  @Test func whileTheRunWaitsNothingElseIsDoneWithIt() {
    var driver = Self.driver(state: .paused)
    driver.press("F")
    Self.show(SampleExperiments.rangeTest(), in: &driver)
    driver.press("p . 2 z F W e")
    #expect(driver.requests.count == 1 && driver.model.showsExperiment)
    driver.press("?")
    #expect(driver.screen.contains("half-way down the longest fall"))
    driver.press("esc q")
    #expect(driver.screen.contains("Leave the workbench"))
    driver.press("s")
    #expect(driver.controls == [.stop(checkpoint: true)])
  }

  @Test func aRefusalAndAnEndFromElsewhereGoBackToTheScreen() {
    var driver = Self.driver()
    driver.press("2 F")
    driver.send(.events([.rejected(RequestID(sender: 1, number: 1), .isValidating)]))
    #expect(!driver.model.showsExperiment && driver.model.number == 2)
    #expect(driver.model.log.entries.last?.notice.text.contains("validation") == true)
    driver.press("F")
    Self.show(SampleExperiments.rangeTest(20), in: &driver)
    driver.send(.experiment(nil))
    #expect(!driver.model.showsExperiment)
  }

  /// What the engine showed before belongs to what was asked for before.
  @Test func anOldExperimentIsNotTakenForTheNew() {
    var driver = Self.driver()
    driver.press("F")
    Self.show(SampleExperiments.rangeTest(), in: &driver)
    driver.press("esc F")
    driver.send(.experiment(SampleExperiments.rangeTest()))
    driver.send(.experiment(nil))
    #expect(driver.model.experiment == nil && driver.model.showsExperiment)
    Self.show(SampleExperiments.rangeTest(10), in: &driver)
    #expect(driver.model.experiment?.rangeTest?.points.count == 10)
  }

  @Test(arguments: [
    (EngineSnapshot.State.preparing(.readingModel), "the run is being prepared"),
    (.preparing(.solvingHead(.solving)), "the head is being solved"),
    (.failed(RunFailure(error: "x")), "training has failed"),
    (.unsaved("full"), "training is over, and not saved yet"),
  ])
  func whyNotNowIsSaid(state: EngineSnapshot.State, reason: String) {
    for key in ["F", "W"] {
      var driver = Self.driver(state: state)
      driver.press(key)
      #expect(driver.requests.isEmpty)
      #expect(driver.model.log.entries.last?.notice.text == reason)
    }
    var search = SampleRuns.digits(step: 100)
    search.run.isSearch = true
    var driver = Driver(search)
    driver.press("F")
    #expect(driver.requests.isEmpty)
    #expect(driver.model.log.entries.last?.notice.text == ObjectionText.text(.isSearch))
  }

  @Test func aRunThatIsDoneCanBeTestedAndNotCompared() {
    var driver = Driver(SampleRuns.digits(step: 940, state: .finished(.completed(epochs: 20))))
    driver.press("W")
    #expect(driver.model.whatIf == nil)
    driver.press("F")
    #expect(Self.experiments(driver) == [.testRange(RangeTestRequest())])
  }

  @Test(arguments: [(60, 16), (80, 24), (120, 36), (200, 60), (72, 22), (20, 5)])
  func whateverItIsNothingBreaks(columns: Int, lines: Int) {
    var failed = SampleExperiments.rangeTest(3)
    failed.phase = .failed("no such file")
    var strange = SampleExperiments.comparison(steps: 3)
    if case .comparison(var comparison) = strange.subject {
      comparison.with[0].losses = [.nan, .infinity]
      strange.subject = .comparison(comparison)
    }
    for glyphs in [GlyphSet.braille, .blocks, .ascii] {
      for experiment in [
        nil, SampleExperiments.rangeTest(0), SampleExperiments.rangeTest(1),
        SampleExperiments.rangeTest(), SampleExperiments.rangeTest(100) { _ in 0 }, failed, strange,
        SampleExperiments.comparison(steps: 0), SampleExperiments.comparison(steps: 1),
        SampleExperiments.comparison(steps: 50, validationImages: 0),
      ] {
        var driver = Self.driver(columns: columns, lines: lines, glyphs: glyphs)
        driver.press(experiment?.comparison == nil ? "F" : "W space enter")
        driver.acknowledge()
        if let experiment { driver.send(.experiment(experiment)) }
        #expect(driver.screen.split(separator: "\n").count <= lines)
        driver.press("x left right v s + - ? esc")
        #expect(driver.screen.split(separator: "\n").count <= lines)
      }
    }
  }
}
