import EngineInterface
import Synchronization
import TerminalUI
import Testing

@testable import Workbench

@Suite struct LoopTests {
  /// An engine that applies what it is sent after it has been looked at once more.
  private final class Engine: EngineControl {
    private struct State {
      var snapshot: EngineView
      var next: EngineView
      var sent: [Request] = []

      init(_ snapshot: EngineView) {
        self.snapshot = snapshot
        next = snapshot
      }
    }
    private let state: Mutex<State>

    init(_ snapshot: EngineView) { state = Mutex(State(snapshot)) }

    var sent: [Request] { state.withLock { $0.sent } }

    func send(_ request: Request, id: RequestID) {
      state.withLock {
        $0.sent.append(request)
        if case .edit(let edit) = request { $0.next.settings = $0.next.settings.applying(edit) }
        $0.next.layers = SampleRuns.applied(
          $0.next.settings, to: $0.next.layers, step: $0.next.progress.step)
        if case .control(.stop) = request { $0.next.state = .finished(.stopped(step: 101)) }
        $0.next.lastApplied = [id]
        $0.next.revision += 1
      }
    }
    var snapshot: EngineSnapshot { state.withLock { $0.snapshot.snapshot } }
    func update(after mark: HistoryMark) -> EngineUpdate {
      state.withLock { state in
        defer { state.snapshot = state.next }
        return EngineUpdate(
          snapshot: state.snapshot.snapshot, history: state.snapshot.history.delta(after: mark))
      }
    }
    func events(after number: UInt64) -> [NumberedEvent] { [] }
    func takeReplies(to sender: UInt64) -> [Reply] { [] }
  }

  private func run(_ engine: Engine, _ batches: [[InputEvent]]) -> (ScriptedTerminal, Bool) {
    let terminal = ScriptedTerminal(
      size: Size(width: 120, height: 36), batches: batches + [[.hangUp]])
    var now = SampleRuns.start
    var loop = WorkbenchLoop(
      terminal: terminal, engine: engine, themes: [.standard], utcOffset: 0,
      clock: {
        now += 0.01
        return now
      })
    let ending = loop.run()
    return (terminal, ending == .left)
  }

  @Test func theFirstPictureComesBeforeTheFirstKey() {
    let engine = Engine(SampleRuns.digits(state: .preparing(.readingModel)))
    let (terminal, hasLeft) = run(engine, [])
    #expect(terminal.frames.first?.text.contains("reading the model") == true)
    #expect(!hasLeft)
  }

  @Test func whatIsToBeKnownOfTheTerminalIsOnTheFirstPicture() {
    let terminal = ScriptedTerminal(size: Size(width: 120, height: 36), batches: [[.hangUp]])
    var loop = WorkbenchLoop(
      terminal: terminal, engine: Engine(SampleRuns.digits(step: 10)), themes: [.standard],
      notices: ["mine.theme, line 3: unknown key x", "TERM=foot is not known"], utcOffset: 0,
      clock: { SampleRuns.start })
    _ = loop.run()
    #expect(terminal.frames.first?.text.contains("⚠ TERM=foot is not known") == true)
    #expect(terminal.frames.first?.text.contains("⚠ mine.theme, line 3: unknown key x") == true)
  }

  @Test func aKeyIsDrawnAtOnceAndItsCommandSent() {
    let engine = Engine(SampleRuns.digits(step: 10))
    let (terminal, _) = run(engine, [[.key("space")], []])
    #expect(engine.sent.first == .freeze(layers: ["conv1"]))
    #expect(terminal.frames[1].text.contains("conv1?"))
    #expect(terminal.frames.last?.text.contains("❄ conv1 ") == true)
  }

  /// The engine wakes the loop long before the numbers' next turn: what has become of an edit, and a
  /// turn of events, are drawn then.
  @Test func whatTheEngineHasDoneIsDrawnWhenItWakesTheLoop() {
    let engine = Engine(SampleRuns.digits(step: 10))
    let terminal = ScriptedTerminal(
      size: Size(width: 120, height: 36), batches: [[.key("space")], [], [], [.hangUp]])
    var looks = 0
    var loop = WorkbenchLoop(
      terminal: terminal, engine: engine, themes: [.standard], utcOffset: 0,
      clock: {
        // A thousandth of a second between one look at the clock and the next.
        looks += 1
        return SampleRuns.start + Double(looks) / 1000
      })
    _ = loop.run()
    #expect(terminal.frames[1].text.contains("conv1?"))
    #expect(terminal.frames[2].text.contains("❄ conv1 "))
    #expect(terminal.frames[2].text.contains("❄ 1 frozen"))
  }

  @Test func leavingWaitsForTheEngineAndEndsTheLoop() {
    let engine = Engine(SampleRuns.digits(step: 10))
    let (_, hasLeft) = run(
      engine, [[.key("q")], [.key("enter")]] + Array(repeating: [], count: 20))
    #expect(hasLeft)
    #expect(engine.sent == [.stop(checkpoint: true)])
  }

  @Test func aLostTerminalStopsTheRunWithACheckpoint() {
    let engine = Engine(SampleRuns.digits(step: 10))
    let (_, hasLeft) = run(engine, [[]])
    #expect(!hasLeft)
    #expect(engine.sent == [.stop(checkpoint: true)])
  }

  @Test func nothingIsDrawnWhileNothingChanges() {
    let engine = Engine(SampleRuns.digits(step: 10, state: .paused))
    let (terminal, _) = run(engine, Array(repeating: [], count: 200))
    #expect(terminal.frames.count <= 2)
  }

  @Test func aResizeIsDrawnInTheNewSize() {
    let engine = Engine(SampleRuns.digits(step: 10))
    let (terminal, _) = run(
      engine, [[.resize(Size(width: 80, height: 24))], [.resize(Size(width: 30, height: 9))], []])
    #expect(terminal.frames.map(\.size).contains(Size(width: 80, height: 24)))
    #expect(terminal.frames.last?.text.contains("60×16") == true)
  }
}
