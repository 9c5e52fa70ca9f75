import EngineInterface

extension Engine {
  /// Makes a search: one step of a trial is one work item, and what a person asks for takes effect between
  /// two of them. Returns at once; everything else happens on the engine's queue.
  ///
  /// - Parameters:
  ///   - model: as the screen names it.
  ///   - prepare: reads model and data and makes or opens the search's folder, on the engine's queue. What
  ///     it throws is the search's failure.
  ///   - onChange: called from the engine's queue when there is a new snapshot or event, at most some 20
  ///     times a second between changes of state; must not block.
  package convenience init(
    searching model: String,
    prepare: @escaping @Sendable (_ progress: (PreparationStage) -> Void) throws -> SearchInputs,
    onChange: @escaping @Sendable () -> Void = {}
  ) {
    self.init(SearchCourse(model: model), prepare: prepare, onChange: onChange)
  }
}
