import Datasets
import EngineInterface
import Images
import Kernels
import Network
import RunStore

extension Recipe {
  /// Reads model and data for a search, and makes sure that what is asked for can be searched on them.
  /// - Parameter progress: told what it is busy with.
  /// - Throws: as `loadInputs`; `ConfigurationError` for what cannot be searched.
  package mutating func loadSearch(
    _ request: SearchRequest, progress: (PreparationStage) -> Void = { _ in }
  ) throws -> SearchInputs {
    var state = RunState.new
    if case .existing = request { state = .existing }
    let inputs = try loadInputs(of: state, progress: progress)
    guard inputs.data.validation != nil else {
      throw ConfigurationError(
        option: "validation",
        expected: "images to validate on: a search compares its trials by their validation loss",
        found: "none")
    }
    let subject = SearchSubject(
      inputs.prepared, settings: inputs.prepared.settings, data: inputs.data,
      configuration: configuration, pool: WorkerPool(threads: configuration.threads),
      remake: remaking(inputs.data))
    let record: SearchRecord
    switch request {
    case .existing(let kept): record = kept
    case .new(let wishes, let budget):
      record = SearchRecord(
        dimensions: try ConfigurationError.naming("over") { try subject.dimensions(wishes) },
        budget: budget, seed: configuration.seed)
      if let objection = record.objection {
        throw ConfigurationError(
          option: "over", expected: objection.expected, found: objection.found)
      }
    }
    try subject.check(record)
    try inputs.checkMemory()
    return SearchInputs(
      subject: subject, record: record, configuration: configuration,
      notices: inputs.notices + inputs.prepared.notices)
  }

  /// How to make model and data once more as another configuration has them. Data that are augmented
  /// otherwise are read once for each strength.
  func remaking(_ data: TrainingData) -> Remaking {
    let recipe = self
    var read = [recipe.configuration.strength: data]
    return { other in
      var recipe = recipe
      recipe.configuration = other
      // What it is fitted to is part of the preparation by now, which stays.
      recipe.configuration.views =
        other.isAugmented ? other.views ?? EngineConfiguration.usualViews : nil
      guard let known = read[other.strength] else {
        let inputs = try recipe.loadInputs(of: .existing)
        read[other.strength] = inputs.data
        return (inputs.prepared, inputs.data)
      }
      let pool = WorkerPool(threads: other.threads)
      return (try recipe.preparedModel(images: known.train, pool: pool), known)
    }
  }
}
