import Datasets
import EngineInterface
import Files
import Kernels
import Network
import RunStore

/// What a search beside a run is made of, besides the run: what that one began with.
struct SearchSource {
  /// As it was read, with the classes of its files.
  let data: TrainingData
  /// Makes the model as it was at the beginning, and the run's settings then.
  let start: (settings: TuningSettings, makeModel: (() throws -> PreparedModel)?)
  /// `nil`: nothing can be tried that no edit can change.
  let remake: Remaking?
}

extension SideSearch {
  /// A new one. The run is as it was afterwards.
  ///
  /// - Parameters:
  ///   - configuration: of the run.
  ///   - folder: of the run; `nil`: it is kept nowhere, and neither is the search.
  /// - Throws: `Objection`, `OutOfRange`, `ConfigurationError` for what cannot be searched, `MemoryShortage`,
  ///   `FileError`.
  convenience init(
    _ order: SearchOrder, beside trainer: Trainer, from source: SearchSource,
    configuration: EngineConfiguration, in folder: RunFolder?
  ) throws {
    if let objection = order.objection { throw Objection.outOfRange(objection) }
    guard source.data.validation != nil else { throw Objection.noValidation }
    let wishes = try order.wishes.map { try SearchWish(text: $0) }
    try Self.checkMemory(for: trainer)
    let (prepared, settings) = try Self.origin(order.origin, trainer, source)
    let subject = Self.subject(prepared, settings, source, configuration, beside: trainer)
    let record = SearchRecord(
      dimensions: try subject.dimensions(wishes), budget: order.budget, seed: configuration.seed,
      beginning: SearchBeginning(
        origin: order.origin, step: order.origin == .now ? trainer.progress.step : 0))
    if let objection = record.objection { throw Objection.outOfRange(objection) }
    if source.remake == nil {
      let options = record.dimensions.map(\.variable).filter { !$0.isEdit }
      if !options.isEmpty { throw Objection.noEdits(options) }
    }
    try subject.check(record)
    let start = Checkpoint(
      step: record.beginning?.step ?? 0, settings: settings,
      parameters: prepared.model.allParameters, slots: [], counters: [:],
      state: TrainingProgress())
    try self.init(subject, record, folder: folder?.makeSearch(record, start: start))
  }

  /// One that is kept in the run's folder.
  /// - Throws: `FileError`, `FormatError`, `GraphError`, `ConfigurationError`.
  convenience init(
    keptIn folder: RunFolder, beside trainer: Trainer, from source: SearchSource,
    configuration: EngineConfiguration
  ) throws {
    let record = try SearchRecord.read(folder.searchPath)
    let start = try CheckpointFile(path: folder.startPath)
    let prepared = trainer.prepared.branched(start.settings) { _ in false }
    _ = try prepared.restore(start, seed: configuration.seed, pool: trainer.pool)
    let subject = Self.subject(prepared, start.settings, source, configuration, beside: trainer)
    try subject.check(record)
    try self.init(subject, record, folder: folder)
    skipWhatIsKnown()
  }

  /// A model of its own, and the settings that belong to it.
  private static func origin(
    _ origin: SearchOrder.Origin, _ trainer: Trainer, _ source: SearchSource
  ) throws -> (PreparedModel, TuningSettings) {
    switch origin {
    case .now: return (trainer.prepared.branched(trainer.settings) { _ in false }, trainer.settings)
    case .start:
      guard let makeModel = source.start.makeModel else { throw Objection.nothingToGoBackTo }
      return (try makeModel(), source.start.settings)
    }
  }

  private static func subject(
    _ prepared: PreparedModel, _ settings: TuningSettings, _ source: SearchSource,
    _ configuration: EngineConfiguration, beside trainer: Trainer
  ) -> SearchSubject {
    SearchSubject(
      prepared, settings: settings, data: source.data, configuration: configuration,
      pool: trainer.pool, availableMemory: trainer.availableMemory,
      remake: source.remake ?? { _ in throw Objection.noEdits([]) })
  }

  /// Whether there is memory for a copy of all weights and one trial.
  private static func checkMemory(for trainer: Trainer) throws {
    let weights = trainer.model.allParameters.reduce(0) { $0 + $1.values.count }
    let trial = try trainer.bytes(ofBranches: [(trainer.settings, 1)])
    let needed = trial.map {
      $0.addingReportingOverflow(MemoryDemand.bytes(ofFloats: weights))
    }
    try MemoryShortage.check(
      needed.flatMap { $0.overflow ? nil : $0.partialValue },
      for: "a search beside \(trainer.graph.name)", available: trainer.availableMemory())
  }
}
