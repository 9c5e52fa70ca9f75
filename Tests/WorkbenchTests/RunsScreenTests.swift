import EngineInterface
import Foundation
import TerminalUI
import Testing

@testable import Workbench

@Suite struct RunsScreenTests {
  /// The screen with these runs.
  static func driver(
    _ runs: [RunSummary], columns: Int = 120, lines: Int = 36, keys: String = ""
  ) -> Driver {
    var driver = Driver(SampleRuns.digits(step: 300), columns: columns, lines: lines)
    driver.press("6")
    driver.send(.tick(driver.model.now))
    driver.answer(runs)
    driver.press(keys)
    driver.send(.tick(driver.model.now))
    driver.answer(runs)
    return driver
  }

  static let runs = (0..<12).map { SampleRunList.summary($0) }

  @Test(arguments: [(80, 24), (120, 36), (200, 60), (60, 16)])
  func looksAsBefore(columns: Int, lines: Int) {
    let driver = Self.driver(
      Self.runs, columns: columns, lines: lines, keys: "space down down space down")
    Baseline.expect(driver.screen, named: "runs-\(columns)x\(lines)")
  }

  @Test(arguments: [(80, 24), (120, 36)]) func detailsLookAsBefore(columns: Int, lines: Int) {
    let driver = Self.driver(Self.runs, columns: columns, lines: lines, keys: "down enter")
    Baseline.expect(driver.screen, named: "runs-details-\(columns)x\(lines)")
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 60), (60, 16), (72, 22)])
  func whateverTheRunsAreNothingBreaks(columns: Int, lines: Int) {
    let long = String(repeating: "a very long name of a run ", count: 12)
    let lists = [
      [], [SampleRunList.summary(0)], (0..<1000).map { SampleRunList.summary($0) },
      [SampleRunList.summary(0, name: long), SampleRunList.summary(5, name: long + "!")],
      [SampleRunList.summary(0, name: "\u{1B}[31m漢字\n\t")],
    ]
    for runs in lists {
      var driver = Self.driver(runs, columns: columns, lines: lines, keys: "end space")
      #expect(!driver.screen.contains("\u{1B}"))
      driver.press("enter s s S m x down home G ctrl-u ctrl-d u esc esc")
      driver.answer(runs)
      #expect(driver.screen.split(separator: "\n").count <= lines)
    }
    #expect(Self.driver([], columns: columns, lines: lines).screen.contains("no runs yet"))
  }

  @Test func theListIsAskedForEveryFewSecondsAndOnlyWhileItIsSeen() {
    var driver = Driver(SampleRuns.digits(step: 300))
    driver.wait(10)
    #expect(driver.questions.isEmpty)
    driver.press("6")
    driver.wait(0.1)
    #expect(driver.questions == [.runs])
    // Not again while it is on its way.
    driver.wait(10)
    #expect(driver.questions == [.runs])
    driver.answer([])
    driver.wait(1)
    #expect(driver.questions == [.runs])
    // It took ten seconds to read: that is not to be done again at once.
    driver.wait(100)
    #expect(driver.questions == [.runs])
    driver.wait(100)
    #expect(driver.questions == [.runs, .runs])
    driver.answer([], from: driver.effects.count - 1)
    driver.press("1")
    driver.wait(100)
    #expect(driver.questions == [.runs, .runs])
  }

  @Test func whatIsUnchangedIsNotReadAgainAndDrawsTheSame() {
    var driver = Self.driver(Self.runs)
    let before = driver.screen
    let asked = driver.questions.count
    let first = driver.effects.count
    driver.wait(4)
    driver.answer(Self.runs, from: first)
    #expect(driver.questions.count == asked + 1)
    #expect(driver.screen == before)
  }

  @Test func aRunThatGoesOnIsReadAgain() {
    var driver = Self.driver(Self.runs)
    let first = driver.effects.count
    var later = Self.runs
    later[0].lastActivity = SampleRuns.start + 4
    driver.wait(4)
    driver.answer(later, from: first)
    #expect(driver.questions.suffix(2) == [.runs, .run(path: later[0].path)])
  }

  @Test func spaceMarksAndTheCurvesLieOverEachOther() {
    let runs = (0..<12).map { SampleRunList.summary($0, name: "run-\($0)x") }
    var driver = Self.driver(runs, keys: "space down down space")
    #expect(driver.runsScreen.marked == [runs[0].path, runs[2].path])
    #expect(driver.screen.contains("2 marked"))
    for run in [runs[0], runs[2]] {
      #expect(driver.screen.components(run.name) >= 2, "in the list and in the legend")
    }
    driver.press("space")
    #expect(driver.runsScreen.marked == [runs[0].path])
    driver.press("u")
    #expect(driver.runsScreen.marked.isEmpty)
  }

  @Test func columnsSortAndTheSelectionStaysOnItsRun() {
    var driver = Self.driver(Self.runs, keys: "down down")
    let selected = driver.runsScreen.selected
    driver.press("s s s")
    #expect(driver.runsScreen.order.column == .accuracy)
    let accuracies = driver.runsScreen.rows.compactMap { $0.best?.metrics.accuracy }
    #expect(accuracies == accuracies.sorted(by: >))
    // Those without a number stand last, either way.
    #expect(driver.runsScreen.rows.last?.best == nil)
    driver.press("S")
    #expect(driver.runsScreen.rows.last?.best == nil)
    let rising = driver.runsScreen.rows.compactMap { $0.best?.metrics.accuracy }
    #expect(rising == accuracies.reversed())
    #expect(driver.runsScreen.selected == selected)
    driver.press("right")
    #expect(driver.runsScreen.order.column == .loss)
  }

  @Test func aSearchTakesLettersAndEscShowsAllAgain() {
    var driver = Self.driver(Self.runs)
    driver.press("/")
    driver.type("mobilenet q")
    #expect(driver.runsScreen.rows.isEmpty && driver.screen.contains("no run has these words"))
    driver.press("backspace backspace")
    #expect(!driver.runsScreen.rows.isEmpty)
    #expect(driver.runsScreen.rows.allSatisfy { $0.model.contains("mobilenet") })
    driver.press("enter down space")
    #expect(driver.runsScreen.marked.count == 1)
    driver.press("esc")
    #expect(driver.runsScreen.rows.count == Self.runs.count)
    #expect(driver.model.number == 6)
    driver.press("esc")
    #expect(driver.model.number == 1)
  }

  @Test func theMouseSelectsMarksSortsAndOpens() throws {
    let runs = (0..<12).map { SampleRunList.summary($0, name: "run-\($0)x") }
    var driver = Self.driver(runs)
    let row = try #require(driver.place(of: runs[3].name))
    driver.click(x: row.x + 2, y: row.y)
    #expect(driver.runsScreen.selected == runs[3].path)
    driver.click(x: row.x + 2, y: row.y)
    #expect(driver.runsScreen.showsDetails)
    driver.press("esc")
    driver.click(x: row.x - 2, y: row.y)
    #expect(driver.runsScreen.marked == [runs[3].path])
    let heading = try #require(driver.place(of: "accuracy best"))
    driver.click(x: heading.x + 1, y: heading.y)
    #expect(driver.runsScreen.order.column == .accuracy && driver.runsScreen.order.isDescending)
    driver.click(x: heading.x + 1, y: heading.y)
    #expect(!driver.runsScreen.order.isDescending)
  }

  @Test func aRunsFolderThatCannotBeReadSaysSo() throws {
    var driver = Driver(SampleRuns.digits(step: 300))
    driver.press("6")
    driver.send(.tick(driver.model.now))
    guard case .send(.question(.runs), let id)? = driver.effects.last else {
      Issue.record("nothing was asked")
      return
    }
    driver.send(.replies([Reply(id: id, answer: .failed("/runs: cannot read"))]))
    #expect(driver.screen.contains("/runs: cannot read"))
  }

  @Test func datesAreThoseOfTheCalendar() {
    let now = 1_795_863_600.0  // 2026-11-28 11:00 UTC
    #expect(RunText.date(now, now: now, offset: 0) == "11-28 11:00")
    #expect(RunText.date(951_782_400, now: now, offset: 0) == "2000-02-29 00:00")
    #expect(RunText.date(-1, now: now, offset: 0) == "1969-12-31 23:59")
    #expect(RunText.date(.nan, now: now, offset: 0) == "–")
  }
}

extension Driver {
  var questions: [Question] {
    effects.compactMap { if case .send(.question(let question), _) = $0 { question } else { nil } }
  }

  mutating func click(x: Int, y: Int) {
    send(.mouse(MouseEvent(.press, button: .left, x: x, y: y)))
    send(.mouse(MouseEvent(.release, button: .left, x: x, y: y)))
  }

  /// Where a text begins on the screen.
  func place(of text: String) -> (x: Int, y: Int)? {
    for (y, line) in screen.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let range = line.range(of: text) {
        return (line.distance(from: line.startIndex, to: range.lowerBound), y)
      }
    }
    return nil
  }
}

extension String {
  /// How often `text` is in it.
  fileprivate func components(_ text: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.range(of: text) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
