import EngineInterface
import RunStore
import Training

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
    let stage = try EngineStage(display)
    let opening = stage.opening
    let engine = Engine(
      configuration: recipe.configuration, model: recipe.model.title, start: start,
      prepare: { progress in
        var recipe = recipe
        var inputs = try recipe.loadInputs(of: start.isNew ? .new : .existing, progress: progress)
        try inputs.checkMemory()
        progress(.openingRun)
        inputs.run = try opening { try makeRun(recipe, inputs.prepared.settings) }
        return inputs
      }, onChange: stage.onChange)
    try stage.play(engine) {
      var session = HeadlessSession(
        engine: engine, changes: stage.changes, output: stage.output,
        heading: stage.heading(of: recipe))
      session.run()
    } conclude: { hasTerminal in
      if let failure = TrainingFailure(engine) { throw failure }
      guard !display.json, hasTerminal, let run = stage.gate.run else { return }
      let argument = EngineStage.argument(naming: run)
      for line in RunResult.lines(of: run, engine.snapshot, argument: argument) {
        StandardOutput.print(line)
      }
    }
    guard let run = stage.gate.run else { preconditionFailure("a run that ended was never made") }
    return run
  }
}

/// How a run that exists is to go on.
struct ResumeOptions {
  var start: EngineStart
  var threads: Int?
  var cacheBudget: Int?
}
