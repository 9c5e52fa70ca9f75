import EngineInterface
import Files
import Kernels
import RunStore
import TestSupport
import Testing

@testable import Datasets
@testable import Training

/// Light trials that train at the same time.
@Suite struct SideBySideTests {
  static func subject(
    freeze: [String] = ["conv*", "norm*"], threads: Int, optimizer: OptimizerKind = .adam,
    weightDecay: Double = 0
  ) throws -> SearchSubject {
    var configuration = SmallProblem.configuration()
    configuration.freeze = freeze
    configuration.threads = threads
    configuration.optimizer = optimizer
    configuration.weightDecay = weightDecay
    return try SmallProblem.searchSubject(configuration)
  }

  private static func record(
    _ dimensions: [SearchDimension] = [
      SearchDimension(.learningRate, .logarithmic(lower: 1e-4, upper: 0.3)),
      SearchDimension(.maxNorm, .logarithmic(lower: 0.2, upper: 5)),
    ]
  ) -> SearchRecord {
    SearchRecord(
      dimensions: dimensions, budget: SearchBudget(trials: 40, epochs: 5), seed: 3)
  }

  /// - Returns: how many trials trained at once, at most and at its beginning.
  @discardableResult
  private static func finish(_ core: SearchCore) throws -> (most: Int, first: Int) {
    var (most, first) = (0, 0)
    while core.wantsToRun {
      core.tick()
      let count = core.snapshot().current.count
      if first == 0 { first = count }
      most = max(most, count)
    }
    if let failure = core.failure { throw failure }
    return (most, first)
  }

  /// What a search has written, but for how long it took.
  private static func journal(_ folder: RunFolder) throws -> [SearchEvent] {
    try SearchJournal.read(folder.searchJournalPath).filter {
      if case .worked = $0 { false } else { true }
    }
  }

  @Test func theJournalIsThatOfOneAfterTheOther() throws {
    let temporary = TemporaryFolder()
    var journals: [[SearchEvent]] = []
    for threads in [1, 3] {
      let folder = RunFolder(path: joinPath(temporary.path, "\(threads)"))
      try Folder.create(folder.path, exclusively: true)
      let core = try SearchCore(
        Self.subject(threads: threads), Self.record(), folder: folder)
      let (most, first) = try Self.finish(core)
      // The first trial fills the shelf, from which the others then take.
      #expect(most == threads && first == 1)
      #expect(core.subject.trunkPasses == 1)
      journals.append(try Self.journal(folder))
    }
    #expect(journals[0].count > 100 && journals[0] == journals[1])
  }

  @Test func trialsThatTakeTurnsAtAllThreadsTrainAlone() throws {
    let unfrozen = try SearchCore(
      Self.subject(freeze: [], threads: 3), Self.record(), folder: nil)
    #expect(try Self.finish(unfrozen).most == 1)
  }

  /// One that breaks down takes none of those beside it with it.
  @Test func aTrialThatBreaksDownSaysWhyAndTheOthersTrainOn() throws {
    // At a large rate each step's decay throws the weights farther to the other side.
    let record = Self.record(
      [SearchDimension(.learningRate, .logarithmic(lower: 1e-4, upper: 1e6))])
    let cores = try [1, 3].map { threads in
      try SearchCore(
        Self.subject(threads: threads, optimizer: .sgd, weightDecay: 0.5), record, folder: nil)
    }
    for core in cores { try Self.finish(core) }
    let failed = cores[0].planner.trials.filter { $0.state == .failed }
    #expect(!failed.isEmpty && failed.count < cores[0].planner.trials.count)
    #expect(failed.contains { $0.failure?.contains("step") == true })
    // A loss that is no number is not even equal to itself.
    let tables = cores.map { $0.planner.trials.map { "\($0)" } }
    #expect(tables[0] == tables[1] && cores[1].planner.best != nil)
  }

  @Test(arguments: [1, 2, 5, 11, 60])
  func aKillBetweenLeavesTheSameTable(ticks: Int) throws {
    let whole = try SearchCore(Self.subject(threads: 1), Self.record(), folder: nil)
    try Self.finish(whole)
    let temporary = TemporaryFolder()
    let folder = RunFolder(path: joinPath(temporary.path, "search"))
    try Folder.create(folder.path, exclusively: true)
    var core = try SearchCore(Self.subject(threads: 3), Self.record(), folder: folder)
    var runs = 1
    while core.wantsToRun {
      for _ in 0..<ticks where core.wantsToRun { core.tick() }
      guard core.wantsToRun, runs < 12 else { continue }
      // Nothing is said: what is in memory is gone.
      core = try SearchCore(Self.subject(threads: 3), Self.record(), folder: folder)
      runs += 1
    }
    #expect(core.failure == nil)
    #expect(core.planner.trials == whole.planner.trials)
    #expect(core.planner.rounds == whole.planner.rounds)
  }

  /// A person stops one of those that train now; what is known of the others stays as it is.
  @Test func oneOfSeveralCanBeStopped() throws {
    let core = try SearchCore(Self.subject(threads: 3), Self.record(), folder: nil)
    while core.snapshot().current.count < 3 { core.tick() }
    let current = core.snapshot().current
    #expect(core.perform(.stopTrial(current[1])) == nil)
    #expect(core.snapshot().current == [current[0], current[2]])
    try Self.finish(core)
    #expect(core.planner.trials[current[1]].state == .cancelled)
    let whole = try SearchCore(Self.subject(threads: 1), Self.record(), folder: nil)
    try Self.finish(whole)
    for trial in [current[0], current[2]] {
      #expect(core.planner.trials[trial].losses.first == whole.planner.trials[trial].losses.first)
    }
  }
}
