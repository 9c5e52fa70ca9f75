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

  /// - Parameters:
  ///   - name: a model file, `demo`, `zoo:NAME`, or a run.
  ///   - size: what a person asked for.
  ///   - input: a file of images or of one, or a folder of them, whose size a model takes that leaves it open.
  ///   - runs: the folder that a run's name is looked for in.
  ///   - demo: where the demonstration lies.
  /// - Throws: what is wrong with the model or the run.
  package init(
    _ name: String, runs: () throws -> RunsFolder, size: ImageSize?, input: String?,
    pool: WorkerPool, demo: DemoFiles
  ) throws {
    let source = ModelSource(argument: name)
    guard case .file(let path) = source, !Self.isFile(path) else {
      let imported = try source.open(
        seed: 0, pool: pool,
        imageSize: source.isOfZoo ? nil : input.flatMap(Self.imageSize), asked: size,
        demo: demo)
      model = imported.model
      graph = model.graph
      classes = imported.classNames
      preparation = imported.preparation
      recipe = nil
      return
    }
    let folder: RunFolder
    do {
      folder = try runs().find(name)
    } catch is RunStoreError {
      throw FormatError(path: name, expected: "a model file or a run", found: "neither")
    }
    var recipe = try Recipe(of: folder, demo: demo)
    recipe.imageSize = size
    recipe.configuration.threads = pool.threads
    // The classes say what the outputs mean, and how many there are where no head was asked for.
    let prepared = try recipe.preparedModel(pool: pool)
    graph = try prepared.restore(
      folder.bestCheckpoint(), seed: recipe.configuration.seed, pool: pool)
    model = prepared.model
    classes = prepared.assignment?.names ?? recipe.configuration.classes
    preparation = prepared.preparation
    self.recipe = recipe
  }

  /// Photographs are of any size.
  private static func imageSize(of input: String) -> ImageSize? {
    (try? PredictionInput.isOfPictures(input)) == true
      ? RunData.usualSize : PredictionInput.imageSize(of: input)
  }

  private static func isFile(_ path: String) -> Bool {
    !Folder.exists(path) && (try? InputFile(path: path)) != nil
  }
}
