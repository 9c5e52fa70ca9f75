import Dispatch
import EngineInterface
import Glibc
import Synchronization
import Testing

@testable import Training

/// The engine on its own queue, as screens and scripts see it.
struct EngineTests {
  private func engine(
    _ configuration: EngineConfiguration = SmallProblem.configuration(), waiter: EngineWaiter
  ) -> Engine {
    Engine(
      configuration: configuration, model: "small",
      prepare: { progress in
        progress(.readingModel)
        return try SmallProblem.inputs(configuration, notices: ["one layer was left out"])
      }, onChange: { waiter.wake() })
  }

  private func isFinished(_ state: EngineSnapshot.State) -> Bool {
    if case .finished = state { true } else { false }
  }

  @Test func itTrainsToTheEndAndStaysAlive() async {
    let waiter = EngineWaiter()
    let engine = engine(waiter: waiter)
    await waiter.wait { isFinished(engine.snapshot.state) }
    #expect(engine.snapshot.progress.step == 21)
    let numbered = engine.events(after: 0)
    let events = numbered.map(\.event)
    #expect(events.first == .notice(.remark("one layer was left out")))
    #expect(numbered.map(\.number) == Array(1...UInt64(numbered.count)))
    // Events can be read again from any number on.
    #expect(engine.events(after: 2) == Array(numbered[2...]))
    #expect(engine.events(after: UInt64(numbered.count)).isEmpty)
    #expect(
      events.compactMap { if case .epochEnded(let summary) = $0 { summary.epoch } else { nil } }
        == [1, 2, 3])
    #expect(events.last == .finished(.completed(epochs: 3)))

    let sender = RequestSender()
    sender.send(.edit(.setEpochs(4)), to: engine)
    sender.send(.control(.resume), to: engine)
    await waiter.wait {
      isFinished(engine.snapshot.state) && engine.snapshot.progress.step == 28
    }
    #expect(engine.snapshot.settings.epochs == 4)
  }

  @Test func requestsSentBeforeItIsReadyAreCarriedOutInOrder() async {
    let waiter = EngineWaiter()
    let engine = engine(waiter: waiter)
    let sender = RequestSender(7)
    for request: Request in [
      .control(.pause), .edit(.freeze(layers: ["conv1"])), .edit(.setLearningRate(0.5)),
      .edit(.setLearningRate(0.02)),
    ] {
      sender.send(request, to: engine)
    }
    await waiter.wait { engine.snapshot.lastApplied(of: 7) == 4 }
    let snapshot = engine.snapshot
    #expect(snapshot.settings.frozen == ["conv1"])
    #expect(snapshot.settings.learningRate == 0.02)
    #expect(snapshot.state == .paused)
    sender.send(.control(.singleStep), to: engine)
    await waiter.wait { engine.snapshot.progress.step > snapshot.progress.step }
    await waiter.wait { engine.snapshot.state == .paused }
    #expect(engine.snapshot.progress.step == snapshot.progress.step + 1)
    sender.send(.control(.stop(checkpoint: false)), to: engine)
    await waiter.wait { isFinished(engine.snapshot.state) }
  }

  @Test func requestsOfManySendersAreAllAnswered() async {
    let waiter = EngineWaiter()
    let engine = engine(waiter: waiter)
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        group.addTask {
          let sender = RequestSender(UInt64(number))
          sender.send(.edit(.setLearningRate(0.001 + Double(number) / 1e5)), to: engine)
          sender.send(
            .edit(number % 2 == 0 ? .freeze(layers: ["conv1"]) : .thaw(layers: ["conv1"])),
            to: engine)
          _ = engine.snapshot.layers
        }
      }
    }
    RequestSender(20).send(.control(.stop(checkpoint: false)), to: engine)
    await waiter.wait { engine.snapshot.lastApplied(of: 20) == 1 }
    for number in 0..<20 { #expect(engine.snapshot.lastApplied(of: UInt64(number)) == 2) }
  }

  @Test func revisionsGrow() async {
    let waiter = EngineWaiter()
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
    let waiter = EngineWaiter()
    let engine = Engine(
      configuration: SmallProblem.configuration(), model: "small",
      prepare: { _ in throw ConfigurationError(option: "x", expected: "y", found: "z") },
      onChange: { waiter.wake() })
    await waiter.wait { engine.failure != nil }
    #expect(engine.snapshot.state == .failed(RunFailure(error: "--x: expected y, found 'z'")))
    #expect(
      engine.events(after: 0).map(\.event)
        == [.failed(RunFailure(error: "--x: expected y, found 'z'"))])
    #expect(engine.failure is ConfigurationError)
  }

  /// Its thread waits, and does nothing else meanwhile: the engine would train on for as long as all the
  /// other tests take.
  @Test func anEngineThatNobodyHoldsStops() {
    let hasChanged = DispatchSemaphore(value: 0)
    var configuration = SmallProblem.configuration()
    configuration.epochs = 1_000_000
    weak var gone: Engine?
    do {
      let engine = Engine(
        configuration: configuration, model: "small",
        prepare: { [configuration] _ in try SmallProblem.inputs(configuration) },
        onChange: { hasChanged.signal() })
      gone = engine
      while engine.snapshot.progress.step <= 3 { hasChanged.wait() }
    }
    while gone != nil { sched_yield() }
  }
}
