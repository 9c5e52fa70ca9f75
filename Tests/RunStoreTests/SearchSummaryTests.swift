import EngineInterface
import Files
import TestSupport
import Testing

@testable import RunStore

/// Searches among runs.
@Suite struct SearchSummaryTests {
  let temporary = TemporaryFolder()
  var runs: RunsFolder { RunsFolder(path: temporary("runs")) }

  private static let record = SearchRecord(
    dimensions: [SearchDimension(.maxNorm, .logarithmic(lower: 0.5, upper: 8))],
    budget: SearchBudget(trials: 9, epochs: 4), seed: 1)

  private func newSearch(_ name: String, _ events: [SearchEvent]) throws {
    let run = try runs.create(
      name: name, model: "m", options: [Int](), files: { try Self.record.write(to: $0.searchPath) }
    ) { Fixture.record(named: $0) }
    let journal = try SearchJournal(path: run.folder.searchJournalPath)
    for event in events { try journal.append(event) }
  }

  @Test func aSearchIsListedAsOneWithItsBest() throws {
    try newSearch(
      "left",
      [
        .epoch(trial: 0, loss: 0.5, accuracy: 0.8), .epoch(trial: 1, loss: 0.3, accuracy: 0.9),
        .epoch(trial: 0, loss: .nan, accuracy: 0), .cancelled(trial: 2), .worked(seconds: 3),
      ])
    let left = try runs.find("left").summary
    #expect(left.trials == 3 && left.epochsDone == 3 && left.canResume)
    #expect(left.best?.metrics.loss == 0.3 && left.best?.epoch == 2)
    #expect(left.state == .stopped(step: nil))
    try newSearch("over", [.epoch(trial: 0, loss: 1, accuracy: 0), .ended(.stopped)])
    #expect(try runs.find("over").summary.state == .finished)
    try newSearch("extended", [.ended(.trials(9)), .extended(trials: 2, minutes: 0)])
    #expect(try runs.find("extended").summary.state == .stopped(step: nil))
    #expect(try runs.summaries().count == 3)
  }

  @Test func aDamagedSearchIsInTheListToo() throws {
    try newSearch("bad", [])
    try OutputFile.write(Array("[]".utf8), to: runs.find("bad").searchPath)
    guard case .unreadable(let words) = try runs.find("bad").summary.state else {
      Issue.record("it cannot be read")
      return
    }
    #expect(words.contains("search.json"))
  }

  /// Killed between its own record and the run's, it is none, and its name is free.
  @Test func aSearchThatWasKilledWhileItWasMadeLeavesItsName() throws {
    let folder = RunFolder(path: joinPath(runs.path, "s"))
    try Folder.create(runs.path, exclusively: false)
    try Folder.create(folder.path, exclusively: true)
    try Self.record.write(to: folder.searchPath)
    try newSearch("s", [])
    #expect(try runs.find("s").summary.trials == 0)
  }
}
