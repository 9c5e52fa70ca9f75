import EngineInterface
import Files
import Kernels
import Network
import RunStore
import TestSupport
import Testing

@testable import Datasets
@testable import Training

/// Searches on a small problem, trained for real.
@Suite struct SearchCoreTests {
  private static let record = SearchRecord(
    dimensions: [
      SearchDimension(.learningRate, .logarithmic(lower: 1e-4, upper: 0.3)),
      SearchDimension(.maxNorm, .logarithmic(lower: 0.2, upper: 5)),
    ], budget: SearchBudget(trials: 34, epochs: 5), seed: 3)

  private static func subject(
    freeze: [String] = ["conv*", "norm*"], threads: Int = 1, available: Int = 1 << 40
  ) throws -> SearchSubject {
    var configuration = SmallProblem.configuration()
    configuration.freeze = freeze
    configuration.threads = threads
    return try SmallProblem.searchSubject(configuration, available: available)
  }

  private static func finish(_ core: SearchCore) throws {
    var ticks = 0
    while core.wantsToRun {
      core.tick()
      ticks += 1
      precondition(ticks < 1_000_000, "a search without an end")
    }
    if let failure = core.failure { throw failure }
  }

  @Test func allTrialsOfAHeadTogetherPassOnceOverTheData() throws {
    let core = try SearchCore(Self.subject(), Self.record, folder: nil)
    try Self.finish(core)
    #expect(core.planner.trials.count > 25)
    #expect(core.subject.trunkPasses == 1)
    let best = try #require(core.planner.best)
    let others = core.planner.trials.filter { $0.state == .stopped }.map(\.score)
    #expect(
      others.allSatisfy { $0 >= core.planner.trials[best.trial].losses.prefix(1).min()! * 0.5 })
    #expect(core.planner.trials[best.trial].accuracies.max()! > 0.8)
  }

  /// The table is a matter of the seed: not of threads, of memory, or of a kill in between.
  @Test func theSameSeedGivesTheSameTable() throws {
    let core = try SearchCore(Self.subject(), Self.record, folder: nil)
    try Self.finish(core)
    let threads = try SearchCore(Self.subject(threads: 3), Self.record, folder: nil)
    try Self.finish(threads)
    #expect(threads.planner.trials == core.planner.trials)
    #expect(threads.planner.rounds == core.planner.rounds)
    // No more than two trials at a time stay in memory; the others come back from their files.
    let temporary = TemporaryFolder()
    let folder = RunFolder(path: joinPath(temporary.path, "search"))
    try Folder.create(folder.path, exclusively: true)
    let crowded = try SearchCore(Self.subject(available: 500_000), Self.record, folder: folder)
    try Self.finish(crowded)
    #expect(crowded.planner.trials == core.planner.trials)
  }

  @Test(arguments: [1, 37, 160, 1_111, 1_700])
  func aSearchThatWasKilledComesToTheSameTable(ticks: Int) throws {
    let whole = try SearchCore(Self.subject(), Self.record, folder: nil)
    try Self.finish(whole)
    let temporary = TemporaryFolder()
    let folder = RunFolder(path: joinPath(temporary.path, "search"))
    try Folder.create(folder.path, exclusively: true)
    var core = try SearchCore(Self.subject(), Self.record, folder: folder)
    var runs = 1
    while core.wantsToRun {
      for _ in 0..<ticks where core.wantsToRun { core.tick() }
      guard core.wantsToRun, runs < 12 else { continue }
      // Nothing is said: what is in memory is gone.
      core = try SearchCore(Self.subject(), Self.record, folder: folder)
      runs += 1
    }
    #expect(core.failure == nil)
    #expect(core.planner.trials == whole.planner.trials)
    #expect(core.planner.rounds == whole.planner.rounds)
    #expect(core.planner.ending == whole.planner.ending)
    let again = try SearchCore(Self.subject(), Self.record, folder: folder)
    #expect(again.planner.trials == whole.planner.trials && !again.wantsToRun)
  }

  @Test func aDamagedJournalIsRefusedWithItsLine() throws {
    let temporary = TemporaryFolder()
    let folder = RunFolder(path: joinPath(temporary.path, "search"))
    try Folder.create(folder.path, exclusively: true)
    for text in ["nonsense\n", #"{"epoch":{"trial":999,"loss":1,"accuracy":1}}"# + "\n"] {
      try OutputFile.write(Array(text.utf8), to: folder.searchJournalPath)
      let error = #expect(throws: FormatError.self) {
        try SearchCore(Self.subject(), Self.record, folder: folder)
      }
      #expect(error?.expected.contains("line 1") == true)
    }
    // What a kill has torn is not there.
    try OutputFile.write(Array(#"{"epoch":{"tri"#.utf8), to: folder.searchJournalPath)
    _ = try SearchCore(Self.subject(), Self.record, folder: folder)
  }

  @Test func valuesThatNoEditCanChangeAreTriedFromTheSameWeights() throws {
    let record = SearchRecord(
      dimensions: [
        SearchDimension(.optimizer, .choices(["adam", "sgd"])),
        SearchDimension(.labelSmoothing, .linear(lower: 0, upper: 0.2)),
      ], budget: SearchBudget(trials: 10, epochs: 2), seed: 3)
    let core = try SearchCore(Self.subject(), record, folder: nil)
    try Self.finish(core)
    #expect(core.planner.trials.contains { $0.point.values[0] == .choice("sgd") && $0.epochs > 0 })
    #expect(core.subject.trunkPasses == 1)
  }

  @Test func aValueThatTheNetworkDoesNotHaveIsNamed() throws {
    let record = SearchRecord(
      dimensions: [
        SearchDimension(.dropout(layer: "nowhere"), .logarithmic(lower: 0.05, upper: 0.8))
      ], budget: SearchBudget(epochs: 2), seed: 3)
    let core = try SearchCore(Self.subject(), record, folder: nil)
    core.tick()
    #expect("\(core.failure.map { "\($0)" } ?? "")".contains("nowhere"))
  }

  @Test func aTrialCanBeStoppedAndTheSearchExtended() throws {
    var record = Self.record
    record.budget = SearchBudget(trials: 25, epochs: 2)
    let core = try SearchCore(Self.subject(), record, folder: nil)
    core.perform(.stopTrial(3))
    core.perform(.pause)
    #expect(!core.wantsToRun)
    core.perform(.resume)
    try Self.finish(core)
    #expect(core.planner.trials[3].state == .cancelled && core.planner.trials[3].epochs == 0)
    #expect(core.planner.ending == .trials(25))
    core.perform(.extend(trials: 9, minutes: 0))
    #expect(core.wantsToRun)
    try Self.finish(core)
    #expect(core.planner.trials.count > 25)
  }
}
