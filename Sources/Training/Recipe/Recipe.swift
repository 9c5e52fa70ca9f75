import Datasets
import EngineInterface
import Files
import Foundation
import Images
import Kernels
import ModelFormats
import Network
import RunStore

/// What a run is made of: where its model and data come from, and what is asked of it. The one way from
/// there to a prepared model and data, for tuning, resuming, replaying and predicting.
package struct Recipe: Sendable {
  package var model: ModelSource
  /// `nil`: the demo's.
  package var data: String?
  /// A path, or a fraction as text; `nil`: what the data brings along.
  package var validation: String?
  package var configuration: EngineConfiguration
  /// Asked for, for a model that takes images of any size; `nil`: the data's.
  package var imageSize: ImageSize?
  /// `nil`: model-date-number.
  package var name: String?
  private let demo: DemoFiles
  /// Where a run that exists began.
  private var machine: MachineDescription?

  /// What a run that exists was made of.
  /// - Throws: `FileError`, `FormatError`.
  package init(of folder: RunFolder, demo: DemoFiles) throws {
    self.demo = demo
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
    machine = record.machine
  }

  /// - Parameter demo: where the demonstration lies.
  package init(
    model: ModelSource, data: String?, validation: String?, configuration: EngineConfiguration,
    imageSize: ImageSize? = nil, name: String?, demo: DemoFiles
  ) {
    self.demo = demo
    self.model = model
    self.data = data
    self.validation = validation
    self.configuration = configuration
    self.imageSize = imageSize
    self.name = name
  }

  /// Reads model and data, and makes the model ready for the run as the options ask. How pixels enter
  /// becomes part of the options: a run that exists has it, or was begun before runs kept it.
  /// - Parameter progress: told what it is busy with.
  /// - Throws: `FileError`, `FormatError`, `ArchitectureError`, `DatasetError`, `ConfigurationError`, `GraphError`.
  package mutating func loadInputs(
    of run: RunState, progress: (PreparationStage) -> Void = { _ in }
  ) throws -> EngineInputs {
    let pool = WorkerPool(threads: configuration.threads)
    progress(.readingImages)
    // Before the model, which may leave the size of its images to them.
    let source = try RunData(
      data ?? demo.path(), validation: validation, configuration: configuration,
      progress: progress)
    progress(.readingModel)
    let imported = try model.open(
      seed: configuration.seed, pool: pool, options: openingOptions(source.size(for: model)),
      demo: demo)
    let preparation = preparation(of: imported, in: run)
    configuration.preparation = preparation
    if run == .new {
      configuration.augmentation = configuration.augmentation ?? source.usualAugmentation
    }
    configuration.views =
      configuration.isAugmented ? configuration.views ?? EngineConfiguration.usualViews : nil
    let data = try source.entering(
      imported.model.graph.inputShape.dimensions, as: preparation, configuration: configuration)
    // A run that is made again has what it began with.
    if run == .new, configuration.classes == nil, imported.isBackbone {
      configuration.settleProbe()
    }
    let begun = configuration.trainImages
    configuration.trainImages = data.train.count
    configuration.classes = data.classes
    configuration.imageShape = data.imageShape
    let isOlder = preparation.origin == .olderRun
    // Which head stays was decided by the number of outputs alone.
    if isOlder, configuration.head == nil,
      imported.model.graph.outputShape.count != data.classes.count
    {
      configuration.head = HeadRequest()
    }
    progress(.preparingModel)
    let prepared = try PreparedModel(
      imported, configuration: configuration, classes: data.classes, images: data.train, pool: pool)
    let report = imported.report
    let softmaxNotice =
      isOlder && prepared.loss.isBinary
      ? "the run was begun with softmax cross-entropy: from here on it is binary" : nil
    var notices = source.notices
    // Which network a file of weights was taken for.
    if model.path != nil, imported.family != nil { notices.append("read \(report.format)") }
    notices += [
      preparation.origin == .program ? nil : preparation.sentence, softmaxNotice,
      begun.flatMap { Self.notice(of: data, begunWith: $0) }, notice(of: run),
    ].compactMap(\.self)
    notices += report.skippedLayers.map { "left out: \($0)" }
    notices += report.mismatched.map(\.description)
    notices += report.warnings
    var inputs = EngineInputs(
      prepared: prepared, configuration: configuration, data: data, notices: notices)
    inputs.findings = source.notices
    let recipe = self
    inputs.prepareAgain = {
      var recipe = recipe
      return try recipe.preparedModel(images: data.train, pool: pool)
    }
    inputs.remake = remaking(data)
    return inputs
  }

  package enum RunState { case new, existing }

  /// - Parameter size: of the data's images, where all have one and the run does not say.
  private func openingOptions(_ size: ImageSize?) -> OpeningOptions {
    OpeningOptions(
      imageSize: imageSize,
      dataSize: configuration.imageShape.flatMap { ImageSize($0) } ?? size,
      usualSize: RunData.usualSize, architecture: configuration.architecture,
      outputLayer: configuration.outputLayer, labels: configuration.labels,
      isStrict: configuration.isStrict ?? false)
  }

  /// How pictures enter: as the run has it, else as the model expects them, fitted as was asked for.
  private func preparation(of imported: ImportedModel, in run: RunState) -> ImagePreparation {
    if let kept = configuration.preparation, run == .existing { return kept }
    guard run == .new else { return ImagePreparation(pixels: .unit, origin: .olderRun) }
    var preparation = configuration.preparation ?? imported.preparation
    if let fit = configuration.fit {
      preparation.fit = fit
      preparation.fitOrigin = .option
    }
    return preparation
  }

  /// What a person should know of data that are not what the run, or the one that is replayed, began with.
  private static func notice(of data: TrainingData, begunWith count: Int) -> String? {
    guard count != data.train.count else { return nil }
    return
      "the run began with \(count) training images and there are \(data.train.count) now: from "
      + "here on bits differ"
  }

  /// What a person should know of a run that goes on elsewhere than it began.
  private func notice(of run: RunState) -> String? {
    guard run == .existing, let machine,
      let difference = machine.difference(
        from: .current, solvesHead: configuration.headStart == .ridge)
    else { return nil }
    return "the run began on \(difference): from here on bits may differ"
  }

  /// A run's model as it was prepared. Its data is read only where the run was begun before runs kept the
  /// names of their classes.
  /// - Parameter images: to train on, for a model that takes up no checkpoint.
  /// - Throws: as `loadInputs`.
  package mutating func preparedModel(
    images: (any ImageDataset)? = nil, pool: WorkerPool
  ) throws -> PreparedModel {
    guard configuration.preparation != nil, let classes = configuration.classes,
      configuration.imageShape != nil
    else {
      return try loadInputs(of: .existing).prepared
    }
    let imported = try model.open(
      seed: configuration.seed, pool: pool, options: openingOptions(nil), demo: demo)
    return try PreparedModel(
      imported, configuration: configuration, classes: classes, images: images, pool: pool)
  }

  /// What is kept of it: enough to begin again, from any folder.
  /// - Parameter settings: what the run begins with, as the prepared model has it.
  package func record(name: String, settings: TuningSettings) -> RunRecord {
    RunRecord(
      name: name, model: model.recorded, data: data.map(Self.absolute) ?? "demo",
      validation: validation.map { Double($0) == nil ? Self.absolute($0) : $0 },
      seed: configuration.seed, settings: settings,
      created: Date().timeIntervalSince1970,
      programVersion: Machine.version, machine: .current)
  }

  private static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }
}
