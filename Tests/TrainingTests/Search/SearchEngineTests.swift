import EngineInterface
import Files
import Kernels
import Network
import RunStore
import TestSupport
import Testing

@testable import Training

/// The search engine on its own queue, as screens and scripts see it.
@Suite struct SearchEngineTests {
  static let record = SearchRecord(
    dimensions: [
      SearchDimension(.learningRate, .logarithmic(lower: 1e-4, upper: 0.3)),
      SearchDimension(.maxNorm, .logarithmic(lower: 0.2, upper: 5)),
    ], budget: SearchBudget(trials: 25, epochs: 3), seed: 3)

  static func inputs(
    _ record: SearchRecord = record, run: Run? = nil
  ) throws -> SearchInputs {
    var configuration = SmallProblem.configuration()
    configuration.freeze = ["conv*", "norm*"]
    let pool = WorkerPool(threads: 1)
    let data = SmallProblem.data()
    let imported = SmallProblem.imported(try SmallProblem.classifier())
    let prepared = try PreparedModel(
      imported, configuration: configuration, classes: data.classes, pool: pool)
    let subject = SearchSubject(
      prepared, settings: prepared.settings, data: data, configuration: configuration, pool: pool
    ) { configuration in
      let prepared = try PreparedModel(
        imported, configuration: configuration, classes: data.classes, pool: pool)
      return (prepared, data)
    }
    try subject.check(record)
    var inputs = SearchInputs(
      subject: subject, record: record, configuration: configuration,
      notices: ["one layer was left out"])
    inputs.run = run
    return inputs
  }

  private static func engine(
    _ record: SearchRecord = record, waiter: EngineWaiter,
    makeRun: @escaping @Sendable () throws -> sending Run? = { nil }
  ) -> Engine {
    Engine(
      searching: "small",
      prepare: { progress in
        progress(.readingModel)
        return try inputs(record, run: makeRun())
      }, onChange: { waiter.wake() })
  }

  private static func isOver(_ engine: Engine) -> Bool {
    if case .finished = engine.snapshot.state { true } else { false }
  }

  @Test func itSearchesToTheEndAndSaysWhyItWentWhere() async throws {
    let waiter = EngineWaiter()
    let engine = Self.engine(waiter: waiter)
    await waiter.wait { Self.isOver(engine) }
    let search = try #require(engine.search)
    // Single values, and not the whole table, stand in what a failure says.
    let (phase, count) = (search.phase, search.trials.count)
    #expect(phase == .over(.trials(25)) && count == 25)
    let snapshot = engine.snapshot
    let (isSearch, layers) = (snapshot.run.isSearch, snapshot.layers.count)
    #expect(isSearch && layers > 3)
    let notices = engine.events(after: 0).compactMap { event -> EngineNotice? in
      if case .notice(let notice) = event.event { notice } else { nil }
    }
    let isTold = notices.contains(.remark("one layer was left out"))
    #expect(isTold)
    let begun = notices.compactMap { notice -> Range<Int>? in
      if case .searchRound(let round, nil, _) = notice { round.trials } else { nil }
    }
    #expect(begun == [0..<25])
    let over = notices.compactMap { notice -> Int? in
      if case .searchRoundOver(_, let best, _) = notice { best.id } else { nil }
    }
    let best = search.best?.trial
    #expect(over == [best])
    let last = notices.last
    #expect(last == .searchOver(.trials(25)))
    // The same search without an engine.
    let core = try SearchCore(Self.inputs().subject, Self.record, folder: nil)
    while core.wantsToRun { core.tick() }
    let isSame = core.planner.trials == search.trials
    #expect(isSame)
  }

  @Test func requestsAreCarriedOutInOrderOrRefused() async throws {
    let waiter = EngineWaiter()
    let engine = Self.engine(waiter: waiter)
    let sender = RequestSender(7)
    for request: Request in [
      .search(.pause), .search(.stopTrial(3)), .search(.stopTrial(3)), .search(.stopTrial(99)),
      .edit(.setLearningRate(0.1)), .search(.resume), .search(.extend(trials: 1, minutes: 0)),
    ] {
      sender.send(request, to: engine)
    }
    await waiter.wait { Self.isOver(engine) }
    let search = try #require(engine.search)
    let (state, count) = (search.trials[3].state, search.trials.count)
    #expect(state == .cancelled && count == 26)
    let refused = engine.events(after: 0).compactMap { event -> (UInt64, Objection)? in
      if case .rejected(let id, let objection) = event.event { (id.number, objection) } else { nil }
    }
    #expect(refused.map(\.0) == [3, 4, 5])
    #expect(refused.map(\.1) == [.trialIsOver(3), .noTrial(99), .isSearch])
    let applied = engine.snapshot.lastApplied(of: 7)
    #expect(applied == 7)
    // One that is over goes on when it may.
    sender.send(.search(.extend(trials: 2, minutes: 0)), to: engine)
    await waiter.wait { Self.isOver(engine) && engine.search?.trials.count == 28 }
  }

  /// Left in the middle, by a person or by a kill, it goes on to the same table.
  @Test func aSearchThatWasLeftGoesOn() async throws {
    let temporary = TemporaryFolder()
    let runs = RunsFolder(path: joinPath(temporary.path, "runs"))
    let waiter = EngineWaiter()
    let engine = Self.engine(waiter: waiter) {
      try runs.create(
        name: "s", model: "small", options: EngineConfiguration(),
        files: { try Self.record.write(to: $0.searchPath) }
      ) { name in
        RunRecord(
          name: name, model: "small", data: "small", validation: nil, seed: 3,
          settings: TuningSettings(), created: 1, programVersion: "", machine: .current)
      }
    }
    await waiter.wait { (engine.search?.trials.count { $0.epochs > 0 } ?? 0) > 5 }
    RequestSender().send(.control(.stop(checkpoint: true)), to: engine)
    await waiter.wait { Self.isOver(engine) }
    let folder = try runs.find("s")
    #expect(folder.isSearch)
    let core = try SearchCore(
      Self.inputs().subject, SearchRecord.read(folder.searchPath), folder: folder)
    while core.wantsToRun { core.tick() }
    let whole = try SearchCore(Self.inputs().subject, Self.record, folder: nil)
    while whole.wantsToRun { whole.tick() }
    let isSame = core.planner.trials == whole.planner.trials
    #expect(core.failure == nil)
    #expect(isSame)
  }

  @Test func whatCannotBePreparedFailsWithItsError() async {
    let waiter = EngineWaiter()
    var record = Self.record
    record.dimensions = [
      SearchDimension(.dropout(layer: "nowhere"), .logarithmic(lower: 0.05, upper: 0.8))
    ]
    let engine = Self.engine(record, waiter: waiter)
    await waiter.wait { engine.failure != nil }
    let words = engine.failure.map { "\($0)" } ?? ""
    #expect(words.contains("nowhere") && engine.failure is ConfigurationError, "\(words)")
  }

  @Test func momentumNeedsAnOptimizerThatHasIt() throws {
    var configuration = SmallProblem.configuration()
    configuration.optimizer = .adadelta
    let data = SmallProblem.data()
    let pool = WorkerPool(threads: 1)
    let prepared = try PreparedModel(
      SmallProblem.imported(try SmallProblem.classifier()), configuration: configuration,
      classes: data.classes, pool: pool)
    let subject = SearchSubject(
      prepared, settings: prepared.settings, data: data, configuration: configuration, pool: pool
    ) { _ in (prepared, data) }
    let record = SearchRecord(
      dimensions: [SearchDimension(.momentum, .linear(lower: 0.5, upper: 0.9))],
      budget: SearchBudget(epochs: 2), seed: 1)
    #expect(throws: ConfigurationError.self) { try subject.check(record) }
  }
}
