import Files
import Kernels
import ModelFormats
import Network
import RunStore
import Training

/// A model that predicts: one from a file, or a run's best checkpoint.
struct PredictionModel {
  let model: Model
  /// Ends as the model's own last layer did.
  let graph: Graph
  /// Names of the outputs, where they are known.
  let classes: [String]?

  /// - Parameter name: a model file, `demo`, `zoo:NAME`, or a run.
  /// - Throws: what is wrong with the model or the run.
  init(_ name: String, runs: RunsFolderOptions, pool: WorkerPool) throws {
    let source = ModelSource(argument: name)
    guard case .file(let path) = source, !Self.isFile(path) else {
      let imported = try source.open(seed: 0, pool: pool)
      model = imported.model
      graph = model.graph
      classes = imported.classNames
      return
    }
    let folder: RunFolder
    do {
      folder = try runs.open().find(name)
    } catch is RunStoreError {
      throw FormatError(path: name, expected: "a model file or a run", found: "neither")
    }
    var plan = try RunPlan(of: folder)
    plan.configuration.threads = pool.threads
    // The data says what the outputs mean, and how many there are where no head was asked for.
    let inputs = try plan.loadInputs(isNew: false)
    let prepared = try PreparedModel(
      inputs.model, configuration: plan.configuration, classes: inputs.data.classes.count,
      pool: pool)
    try folder.bestCheckpoint().restore(prepared.model)
    model = prepared.model
    graph = try prepared.answerGraph()
    classes = inputs.data.classes
  }

  private static func isFile(_ path: String) -> Bool {
    !Folder.exists(path) && (try? InputFile(path: path)) != nil
  }
}
