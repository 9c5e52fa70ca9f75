import CursesTerminal
import Dispatch
import EngineInterface
import Files
import Glibc
import RunStore
import Training
import Workbench

/// From what is to be searched to the table at the end: starts the search engine, which reads what is asked
/// for and makes or opens the folder, and shows it.
struct SearchSession {
  let display: DisplayOptions

  /// A new search. Model and data are read before anything is made: bad input leaves nothing behind.
  /// - Throws: what is wrong with the input, the terminal or the disk.
  func begin(_ recipe: Recipe, _ request: SearchRequest, in folder: RunsFolder) throws {
    try search(recipe, request) { recipe, record, settings in
      try folder.create(
        name: recipe.name, model: recipe.model.recorded, options: recipe.configuration,
        files: { try record.write(to: $0.searchPath) }
      ) {
        recipe.record(name: $0, settings: settings)
      }
    }
  }

  /// A search that exists.
  /// - Throws: what is wrong with the search, the input, the terminal or the disk.
  func resume(_ folder: RunFolder, threads: Int?, cacheBudget: Int?) throws {
    var recipe = try Recipe(of: folder, demo: .bundled)
    recipe.configuration.threads = threads
    if let cacheBudget { recipe.configuration.cacheBudget = cacheBudget }
    let record = try SearchRecord.read(folder.searchPath)
    try search(recipe, .existing(record)) { _, _, _ in try Run(opening: folder) }
  }

  private func search(
    _ recipe: Recipe, _ request: SearchRequest,
    makeRun: @escaping @Sendable (Recipe, SearchRecord, TuningSettings) throws -> sending Run
  ) throws {
    let requests = try EndRequests.begin()
    try display.checkTheme()
    // What is wrong with the terminal costs nothing yet.
    let terminal = display.headless ? nil : try CursesTerminal()
    let log = terminal == nil ? nil : OutputRedirection(toFileAt: "/dev/null")
    let wake = try WakePipe()
    let changes = DispatchSemaphore(value: 0)
    let gate = StartGate()
    let engine = SearchEngine(
      model: recipe.model.title,
      prepare: { progress in
        var recipe = recipe
        var inputs = try recipe.loadSearch(request, progress: progress)
        progress(.openingRun)
        let (record, settings) = (inputs.record, inputs.settings)
        inputs.run = try gate.pass { [recipe] in try makeRun(recipe, record, settings) }
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
        engine: engine, terminal: terminal, theme: display.theme, wake: wake, requests: requests,
        screen: 5
      ).run()
      log.end()
    } else {
      let requester = RequestSender()
      requests.deliver { [engine] signal in
        if gate.giveUp() { TuningSession.endBeforeAnythingWasMade(signal) }
        requester.send(.control(.stop(checkpoint: true)), to: engine)
      }
      var session = SearchHeadlessSession(
        engine: engine, changes: changes,
        output: display.json ? .json : isatty(STDOUT_FILENO) == 1 ? .progress : .lines,
        heading: RunHeading(
          model: recipe.model.recorded, data: recipe.data ?? "demo", folder: { gate.run?.path }))
      session.run()
    }
    try finish(engine, changes, gate, requests, hasTerminal: hasTerminal)
  }

  /// The person has left, or was asked to, or the terminal has gone: the search can be gone on with.
  private func finish(
    _ engine: SearchEngine, _ changes: DispatchSemaphore, _ gate: StartGate,
    _ requests: EndRequests, hasTerminal: Bool
  ) throws {
    if gate.giveUp(), engine.failure == nil {
      TuningSession.endBeforeAnythingWasMade(requests.received)
    }
    RequestSender().send(.control(.stop(checkpoint: true)), to: engine)
    while true {
      if case .finished = engine.snapshot.state { break }
      if case .failed = engine.snapshot.state { break }
      changes.wait()
    }
    let argument = gate.run.map(TuningSession.argument)
    if let failure = engine.failure {
      throw TrainingFailure(
        failure, rest: argument.map { "what was done is kept; go on with: thaw resume \($0)" })
    }
    if hasTerminal, let search = engine.search, let run = gate.run, let argument {
      let table = SearchTable(search)
      if display.json {
        StandardOutput.print(table.record(run: run.name))
      } else {
        for line in table.lines(run: run.name, argument: argument) { StandardOutput.print(line) }
      }
    }
    StandardOutput.flush()
    requests.end()
  }
}
