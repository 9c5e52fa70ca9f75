import Datasets
import EngineInterface
import Images
import Kernels
import ModelFormats
import Network

/// What a model is evaluated on: labelled images, and which of its outputs each of their classes is.
package struct EvaluationImages {
  /// As messages call them.
  package let path: String
  package let images: any ImageDataset
  /// Those that a person has left out of a run.
  package let leftOut: Set<Int>
  /// Of each class of the data.
  package let outputs: [Int]
  /// What is to be said of the data.
  package let notices: [String]

  /// - Parameters:
  ///   - path: of the data. Of a folder with `test`, `val` or `train` that part which training has seen
  ///     least of; otherwise all images. `nil`: what a run was validated on.
  ///   - preparation: of pictures; of a run, as it was trained.
  /// - Throws: `FileError`, `FormatError`, `DatasetError`; `ConfigurationError` where there is nothing to
  ///   evaluate on.
  package init(
    _ path: String?, for model: PredictionModel, preparation: ImagePreparation, threads: Int,
    demo: DemoFiles
  ) throws {
    let data: TrainingData
    var corrections = ImageCorrections()
    var said: [String] = []
    let inputShape = model.graph.inputShape.dimensions
    if let path {
      self.path = path
      var configuration = EngineConfiguration()
      configuration.threads = threads
      let source = try RunData(evaluating: path, configuration: configuration)
      said = source.notices
      data = try source.entering(inputShape, as: preparation, configuration: configuration)
    } else {
      guard let recipe = model.recipe else {
        throw ConfigurationError(
          option: "data", expected: "images to evaluate a model on", found: "none")
      }
      self.path = try recipe.data ?? demo.path()
      let source = try RunData(
        self.path, validation: recipe.validation, configuration: recipe.configuration)
      corrections = try model.folder?.details().settingsNow.corrections ?? ImageCorrections()
      data = try source.entering(
        inputShape, as: preparation, configuration: recipe.configuration)
    }
    // What was set aside or brought along is what the model has not been trained on.
    let part: DataPart = data.validation == nil ? .train : .validation
    let corrected = CorrectedData(data, corrections)
    images = corrected.data[part] ?? corrected.data.train
    leftOut = corrected.leftOut(part)
    notices = said + Self.notices(of: corrected.resolved[part])
    outputs = try Self.outputs(of: data.classes, for: model, path: self.path)
  }

  /// What a run's person has said of them.
  private static func notices(of corrections: ResolvedCorrections.Part) -> [String] {
    let words = [
      corrections.leftOut.isEmpty ? "" : "\(corrections.leftOut.count) left out",
      corrections.labels.isEmpty ? "" : "\(corrections.labels.count) in another class",
    ].filter { !$0.isEmpty }
    return words.isEmpty ? [] : ["images as corrected in the run: " + words.joined(separator: ", ")]
  }

  /// By name where names are known, else by place.
  private static func outputs(
    of classes: [String], for model: PredictionModel, path: String
  ) throws -> [Int] {
    let capacity = BinaryCrossEntropy.capacity(outputs: model.graph.outputShape.count)
    guard let known = model.classes else {
      guard classes.count <= capacity else {
        throw DatasetError.tooFewOutputs(path: path, classes: classes.count, outputs: capacity)
      }
      return Array(classes.indices)
    }
    let places = Dictionary(known.enumerated().map { ($1, $0) }) { first, _ in first }
    return try classes.map { name in
      guard let place = places[name] else {
        throw DatasetError.unknownClass(path: path, label: name, known: known)
      }
      return place
    }
  }
}
