import CursesTerminal
import Dispatch
import EngineInterface
import Files
import Foundation
import Glibc
import RunStore
import Training
import Workbench

/// From a recipe to the end of training: starts the engine, which reads what is asked for and makes or
/// opens the run, and shows it.
struct TuningSession {
  let display: DisplayOptions

  /// A new run. Model and data are read before anything is made: bad input leaves nothing behind.
  /// - Throws: what is wrong with the input, the terminal or the disk.
  func begin(_ recipe: Recipe, in folder: RunsFolder) throws {
    try train(recipe, start: .new) { recipe, settings in
      try folder.create(
        name: recipe.name, model: recipe.model.recorded, options: recipe.configuration
      ) {
        recipe.record(name: $0, settings: settings)
      }
    }
  }

  /// A run that exists.
  /// - Throws: what is wrong with the run, the input, the terminal or the disk.
  func resume(_ folder: RunFolder, with options: ResumeOptions) throws {
    var recipe = try Recipe(of: folder, demo: .bundled)
    recipe.configuration.threads = options.threads
    if let cacheBudget = options.cacheBudget { recipe.configuration.cacheBudget = cacheBudget }
    try train(recipe, start: options.start) { _, _ in try Run(opening: folder) }
  }

  /// A new run that makes the edits of another again.
  /// - Returns: where it is kept.
  /// - Throws: what is wrong with the run, the input or the disk.
  func replay(
    _ script: ReplayScript, threads: Int?, name: String?, in folder: RunsFolder
  ) throws -> RunFolder {
    var recipe = try Recipe(of: script.original, demo: .bundled)
    recipe.configuration.threads = threads
    recipe.name = name
    return try train(recipe, start: script.start) { recipe, settings in
      try folder.create(
        name: recipe.name, model: recipe.model.recorded, options: recipe.configuration
      ) {
        recipe.record(name: $0, settings: settings)
      }
    }
  }

  // MARK: - Parts

  /// - Returns: where the run is kept.
  @discardableResult
  private func train(
    _ recipe: Recipe, start: EngineStart,
    makeRun: @escaping @Sendable (Recipe, TuningSettings) throws -> sending Run
  ) throws -> RunFolder {
    let requests = try EndRequests.begin()
    try display.checkTheme()
    // What is wrong with the terminal costs nothing yet.
    let terminal = display.headless ? nil : try CursesTerminal()
    let log = terminal == nil ? nil : OutputRedirection(toFileAt: "/dev/null")
    let wake = try WakePipe()
    let changes = DispatchSemaphore(value: 0)
    let gate = StartGate()
    let engine = Engine(
      configuration: recipe.configuration, model: recipe.model.title, start: start,
      prepare: { progress in
        var recipe = recipe
        var inputs = try recipe.loadInputs(of: start.isNew ? .new : .existing, progress: progress)
        try inputs.checkMemory()
        progress(.openingRun)
        inputs.run = try gate.pass { try makeRun(recipe, inputs.prepared.settings) }
        if let run = gate.run { log?.move(toFileAt: run.logPath) }
        return inputs
      },
      onChange: {
        changes.signal()
        wake.wake()
      })
    var hasTerminal = true
    if let terminal, let log {
      requests.deliver { _ in wake.wake() }
      hasTerminal = WorkbenchSession(
        engine: engine, terminal: terminal, theme: display.theme, wake: wake, requests: requests
      ).run()
      log.end()
    } else {
      let requester = RequestSender()
      requests.deliver { [engine] signal in
        if gate.giveUp() { Self.endBeforeAnythingWasMade(signal) }
        requester.send(.control(.stop(checkpoint: true)), to: engine)
      }
      var session = HeadlessSession(
        engine: engine, changes: changes, output: output,
        heading: RunHeading(
          model: recipe.model.recorded, data: recipe.data ?? "demo", folder: { gate.run?.path }))
      session.run()
    }
    try finish(engine, changes, gate, requests, hasTerminal: hasTerminal)
    guard let run = gate.run else { preconditionFailure("a run that ended was never made") }
    return run
  }

  /// The person has left, or was asked to, or the terminal has gone: what was learned is kept, unless
  /// it was dropped.
  private func finish(
    _ engine: Engine, _ changes: DispatchSemaphore, _ gate: StartGate, _ requests: EndRequests,
    hasTerminal: Bool
  ) throws {
    if gate.giveUp(), engine.failure == nil { Self.endBeforeAnythingWasMade(requests.received) }
    waitForEnd(of: engine, changes)
    if let failure = TrainingFailure(engine) { throw failure }
    if !display.json, hasTerminal, let run = gate.run {
      let argument = Self.argument(naming: run)
      for line in RunResult.lines(of: run, engine.snapshot, argument: argument) {
        StandardOutput.print(line)
      }
    }
    StandardOutput.flush()
    requests.end()
  }

  private func waitForEnd(of engine: Engine, _ changes: DispatchSemaphore) {
    var isStopping = false
    var hasSaidWhy = false
    while true {
      switch engine.snapshot.state {
      case .finished, .failed: return
      case .unsaved(let error):
        // The engine tries again by itself until there is room.
        if !hasSaidWhy { printError("\(EndingText.unsaved(error)) (ctrl-\\ leaves without it)") }
        hasSaidWhy = true
      case .preparing, .running, .validating, .paused:
        if !isStopping { RequestSender().send(.control(.stop(checkpoint: true)), to: engine) }
        isStopping = true
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

  private var output: HeadlessSession.Output {
    display.json ? .json : isatty(STDOUT_FILENO) == 1 ? .progress : .lines
  }
}

/// How a run that exists is to go on.
struct ResumeOptions {
  var start: EngineStart
  var threads: Int?
  var cacheBudget: Int?
}
