import EngineInterface
import Files
import TestSupport
import Testing

@testable import RunStore

@Suite struct RunSummaryTests {
  let temporary = TemporaryFolder()
  var runs: RunsFolder { RunsFolder(path: temporary("runs")) }

  private func newRun(_ name: String) throws -> Run {
    try runs.create(name: name, model: "m", options: [Int]()) { Fixture.record(named: $0) }
  }

  private func epoch(_ number: Int, loss: Double, validation: Double?) -> JournalEntry {
    let metrics = { (loss: Double) in
      EpochSummary.Metrics(loss: loss, accuracy: 1 - loss, top5: nil)
    }
    return .epoch(
      time: Double(number),
      summary: EpochSummary(
        epoch: number, step: number * 10, train: metrics(loss),
        validation: validation.map(metrics), imagesPerSecond: 1, learningRate: 1))
  }

  @Test func noFolderMeansNoRuns() throws {
    #expect(try runs.summaries().isEmpty)
  }

  @Test func statesFollowLockAndJournal() throws {
    do {
      let finished = try newRun("finished")
      try finished.journal.append(.ended(step: 3, time: 40, how: .finished, reason: "done"))
      let failed = try newRun("failed")
      try failed.journal.append(.ended(step: 3, time: 30, how: .failed, reason: "NaN"))
      let stopped = try newRun("stopped")
      try stopped.journal.append(.ended(step: 3, time: 20, how: .stopped, reason: nil))
      let killed = try newRun("killed")
      try killed.journal.append(.ended(step: 3, time: 5, how: .finished, reason: "done"))
      try killed.journal.append(.resumed(step: 3, time: 10))
    }
    let running = try newRun("running")
    try running.journal.append(.resumed(step: 0, time: 50))
    _ = try newRun("broken")
    try OutputFile.write(Array("{".utf8), to: runs.find("broken").recordPath)

    let summaries = try runs.summaries()
    #expect(
      summaries.map(\.name) == ["running", "finished", "failed", "stopped", "killed", "broken"])
    #expect(
      summaries.dropLast().map(\.state) == [
        .running, .finished, .failed("NaN"), .stopped(step: 3), .stopped(step: nil),
      ])
    guard case .unreadable(let reason) = summaries[5].state else {
      Issue.record("broken run is \(summaries[5].state)")
      return
    }
    #expect(!summaries[5].canResume)
    #expect(reason.contains("run.json") && !reason.contains("\n"))
  }

  @Test func numbersComeFromTheJournal() throws {
    let run = try newRun("mine")
    try run.journal.append(.edit(step: 4, time: 1, edit: .setEpochs(7)))
    try run.journal.append(epoch(1, loss: 0.1, validation: 0.5))
    try run.journal.append(epoch(2, loss: 0.1, validation: 0.25))
    try run.journal.append(epoch(3, loss: 0.1, validation: .nan))
    let model = try Fixture.model(seed: 1)
    // From its beginning.
    #expect(run.folder.summary.canResume)
    try run.write(Fixture.checkpoint(of: model, step: 30), isBest: false, time: 4)
    let summary = run.folder.summary
    #expect(summary.model == "/models/still.h5")
    #expect(summary.epochsDone == 3 && summary.epochsPlanned == 7 && summary.steps == 30)
    #expect(summary.best?.epoch == 2 && summary.best?.isValidation == true)
    #expect(summary.best?.metrics.accuracy == 0.75)
    #expect(summary.canResume)
  }

  @Test func bestIsTrainingLossWithoutValidation() throws {
    let run = try newRun("mine")
    try run.journal.append(epoch(1, loss: 0.25, validation: nil))
    try run.journal.append(epoch(2, loss: 0.5, validation: nil))
    #expect(run.folder.summary.best?.epoch == 1)
    #expect(run.folder.summary.best?.isValidation == false)
  }
}
