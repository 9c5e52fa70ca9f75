import Files
import Images
import Kernels
import ModelFormats
import Network
import RunStore

/// A model that predicts: one from a file, or a run's best checkpoint.
package struct PredictionModel {
  package let model: Model
  /// Ends as the model's own last layer did.
  package let graph: Graph
  /// Names of the classes, where they are known.
  package let classes: [String]?
  /// How pictures enter it; a run's as it was trained.
  package let preparation: ImagePreparation
  /// What a run was made of; `nil` for a model from a file.
  let recipe: Recipe?
  /// Where it is kept.
  let folder: RunFolder?
  /// The same, to be written in a format of others.
  package private(set) var outgoing: OutgoingModel

  /// - Parameters:
  ///   - name: a model file, `demo`, `zoo:NAME`, or a run.
  ///   - options: what a person asked for.
  ///   - input: a file of images or of one, or a folder of them, whose size a model takes that leaves it open.
  ///   - checkpoint: of a run; `nil`: the best.
  ///   - runs: the folder that a run's name is looked for in.
  ///   - demo: where the demonstration lies.
  /// - Throws: what is wrong with the model or the run.
  package init(
    _ name: String, runs: () throws -> RunsFolder, options: OpeningOptions, input: String?,
    checkpoint: CheckpointChoice? = nil, pool: WorkerPool, demo: DemoFiles
  ) throws {
    let source = ModelSource(argument: name)
    guard case .file(let path) = source, !ModelFile.exists(path) else {
      if let checkpoint {
        throw ConfigurationError(
          option: "checkpoint", expected: "a run as MODEL", found: "\(checkpoint)")
      }
      var options = options
      options.usualSize = RunData.usualSize
      options.dataSize = source.isOfZoo ? nil : input.flatMap(Self.imageSize)
      let imported = try source.open(seed: 0, pool: pool, options: options, demo: demo)
      model = imported.model
      graph = model.graph
      classes = imported.classNames
      preparation = imported.preparation
      (recipe, folder) = (nil, nil)
      outgoing = OutgoingModel(
        model: model, graph: graph, classNames: classes, preparation: preparation,
        family: imported.family, timmConfiguration: imported.timmConfiguration)
      outgoing.frozenLayers = imported.frozenLayers
      outgoing.trainingRules = imported.trainingRules
      return
    }
    let folder: RunFolder
    do {
      folder = try runs().find(name)
    } catch is RunStoreError {
      throw FormatError(path: name, expected: "a model file or a run", found: "neither")
    }
    if let architecture = options.architecture {
      throw ConfigurationError(
        option: "architecture", expected: "a file of weights as MODEL", found: architecture)
    }
    try options.refuseAnswer()
    var recipe = try Recipe(of: folder, demo: demo)
    recipe.imageSize = options.imageSize
    recipe.configuration.threads = pool.threads
    // The classes say what the outputs mean, and how many there are where no head was asked for.
    let prepared = try recipe.preparedModel(pool: pool)
    let checkpoint = try checkpoint.map(folder.checkpoint) ?? folder.bestCheckpoint()
    graph = try prepared.restore(checkpoint, seed: recipe.configuration.seed, pool: pool)
    model = prepared.model
    classes = prepared.assignment?.names ?? recipe.configuration.classes
    preparation = prepared.preparation
    self.recipe = recipe
    self.folder = folder
    outgoing = OutgoingModel(
      model: model, graph: graph, classNames: classes, preparation: preparation,
      family: prepared.family, timmConfiguration: prepared.timmConfiguration)
    let frozen = checkpoint.settings.frozen
    outgoing.frozenLayers = graph.nodes.map(\.name).filter(frozen.contains)
    outgoing.trainingRules = prepared.fileRules
  }

  /// Photographs are of any size.
  private static func imageSize(of input: String) -> ImageSize? {
    (try? PredictionInput.isOfPictures(input)) == true ? nil : PredictionInput.imageSize(of: input)
  }
}
