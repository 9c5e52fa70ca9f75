import Datasets
import EngineInterface
import Foundation
import Kernels
import ModelFormats
import Network
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
  /// Asked for, for a model that takes images of any size; `nil`: the data's.
  var imageSize: ImageSize?
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
    name = record.name
  }

  init(
    model: ModelSource, data: String?, validation: String?, configuration: EngineConfiguration,
    imageSize: ImageSize? = nil, name: String?
  ) {
    self.model = model
    self.data = data
    self.validation = validation
    self.configuration = configuration
    self.imageSize = imageSize
    self.name = name
  }

  /// Reads model and data, and makes the model ready for the run as the options ask.
  /// - Parameter addingFrozen: layers that the model file says are not to be trained start frozen; a
  ///   run that exists has them in its options already.
  /// - Throws: `FileError`, `FormatError`, `ZooError`, `DatasetError`, `ConfigurationError`, `GraphError`.
  mutating func loadInputs(addingFrozen: Bool = true) throws -> EngineInputs {
    let pool = WorkerPool(threads: configuration.threads)
    let data = try TrainingData.load(
      data ?? Demo.path(), validation: validation.map(ValidationSource.init) ?? .included,
      seed: configuration.seed)
    let imported = try model.open(
      seed: configuration.seed, pool: pool, imageSize: ImageSize(data.imageShape),
      asked: imageSize)
    try data.checkFits(inputShape: imported.model.graph.inputShape.dimensions)
    if addingFrozen { configuration.freeze += imported.frozenLayers }
    let notices = imported.report.mismatched + imported.report.warnings
    let prepared = try PreparedModel(
      imported.model, configuration: configuration, classes: data.classes.count, pool: pool)
    return EngineInputs(
      prepared: prepared, data: data, notices: notices + [Machine.notice].compactMap { $0 })
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
