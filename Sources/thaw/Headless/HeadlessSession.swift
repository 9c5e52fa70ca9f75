import Dispatch
import EngineInterface

/// The engine with no screen: prints what happens until training has ended.
struct HeadlessSession {
  enum Output { case json, lines, progress }

  let engine: any EngineControl
  /// Signalled by the engine whenever something changed.
  let changes: DispatchSemaphore
  let output: Output

  /// Blocks until the engine has finished or failed.
  func run() {
    var progress = ProgressLine()
    while true {
      _ = changes.wait(timeout: .now() + .milliseconds(200))
      // The snapshot first: events that come after it are seen in the next round.
      let snapshot = engine.snapshot
      let events = engine.takeEvents()
      for event in events { show(event, run: snapshot.run.name, progress: &progress) }
      for event in events {
        switch event {
        case .finished, .failed: return
        default: break
        }
      }
      if output == .progress { progress.draw(snapshot) }
    }
  }

  private func show(_ event: EngineEvent, run: String, progress: inout ProgressLine) {
    switch output {
    case .json: emit(EventRecord(event, run: run).line)
    case .lines, .progress:
      progress.clear()
      // Why it failed is the program's last word, on stderr.
      if case .failed = event { return }
      emit(PlainText.line(for: event, run: run))
    }
  }

  private func emit(_ line: String) {
    StandardOutput.print(line)
    StandardOutput.flush()
  }
}
