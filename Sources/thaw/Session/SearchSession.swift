import EngineInterface
import RunStore
import Training

/// From what is to be searched to the table at the end: starts an engine, which reads what is asked
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
    let stage = try EngineStage(display)
    let opening = stage.opening
    let engine = Engine(
      searching: recipe.model.title,
      prepare: { progress in
        var recipe = recipe
        var inputs = try recipe.loadSearch(request, progress: progress)
        progress(.openingRun)
        let (record, settings) = (inputs.record, inputs.settings)
        inputs.run = try opening { [recipe] in try makeRun(recipe, record, settings) }
        return inputs
      }, onChange: stage.onChange)
    try stage.play(engine, screen: 5) {
      var session = SearchHeadlessSession(
        engine: engine, changes: stage.changes, output: stage.output,
        heading: stage.heading(of: recipe))
      session.run()
    } conclude: { hasTerminal in
      let argument = stage.gate.run.map(EngineStage.argument)
      if let failure = engine.failure {
        throw TrainingFailure(
          failure, rest: argument.map { "what was done is kept; go on with: thaw resume \($0)" })
      }
      guard hasTerminal, let search = engine.search, let run = stage.gate.run, let argument else {
        return
      }
      let table = SearchTable(search)
      if display.json {
        StandardOutput.print(table.record(run: run.name))
      } else {
        for line in table.lines(run: run.name, argument: argument) { StandardOutput.print(line) }
      }
    }
  }
}
