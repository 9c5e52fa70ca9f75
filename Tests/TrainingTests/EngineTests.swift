import EngineInterface
import Synchronization
import Testing

@testable import Training

/// The engine on its own queue, as screens and commands see it.
struct EngineTests {
  /// Wakes whoever waits for the engine to come to a state.
  private final class Waiter: Sendable {
    private let continuation: AsyncStream<Void>.Continuation
    private let changes: AsyncStream<Void>

    init() {
      (changes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func wake() { continuation.yield() }

    func wait(until isReached: () -> Bool) async {
      if isReached() { return }
      for await _ in changes where isReached() { return }
    }
  }

  private func engine(
    _ configuration: EngineConfiguration = SmallProblem.configuration(), waiter: Waiter
  ) -> Engine {
    Engine(
      configuration: configuration, model: "small",
      prepare: { progress in
        progress("reading the model")
        return try SmallProblem.inputs(configuration, notices: ["one layer was left out"])
      }, onChange: { waiter.wake() })
  }

  private func isFinished(_ state: EngineSnapshot.State) -> Bool {
    if case .finished = state { true } else { false }
  }

  @Test func itTrainsToTheEndAndStaysAlive() async {
    let waiter = Waiter()
    let engine = engine(waiter: waiter)
    await waiter.wait { isFinished(engine.snapshot.state) }
    #expect(engine.snapshot.progress.step == 21)
    let events = engine.takeEvents()
    #expect(events.first == .notice("one layer was left out"))
    #expect(
      events.compactMap { if case .epochEnded(let summary) = $0 { summary.epoch } else { nil } }
        == [1, 2, 3])
    #expect(events.last == .finished("all 3 epochs done"))
    #expect(engine.takeEvents().isEmpty)

    engine.send(.setEpochs(4))
    engine.send(.resume)
    await waiter.wait {
      isFinished(engine.snapshot.state) && engine.snapshot.progress.step == 28
    }
    #expect(engine.snapshot.settings.epochs == 4)
  }

  @Test func commandsSentBeforeItIsReadyAreCarriedOutInOrder() async {
    let waiter = Waiter()
    let engine = engine(waiter: waiter)
    let ids = [
      engine.send(.pause), engine.send(.freeze(layers: ["conv1"])),
      engine.send(.setLearningRate(0.5)), engine.send(.setLearningRate(0.02)),
    ]
    #expect(ids == ids.sorted() && Set(ids).count == 4)
    await waiter.wait { engine.snapshot.lastCommandApplied == ids.last }
    let snapshot = engine.snapshot
    #expect(snapshot.settings.frozen == ["conv1"])
    #expect(snapshot.settings.learningRate == 0.02)
    #expect(snapshot.state == .paused)
    engine.send(.singleStep)
    await waiter.wait { engine.snapshot.progress.step > snapshot.progress.step }
    await waiter.wait { engine.snapshot.state == .paused }
    #expect(engine.snapshot.progress.step == snapshot.progress.step + 1)
    engine.send(.stop(checkpoint: false))
    await waiter.wait { isFinished(engine.snapshot.state) }
  }

  @Test func commandsFromManyThreadsAreAllAnswered() async {
    let waiter = Waiter()
    let engine = engine(waiter: waiter)
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        group.addTask {
          engine.send(.setLearningRate(0.001 + Double(number) / 1e5))
          engine.send(number % 2 == 0 ? .freeze(layers: ["conv1"]) : .thaw(layers: ["conv1"]))
          _ = engine.snapshot.layers
        }
      }
    }
    let last = engine.send(.stop(checkpoint: false))
    await waiter.wait { engine.snapshot.lastCommandApplied == last }
    #expect(last == 41)
    #expect(engine.snapshot.edits.allSatisfy { !$0.text.isEmpty })
  }

  @Test func revisionsGrow() async {
    let waiter = Waiter()
    let engine = engine(waiter: waiter)
    let revisions = Mutex([engine.snapshot.revision])
    await waiter.wait {
      let snapshot = engine.snapshot
      revisions.withLock { $0.append(snapshot.revision) }
      return isFinished(snapshot.state)
    }
    revisions.withLock { #expect($0 == $0.sorted()) }
  }

  @Test func whatPreparationThrowsIsTheFailure() async {
    let waiter = Waiter()
    let engine = Engine(
      configuration: SmallProblem.configuration(), model: "small",
      prepare: { _ in throw ConfigurationError(option: "x", expected: "y", found: "z") },
      onChange: { waiter.wake() })
    await waiter.wait { engine.failure != nil }
    #expect(engine.snapshot.state == .failed("--x: expected y, found 'z'"))
    #expect(engine.takeEvents() == [.failed("--x: expected y, found 'z'")])
    #expect(engine.failure is ConfigurationError)
  }

  @Test func anEngineThatNobodyHoldsStops() async {
    let waiter = Waiter()
    var configuration = SmallProblem.configuration()
    configuration.epochs = 1_000_000
    weak var gone: Engine?
    do {
      let engine = engine(configuration, waiter: waiter)
      gone = engine
      await waiter.wait { engine.snapshot.progress.step > 3 }
    }
    while gone != nil { await Task.yield() }
  }
}
