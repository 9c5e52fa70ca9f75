import EngineInterface
import TerminalUI
import Testing

@testable import Workbench

/// Screen 5 while a run is open: the form of a search beside it, and the search.
@Suite struct SideSearchScreenTests {
  static func driver(
    _ search: SearchSnapshot? = nil, columns: Int = 120, lines: Int = 36, step: Int = 470,
    state: EngineSnapshot.State = .running
  ) -> Driver {
    var driver = Driver(
      SampleRuns.digits(step: step, state: state), columns: columns, lines: lines)
    if let search { driver.send(.search(search)) }
    driver.press("5")
    return driver
  }

  /// Of a search that began in the run's fifth epoch.
  static func search(_ phase: SearchSnapshot.Phase = .training) -> SearchSnapshot {
    var search = SampleSearch.snapshot(phase: phase)
    search.beginning = SearchBeginning(origin: .now, step: 210)
    return search
  }

  private static func controls(_ driver: Driver) -> [SearchControl] {
    driver.requests.compactMap { if case .search(let control) = $0 { control } else { nil } }
  }

  // MARK: - Pictures

  @Test(arguments: SearchScreenTests.sizes) func theFormLooksAsBefore(columns: Int, lines: Int) {
    var driver = Self.driver(columns: columns, lines: lines)
    driver.press("down space down space")
    Baseline.expect(driver.screen, named: "side-search-form-\(columns)x\(lines)")
  }

  @Test(arguments: SearchScreenTests.sizes)
  func aSearchBesideTheRunLooksAsBefore(columns: Int, lines: Int) {
    var driver = Self.driver(Self.search(), columns: columns, lines: lines)
    driver.press("space down down space")
    Baseline.expect(driver.screen, named: "side-search-trials-\(columns)x\(lines)")
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 60), (60, 16), (72, 22)])
  func whateverTheRunIsNothingBreaks(columns: Int, lines: Int) {
    for state in [EngineSnapshot.State.preparing(.readingModel), .running, .paused] {
      for search in [nil, Self.search(), Self.search(.over(.noResult)), Self.search(.failed("x"))] {
        var driver = Self.driver(search, columns: columns, lines: lines, step: 0, state: state)
        for keys in ["down space", "G right left right", "g up", "v v", "n", "esc", "enter", "E X"]
        {
          driver.press(keys)
          #expect(driver.screen.split(separator: "\n").count <= lines)
        }
      }
    }
  }

  // MARK: - The form

  @Test func theFormOrdersWhatIsChosen() {
    var driver = Self.driver()
    driver.press("enter")
    #expect(
      Self.controls(driver) == [
        .start(
          SearchOrder(
            wishes: ["learning-rate", "dropout"], budget: SearchBudget(trials: 25, epochs: 3),
            origin: .now))
      ])
    // Other values, fewer trials, longer ones, from the beginning.
    driver.press("space down down space G right up + up - enter")
    #expect(
      Self.controls(driver).last
        == .start(
          SearchOrder(
            wishes: ["dropout", "max-norm"], budget: SearchBudget(trials: 20, epochs: 4),
            origin: .start)))
    #expect(driver.screen.contains("with its first weights"))
  }

  @Test func nothingToTryIsNoSearch() {
    var driver = Self.driver()
    driver.press("space down space enter")
    #expect(Self.controls(driver).isEmpty && driver.screen.contains("choose a value to try first"))
  }

  @Test func whatCannotBeIsRefusedWithTheReason() {
    var run = SampleRuns.digits(step: 60)
    run.run.validationImages = 0
    run.run.optimizer = .adagrad
    var driver = Driver(run)
    driver.press("5 enter")
    #expect(driver.requests.isEmpty && driver.screen.contains("there are no validation images"))
    driver.press("down down down down space")
    #expect(driver.screen.contains("Adagrad has no momentum"))
    #expect(
      !driver.model[screen: SearchScreen.self].form.values(driver.model.shared).contains(.momentum))
  }

  @Test func aNetworkWithoutDropoutIsOfferedAPlaceForIt() {
    var run = SampleRuns.digits(step: 60)
    run.layers.removeAll { $0.dropout != nil }
    var driver = Driver(run)
    driver.press("5")
    #expect(driver.screen.contains("dropout, after dense1"))
    driver.press("down space enter")
    guard case .start(let order)? = Self.controls(driver).last else {
      Issue.record("\(driver.requests)")
      return
    }
    #expect(order.wishes == ["learning-rate", "dropout:dense1", "max-norm"])
  }

  private static func wishes(_ driver: Driver) -> [String]? {
    guard case .start(let order)? = controls(driver).last else { return nil }
    return order.wishes
  }

  @Test func valuesCanBeTyped() {
    var driver = Self.driver()
    driver.press("i ctrl-u")
    driver.type("1e-4..3e-2")
    #expect(driver.screen.contains("enter takes it: 1e-4..1e-2"))
    driver.press("enter")
    #expect(driver.screen.contains("1e-4 to 0.03 typed"))
    // What was not tried yet is, once it has values; numbers are typed as well.
    driver.press("down down i ctrl-u")
    driver.type("1 .. 5")
    driver.press("tab G up i ctrl-u")
    driver.type("7")
    driver.press("enter enter")
    #expect(
      Self.controls(driver) == [
        .start(
          SearchOrder(
            wishes: ["learning-rate=1e-4..3e-2", "dropout", "max-norm=1..5"],
            budget: SearchBudget(trials: 25, epochs: 7), origin: .now))
      ])
    // Nothing stands for the usual values.
    driver.press("g i ctrl-u enter enter")
    #expect(Self.wishes(driver) == ["learning-rate", "dropout", "max-norm=1..5"])
  }

  @Test(arguments: [
    ("", "1e-2..1e-4", "a range of learning-rate"), ("", "1..", "LOWER..UPPER"),
    ("", "1e-3..1e9", "a learning rate from"), ("down", "0.1..2", "a dropout rate"),
    ("G up", "0", "epochs"), ("G up up", "many", "a number"), ("G up up", "0", "trials"),
    ("G up up up up up", "adam|adam", "each once"),
  ])
  func whatCannotBeTypedIsSaidAndStays(line: String, words: String, reason: String) {
    var driver = Self.driver()
    driver.press("\(line) i ctrl-u")
    driver.type(words)
    driver.press("enter")
    #expect(driver.screen.contains(reason) && driver.screen.contains(words))
    driver.press("esc")
    #expect(driver.model[screen: SearchScreen.self].form == Self.form(after: line))
  }

  private static func form(after line: String) -> SearchForm {
    var driver = driver()
    driver.press(line)
    return driver.model[screen: SearchScreen.self].form
  }

  @Test func digitsAndLettersAreTypedAndNoCommands() {
    var driver = Self.driver()
    driver.press("i 1 t q ? p")
    #expect(driver.requests.isEmpty && driver.screen.contains("A search beside the run"))
    driver.press("esc G i")
    #expect(driver.screen.contains("left or right"))
  }

  @Test func theFinderGivesTheRange() throws {
    var driver = Self.driver()
    driver.press("F")
    var found = SampleExperiments.rangeTest()
    found.revision = 9
    driver.acknowledge()
    driver.send(.experiment(found))
    driver.press("esc")
    driver.acknowledge()
    driver.send(.experiment(nil))
    let range = try #require(found.rangeTest?.searchRange)
    #expect(driver.screen.contains("1.3e-4 to 0.17 found"))
    driver.press("enter")
    #expect(
      Self.wishes(driver)
        == ["learning-rate=\(range.lowerBound)..\(range.upperBound)", "dropout"])
    // What a person types goes before it.
    driver.press("i ctrl-u")
    driver.type("1e-4..3e-2")
    driver.press("enter enter")
    #expect(Self.wishes(driver) == ["learning-rate=1e-4..3e-2", "dropout"])
  }

  @Test func theFormOpensOverASearchThatIsOverAndCloses() {
    var driver = Self.driver(Self.search())
    driver.press("n")
    #expect(!driver.screen.contains("Values to try"), "one is under way")
    driver.send(.search(Self.over))
    driver.press("n")
    #expect(driver.screen.contains("Values to try"))
    driver.press("esc")
    #expect(!driver.screen.contains("Values to try") && driver.screen.contains("Trials"))
  }

  private static var over: SearchSnapshot {
    var search = search(.over(.trials(36)))
    search.revision = 2
    return search
  }

  @Test func theHelpBeginsWithTheKeysOfWhatIsOnShow() {
    var driver = Self.driver()
    driver.press("?")
    let form = driver.screen.split(separator: "\n")[1]
    #expect(form.contains("New search"))
    driver.send(.search(Self.search()))
    let trials = driver.screen.split(separator: "\n")[1]
    #expect(trials.contains("Search") && !trials.contains("New search"))
  }

  @Test func clicksChooseAndBegin() {
    var driver = Self.driver()
    let lines = driver.screen.split(separator: "\n", omittingEmptySubsequences: false)
    let row = lines.firstIndex { $0.contains("max norm") }!
    driver.send(.mouse(MouseEvent(.press, button: .left, x: 4, y: row)))
    #expect(
      driver.model[screen: SearchScreen.self].form.values(driver.model.shared)
        == [.learningRate, .dropout(layer: nil), .maxNorm])
  }

  // MARK: - Steering

  @Test func keysSteerTheSearchAndNotTheRun() {
    var driver = Self.driver(Self.search())
    driver.press("enter E P X")
    let best = driver.model[screen: SearchScreen.self].rows[0].id
    #expect(
      Self.controls(driver) == [
        .adopt(trial: best, withWeights: false), .adopt(trial: best, withWeights: true), .pause,
        .stop,
      ])
    #expect(driver.controls.isEmpty && driver.edits.isEmpty)
    driver.press("p")
    #expect(driver.controls == [.pause])
  }

  @Test func valuesThatNoEditChangesAreRefused() {
    var search = SampleSearch.snapshot([SearchDimension(.optimizer, .choices(["adam", "sgd"]))])
    search.beginning = SearchBeginning(origin: .now, step: 0)
    var driver = Self.driver(search)
    driver.press("enter")
    #expect(driver.requests.isEmpty && driver.screen.contains("a run begins with its optimizer"))
  }

  @Test func aLoneSearchHasNoRunToAdoptATrial() {
    var driver = SearchScreenTests.driver()
    driver.press("enter E n X")
    #expect(driver.requests.isEmpty)
    #expect(!driver.screen.contains("Values to try"))
  }

  @Test func whatWasAdoptedIsTakenBackByOneKey() throws {
    var driver = Self.driver(Self.search())
    driver.press("enter")
    var run = driver.model.snapshot!
    let before = run.settings
    run.settings.learningRate = 0.03
    run.settings.weightDecay = 0.01
    run.revision += 1
    run.lastApplied = [RequestID(sender: 1, number: 1)]
    let adopted = AdoptedTrial(
      trial: Self.search().trials[13], dimensions: SampleSearch.two, edit: .replace(run.settings),
      before: before, after: run.settings)
    driver.send(.events([.notice(.adopted(RequestID(sender: 1, number: 1), adopted))]))
    driver.send(.engine(run))
    #expect(driver.screen.contains("trial 13 adopted"))
    driver.press("z")
    #expect(driver.edits == [.replace(before)])
    #expect(driver.model.refusal(of: .undo) == "no edit to undo")
    driver.press("ctrl-y")
    #expect(driver.edits.last == .replace(run.settings))
  }

  @Test func aFinishedRunAnswersAKeyBeforeItSaysAgainThatItHasFinished() {
    var driver = Self.driver(Self.search(), state: .finished(.completed(epochs: 20)))
    #expect(driver.screen.contains("all 20 epochs done"))
    driver.press("x")
    #expect(driver.screen.contains("trial 13 is over"))
    driver.wait(60)
    #expect(driver.screen.contains("all 20 epochs done"))
  }

  @Test func adoptedWeightsCannotBeTakenBackAndThatIsSaid() {
    var driver = Self.driver(Self.search())
    let settings = driver.model.snapshot!.settings
    let edit = Edit.adopt(
      Adoption(trial: 13, file: Adoption.file(step: 1, trial: 13), settings: settings))
    let adopted = AdoptedTrial(
      trial: Self.search().trials[13], dimensions: SampleSearch.two, edit: edit, before: settings,
      after: settings)
    driver.send(.events([.notice(.adopted(RequestID(sender: 1, number: 1), adopted))]))
    driver.press("z")
    #expect(driver.edits.isEmpty && driver.screen.contains("weights cannot be undone"))
  }

  // MARK: - Beside

  @Test func theTabSaysThatASearchGoesOn() {
    var driver = Self.driver(Self.search())
    driver.press("1")
    #expect(driver.screen.contains("Search▶"))
    driver.send(.search(Self.over))
    #expect(!driver.screen.contains("Search▶"))
  }

  @Test func leavingSaysWhatBecomesOfTheSearch() {
    var driver = Self.driver(Self.search())
    driver.press("q")
    #expect(driver.screen.contains("The search beside it goes on with"))
    driver.press("c")
    // Of a run that is over it is the search that is asked about.
    var over = Self.driver(Self.search(), state: .finished(.completed(epochs: 20)))
    over.press("q")
    #expect(over.screen.contains("Leave the search"))
    over.press("l")
    #expect(over.controls == [.stop(checkpoint: true)])
    over.send(.search(Self.over))
    over.press("q")
    #expect(over.effects.contains(.quit))
  }
}
