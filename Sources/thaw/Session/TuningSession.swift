import CursesTerminal
import Dispatch
import EngineInterface
import Files
import Foundation
import Glibc
import Kernels
import RunStore
import Training

/// From a plan to the end of training: makes or opens the run, starts the engine, and shows it.
struct TuningSession {
  let display: DisplayOptions

  /// A new run. Model and data are read before anything is made: bad input leaves nothing behind.
  /// - Throws: what is wrong with the input, the terminal or the disk.
  func begin(_ plan: RunPlan, in folder: RunsFolder) throws {
    let screen = try openScreen()
    var plan = plan
    let inputs = try screen.givenBackOnError { try plan.loadInputs() }
    try train(plan, inputs, start: .new, on: screen) { configuration in
      try folder.create(name: plan.name, model: plan.model.recorded, options: configuration) {
        plan.record(name: $0)
      }
    }
  }

  /// A run that exists, from its last checkpoint.
  /// - Throws: what is wrong with the run, the input, the terminal or the disk.
  func resume(_ folder: RunFolder, epochs: Int?, threads: Int?, cacheBudget: Int?) throws {
    var plan = try RunPlan(of: folder)
    plan.configuration.threads = threads
    if let cacheBudget { plan.configuration.cacheBudget = cacheBudget }
    let screen = try openScreen()
    let inputs = try screen.givenBackOnError { try plan.loadInputs(addingFrozen: false) }
    try train(plan, inputs, start: .resume, epochs: epochs, on: screen) { _ in
      try Run(opening: folder)
    }
  }

  // MARK: - Parts

  /// Takes the terminal, where there is to be a screen, before anything else is done.
  private func openScreen() throws -> Screen {
    try display.checkTheme()
    signal(SIGXFSZ, SIG_IGN)  // A file-size limit is an error of the write, not the end.
    return display.headless ? Screen(terminal: nil) : Screen(terminal: try CursesTerminal())
  }

  private func train(
    _ plan: RunPlan, _ inputs: EngineInputs, start: EngineStart, epochs: Int? = nil,
    on screen: Screen, makeRun: (EngineConfiguration) throws -> Run
  ) throws {
    // Read on this thread, then the engine's alone: nothing here touches them again.
    nonisolated(unsafe) let inputs = inputs
    let held = try screen.givenBackOnError { try makeRun(plan.configuration) }
    let (folder, logPath) = (held.folder, held.folder.logPath)
    nonisolated(unsafe) let run: Run? = held
    let changes = DispatchSemaphore(value: 0)
    let wake = WakePipe()
    let engine = Engine(
      configuration: plan.configuration, model: plan.model.title, run: run, start: start,
      prepare: { _ in inputs },
      onChange: {
        changes.signal()
        wake.wake()
      })
    if let epochs { engine.send(.setEpochs(epochs)) }
    if let terminal = screen.terminal {
      WorkbenchSession(engine: engine, terminal: terminal, theme: display.theme, wake: wake)
        .run(logPath: logPath)
      finish(engine, changes)
      print(
        printable(
          "run \(folder.name); go on with: thaw resume \(Self.argument(naming: folder))", limit: nil
        ))
    } else {
      HeadlessSession(engine: engine, changes: changes, output: output).run()
    }
    if let failure = TrainingFailure(engine) { throw failure }
  }

  /// The person has left, or the terminal has: what was learned is kept, unless it was dropped.
  private func finish(_ engine: Engine, _ changes: DispatchSemaphore) {
    var isStopping = false
    while true {
      switch engine.snapshot.state {
      case .finished, .failed: return
      case .preparing, .running, .validating, .paused:
        if !isStopping { engine.send(.stop(checkpoint: true)) }
        isStopping = true
      }
      changes.wait()
    }
  }

  /// The name where `resume` finds the run by it, else the path.
  private static func argument(naming run: RunFolder) -> String {
    let standard = try? RunsFolder.standard(environment: ProcessInfo.processInfo.environment)
    return run == (try? standard?.find(run.name)) ? run.name : run.path
  }

  private var output: HeadlessSession.Output {
    display.json ? .json : isatty(STDOUT_FILENO) == 1 ? .progress : .lines
  }
}
