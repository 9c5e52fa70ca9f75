import CursesTerminal
import Dispatch
import EngineInterface
import Files
import Foundation
import Glibc
import RunStore
import Training
import Workbench

/// What an engine plays on: the terminal or none, the signals that end it, and the gate that it passes when
/// its run is made or opened. The same for a run and for a search.
struct EngineStage {
  let display: DisplayOptions
  let changes = DispatchSemaphore(value: 0)
  let gate = StartGate()
  private let requests: EndRequests
  private let terminal: CursesTerminal?
  private let log: OutputRedirection?
  private let wake: WakePipe

  /// - Throws: what is wrong with the theme or the terminal, before anything is read.
  init(_ display: DisplayOptions) throws {
    self.display = display
    requests = try EndRequests.begin()
    try display.checkTheme()
    // What is wrong with the terminal costs nothing yet.
    terminal = display.headless ? nil : try CursesTerminal()
    log = terminal == nil ? nil : OutputRedirection(toFileAt: "/dev/null")
    wake = try WakePipe()
  }

  /// What an engine calls when something has changed.
  var onChange: @Sendable () -> Void {
    { [changes, wake] in
      changes.signal()
      wake.wake()
    }
  }

  /// Makes or opens the run that an engine works on, unless its start has been given up; what others print
  /// goes into its log from then on.
  var opening: @Sendable (_ makeRun: () throws -> sending Run) throws -> sending Run {
    { [gate, log] makeRun in
      let run = try gate.pass(makeRun)
      log?.move(toFileAt: run.folder.logPath)
      return run
    }
  }

  var output: HeadlessSession.Output {
    display.json ? .json : isatty(STDOUT_FILENO) == 1 ? .progress : .lines
  }

  func heading(of recipe: Recipe) -> RunHeading {
    RunHeading(
      model: recipe.model.recorded, data: recipe.data ?? "demo",
      folder: { [gate] in gate.run?.path })
  }

  /// Shows an engine until the person has left, or was asked to, or the terminal has gone, and waits for its
  /// end.
  ///
  /// - Parameters:
  ///   - screen: that the workbench opens with.
  ///   - headless: what takes the screen's place where there is none.
  ///   - conclude: prints what came of it; told whether the terminal is still there.
  func play(
    _ engine: Engine, screen: Int? = nil, headless: () -> Void,
    conclude: (_ hasTerminal: Bool) throws -> Void
  ) throws {
    var hasTerminal = true
    if let terminal, let log {
      requests.deliver { [wake] _ in wake.wake() }
      hasTerminal = WorkbenchSession(
        engine: engine, terminal: terminal, theme: display.theme, wake: wake, requests: requests,
        screen: screen
      ).run()
      log.end()
    } else {
      let requester = RequestSender()
      requests.deliver { [engine, gate] signal in
        if gate.giveUp() { Self.endBeforeAnythingWasMade(signal) }
        requester.send(.control(.stop(checkpoint: true)), to: engine)
      }
      headless()
    }
    // What was learned is kept, unless it was dropped.
    if gate.giveUp(), engine.failure == nil { Self.endBeforeAnythingWasMade(requests.received) }
    waitForEnd(of: engine)
    try conclude(hasTerminal)
    StandardOutput.flush()
    requests.end()
  }

  private func waitForEnd(of engine: Engine) {
    var isStopping = false
    var hasSaidWhy = false
    func stop() {
      if !isStopping { RequestSender().send(.control(.stop(checkpoint: true)), to: engine) }
      isStopping = true
    }
    while true {
      switch engine.snapshot.state {
      case .finished, .failed:
        // A search beside the run puts down what it has come to.
        guard engine.search?.isUnderWay == true else { return }
        stop()
      case .unsaved(let error):
        // The engine tries again by itself until there is room.
        if !hasSaidWhy { printError("\(EndingText.unsaved(error)) (ctrl-\\ leaves without it)") }
        hasSaidWhy = true
      case .preparing, .running, .validating, .paused: stop()
      }
      changes.wait()
    }
  }

  /// Model and images are still being read, on another thread: nothing waits for that.
  static func endBeforeAnythingWasMade(_ request: Int32?) -> Never {
    StandardOutput.flush()
    guard let request else { _exit(0) }
    // To the process and not to this thread, whose queue may have signals blocked.
    signal(request, SIG_DFL)
    kill(getpid(), request)
    sleep(1)
    _exit(128 + request)
  }

  /// The name where `resume` finds the run by it, else the path, as a shell takes it.
  static func argument(naming run: RunFolder) -> String {
    let standard = try? RunsFolder.standard(environment: ProcessInfo.processInfo.environment)
    // A name that looks like an option is none as part of a path.
    let isFound = run == (try? standard?.find(run.name)) && !run.name.hasPrefix("-")
    return shellArgument(isFound ? run.name : run.path)
  }
}
