import Dispatch
import EngineInterface

/// The engine with no screen: prints what happens until training has ended.
struct HeadlessSession {
  enum Output { case json, lines, progress }

  let engine: any EngineControl
  /// Signalled by the engine whenever something changed.
  let changes: DispatchSemaphore
  let output: Output
  let heading: RunHeading
  private var progress = ProgressLine()
  private var lastEvent: UInt64 = 0
  /// At which the last epoch ended that was shown.
  private var epochStep: Int?

  init(
    engine: any EngineControl, changes: DispatchSemaphore, output: Output, heading: RunHeading
  ) {
    self.engine = engine
    self.changes = changes
    self.output = output
    self.heading = heading
  }

  /// Blocks until the engine has finished or failed.
  mutating func run() {
    var isIntroduced = output == .json
    while true {
      _ = changes.wait(timeout: .now() + .milliseconds(200))
      // The snapshot first: events that come after it are seen in the next round.
      let snapshot = engine.snapshot
      let numbered = engine.events(after: lastEvent)
      lastEvent = numbered.last?.number ?? lastEvent
      let events = numbered.map(\.event)
      if !isIntroduced {
        // Newer than the events: what follows from a model that was read comes after what it is.
        isIntroduced = introduce(engine.snapshot)
      }
      for event in events { show(event, engine.snapshot) }
      for event in events {
        switch event {
        case .finished, .failed: return
        default: break
        }
      }
      if output == .progress { progress.draw(snapshot) }
    }
  }

  /// - Returns: whether it was time to.
  private mutating func introduce(_ snapshot: EngineSnapshot) -> Bool {
    if case .preparing = snapshot.state { return false }
    // One that could not begin has nothing to show.
    guard !snapshot.layers.isEmpty else { return true }
    progress.clear()
    for line in heading.lines(snapshot) { emit(line) }
    return true
  }

  private mutating func show(_ event: EngineEvent, _ snapshot: EngineSnapshot) {
    switch output {
    case .json: emit(EventRecord(event, run: snapshot.run.name).line)
    case .lines, .progress:
      progress.clear()
      // Why it failed is the program's last word, on stderr.
      if case .failed = event { return }
      // Each epoch ends with one: its line stands for both.
      if case .checkpointWritten(_, let step) = event, step == epochStep { return }
      if case .epochEnded(let epoch) = event { epochStep = epoch.step }
      emit(
        PlainText.line(
          for: event, run: snapshot.run.name, epochs: snapshot.progress.epochs))
    }
  }

  private func emit(_ line: String) {
    StandardOutput.print(line)
    StandardOutput.flush()
  }
}
