import EngineInterface
import Foundation
import TerminalUI
import Testing

@testable import Workbench

@Suite struct SearchScreenTests {
  /// The screen with a search under way.
  static func driver(
    _ search: SearchSnapshot? = SampleSearch.snapshot(), columns: Int = 120, lines: Int = 36,
    keys: String = "", glyphs: GlyphSet = .braille
  ) -> Driver {
    var view = SampleRuns.digits(step: 0)
    view.run.isSearch = true
    view.progress.stepsPerEpoch = 0
    var driver = Driver(view, columns: columns, lines: lines, glyphs: glyphs)
    if let search { driver.send(.search(search)) }
    driver.press("5")
    driver.press(keys)
    return driver
  }

  static let sizes = [(80, 24), (120, 36)]

  @Test(arguments: sizes) func curvesLookAsBefore(columns: Int, lines: Int) {
    let driver = Self.driver(columns: columns, lines: lines, keys: "space down down space")
    Baseline.expect(driver.screen, named: "search-trials-\(columns)x\(lines)")
  }

  @Test(arguments: sizes) func responseLooksAsBefore(columns: Int, lines: Int) {
    let driver = Self.driver(columns: columns, lines: lines, keys: "v")
    Baseline.expect(driver.screen, named: "search-response-\(columns)x\(lines)")
  }

  @Test(arguments: sizes) func heatMapLooksAsBefore(columns: Int, lines: Int) {
    let driver = Self.driver(columns: columns, lines: lines, keys: "v v", glyphs: .ascii)
    Baseline.expect(driver.screen, named: "search-heat-\(columns)x\(lines)")
  }

  @Test(arguments: sizes) func parallelCoordinatesLookAsBefore(columns: Int, lines: Int) {
    let search = SampleSearch.snapshot(SampleSearch.three)
    let driver = Self.driver(search, columns: columns, lines: lines, keys: "v v v")
    Baseline.expect(driver.screen, named: "search-parallel-\(columns)x\(lines)")
  }

  @Test(arguments: sizes) func roundsLookAsBefore(columns: Int, lines: Int) {
    let driver = Self.driver(columns: columns, lines: lines, keys: "v v v")
    #expect(driver.model[screen: SearchScreen.self].view == .rounds)
    Baseline.expect(driver.screen, named: "search-rounds-\(columns)x\(lines)")
  }

  /// Of many rounds only the last are seen, and of no sentence only the end.
  @Test(arguments: sizes) func roundsBeginWhereASentenceDoes(columns: Int, lines: Int) throws {
    for count in 1...9 {
      var search = SampleSearch.snapshot()
      let result = search.rounds[0].result
      search.rounds = (1...count).map { number in
        var round = SearchRound(
          number: number, reason: .around(trial: 13), rateFactor: 1, trials: 0..<9)
        round.result = result
        return round
      }
      let driver = Self.driver(search, columns: columns, lines: lines, keys: "v v v")
      let screen = driver.screen.split(separator: "\n")
      let best = try #require(screen.firstIndex { $0.contains("best 13") })
      let first = try #require(screen[best + 1].split(separator: "│").last).dropFirst()
      #expect(first.hasPrefix("round") || first.hasPrefix("…"), "\(count): \(first)")
      #expect(driver.screen.contains("round \(count) over"), "\(count)")
    }
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 60), (60, 16), (72, 22)])
  func whateverTheSearchIsNothingBreaks(columns: Int, lines: Int) {
    var strange = SampleSearch.snapshot(
      [SearchDimension(.optimizer, .choices(["adam", "sgd"]))], phase: .over(.noResult))
    strange.trials[0] = SearchTrial(
      id: 0, round: 1, point: SearchPoint([.choice("nowhere")]), seed: 0, rung: 1)
    strange.trials[1].note(loss: .nan, accuracy: .nan)
    strange.trials[2].note(loss: 0, accuracy: 0)
    var empty = SearchSnapshot()
    empty.dimensions = SampleSearch.two
    for search in [nil, empty, strange, SampleSearch.snapshot(SampleSearch.three)] {
      for glyphs in [GlyphSet.braille, .blocks, .ascii] {
        var driver = Self.driver(search, columns: columns, lines: lines, glyphs: glyphs)
        for keys in ["v", "v o y", "v", "v", "v", "space s s S G u esc", "x P +", "esc"] {
          driver.press(keys)
          #expect(driver.screen.split(separator: "\n").count <= lines)
        }
      }
    }
  }

  @Test func withoutASearchTheScreenSaysHowToBeginOne() {
    let driver = Self.driver(nil)
    #expect(driver.screen.contains("thaw search MODEL --data PATH"))
  }

  @Test func theBestStandsFirstAndColumnsSort() {
    var driver = Self.driver()
    var screen: SearchScreen { driver.model[screen: SearchScreen.self] }
    let scores = screen.rows.map(\.score).filter(\.isFinite)
    #expect(scores == scores.sorted() && screen.rows[0].score == scores.min())
    let selected = screen.selected
    driver.press("s")
    #expect(screen.order.column == .accuracy && screen.selected == selected)
    let accuracies = screen.rows.compactMap { $0.accuracies.max() }
    #expect(accuracies == accuracies.sorted(by: >))
    driver.press("S")
    #expect(screen.rows.compactMap { $0.accuracies.max() } == accuracies.sorted())
  }

  @Test func keysSteerTheSearch() {
    var driver = Self.driver()
    func controls() -> [SearchControl] {
      driver.requests.compactMap { if case .search(let control) = $0 { control } else { nil } }
    }
    // The best is over: it cannot be stopped, and that is said.
    driver.press("x")
    #expect(controls().isEmpty && driver.screen.contains("is over"))
    let row = driver.model[screen: SearchScreen.self].rows.firstIndex { $0.id == 30 }!
    driver.press(Array(repeating: "down", count: row).joined(separator: " "))
    driver.press("x P")
    #expect(controls() == [.stopTrial(30), .pause])
    var paused = SampleSearch.snapshot(phase: .paused)
    paused.revision = 2
    driver.send(.search(paused))
    driver.press("P")
    #expect(controls().last == .resume)
    driver.press("+ 2")
    #expect(controls().last == .extend(trials: 50, minutes: 0))
  }

  @Test func aSearchThatEndedByHandCannotBeExtended() {
    var driver = Self.driver(SampleSearch.snapshot(phase: .over(.stopped)))
    driver.press("+")
    #expect(driver.requests.isEmpty && driver.screen.contains("ended by hand"))
  }

  @Test func leavingASearchSaysThatItCanBeGoneOnWith() {
    var driver = Self.driver()
    driver.press("q")
    #expect(driver.screen.contains("thaw resume"))
    driver.press("l")
    #expect(driver.controls == [.stop(checkpoint: true)])
  }

  @Test func pointsAreComparedWhereEnoughOfThemHaveBeen() {
    let search = SampleSearch.snapshot()
    let comparison = SearchComparison(search)
    // Four epochs: six of the first round's trials and the best.
    #expect(comparison.epochs == 4)
    let best = comparison.entries.first { $0.trial == 13 }
    #expect(best.map { $0.error > 0 } == true, "three seeds have an error")
    #expect(comparison.entries.allSatisfy { search.trials[$0.trial].epochs >= 4 })
    #expect(comparison.entries.map { comparison.share(of: $0.mean) }.min() == 0)
  }

  @Test func aParabolaGoesThroughItsPoints() throws {
    let points = [0, 0.25, 0.5, 0.75, 1].map { x in
      (place: x, value: exp(1 - 2 * x + 3 * x * x))
    }
    let curve = try #require(SearchComparison.curve(through: points))
    for point in points { #expect(abs(curve(point.place) - point.value) < 1e-9) }
    #expect(SearchComparison.curve(through: Array(points.prefix(3))) == nil)
    let level = [0.5, 0.5, 0.5, 0.5].map { (place: $0, value: 1.0) }
    #expect(SearchComparison.curve(through: level) == nil)
  }
}
