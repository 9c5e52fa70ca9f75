import Datasets
import EngineInterface
import Files
import Foundation
import Kernels
import ModelFormats
import RunStore
import Training

/// What a run is made of: where its model and data come from, and what is asked of it.
struct RunPlan: Sendable {
  var model: ModelSource
  /// `nil`: the demo's.
  var data: String?
  /// A path, or a fraction as text; `nil`: what the data brings along.
  var validation: String?
  var configuration: EngineConfiguration
  /// `nil`: model-date-number.
  var name: String?

  /// What a run that exists was made of.
  /// - Throws: `FileError`, `FormatError`.
  init(of folder: RunFolder) throws {
    let record = try folder.record()
    model = ModelSource(argument: record.model)
    data = record.data == "demo" ? nil : record.data
    validation = record.validation
    configuration = try folder.options(EngineConfiguration.self)
    do throws(ConfigurationError) {
      try configuration.check()
    } catch {
      throw FormatError(
        path: folder.recordPath, expected: "\(error.expected) as \(error.option)",
        found: error.found)
    }
    name = record.name
  }

  init(
    model: ModelSource, data: String?, validation: String?, configuration: EngineConfiguration,
    name: String?
  ) {
    self.model = model
    self.data = data
    self.validation = validation
    self.configuration = configuration
    self.name = name
  }

  /// Reads model and data, and makes the model ready for the run as the options ask.
  /// - Parameters:
  ///   - isNew: layers that the model file says are not to be trained start frozen; a run that exists
  ///     has them in its options already.
  ///   - progress: told what it is busy with.
  /// - Throws: `FileError`, `FormatError`, `ZooError`, `DatasetError`, `ConfigurationError`, `GraphError`.
  mutating func loadInputs(
    isNew: Bool, progress: (String) -> Void = { _ in }
  ) throws -> EngineInputs {
    progress("reading the model")
    let pool = WorkerPool(threads: configuration.threads)
    let imported = try model.open(seed: configuration.seed, pool: pool)
    progress("reading the images")
    let data = try TrainingData.load(
      data ?? Demo.path(), validation: validation.map(ValidationSource.init) ?? .included,
      seed: configuration.seed)
    try data.checkFits(inputShape: imported.model.graph.inputShape.dimensions)
    if isNew { configuration.freeze += imported.frozenLayers }
    let notices = imported.report.mismatched + imported.report.warnings
    progress("preparing the model")
    let prepared = try PreparedModel(
      imported.model, configuration: configuration, classes: data.classes.count, pool: pool)
    return EngineInputs(
      prepared: prepared, configuration: configuration, data: data,
      notices: notices + [Machine.notice].compactMap { $0 })
  }

  /// What is kept of it: enough to begin again, from any folder.
  func record(name: String) -> RunRecord {
    let settings = TuningSettings(
      learningRate: configuration.learningRate,
      momentum: configuration.momentum ?? configuration.optimizer.defaultMomentum,
      weightDecay: configuration.weightDecay ?? configuration.optimizer.defaultWeightDecay,
      maxNorm: configuration.maxNorm, epochs: configuration.epochs)
    return RunRecord(
      name: name, model: model.recorded, data: data.map(Self.absolute) ?? "demo",
      validation: validation.map { Double($0) == nil ? Self.absolute($0) : $0 },
      seed: configuration.seed, settings: settings, created: Date().timeIntervalSince1970,
      programVersion: Machine.version, processor: Machine.processor, blasCore: Machine.blasCore)
  }

  private static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }
}
