import Datasets
import EngineInterface
import Files
import Images
import JSON
import Kernels
import ModelFormats
import Network
import RunStore

/// A model made ready for a run: its head replaced where asked for, its final softmax or sigmoid taken
/// off, and the options' patterns turned into settings. The same configuration, model and classes
/// always give the same. What is prepared is another type than what was imported: nothing can be
/// prepared twice.
package struct PreparedModel {
  /// Gives logits.
  package let model: Model
  /// What the run starts with.
  package let settings: TuningSettings
  /// Layers of a new head; empty where the model's own stays.
  package var newLayers: [String] { head.newLayers }
  /// What training minimises, penalties on weights aside.
  package var loss: ClassificationLoss { head.loss }
  /// Which classes the head has, where the data's are not all of them, each in its place.
  package var assignment: ClassAssignment? { head.assignment }
  /// How pictures enter it: as asked for, else as the model expects them.
  package let preparation: ImagePreparation
  /// What was done, as sentences for a person.
  package let notices: [String]
  /// What training keeps to of what the file says of its weights' sizes.
  let rules: WeightRules
  /// All that it says, for an export.
  let fileRules: TrainingRules
  private let head: PreparedHead
  /// Which known network it came from, and in whose words.
  package let family: (architecture: Architecture, dialect: Dialect)?
  /// The `config.json` that came with it.
  package let timmConfiguration: JSONValue?

  /// - Parameters:
  ///   - imported: stays as it is, but shares its parameters.
  ///   - classes: names of the data's classes.
  ///   - images: to train on, where batch normalisation that is put in is to be measured; `nil`: its values
  ///     come from a checkpoint.
  /// - Throws: `ConfigurationError`, `GraphError`, `MemoryShortage`; what the images throw.
  package init(
    _ imported: ImportedModel, configuration: EngineConfiguration, classes: [String],
    images: (any ImageDataset)? = nil, pool: WorkerPool
  ) throws {
    preparation = configuration.preparation ?? imported.preparation
    family = imported.family
    timmConfiguration = imported.timmConfiguration
    head = try PreparedHead(imported, configuration: configuration, classes: classes)
    // The old head's go when nothing holds the imported model any more.
    try MemoryShortage.check(
      head.graph.parameterCount(of: head.newLayers) * MemoryLayout<Float>.stride,
      for: "a head of \(head.graph.outputShape.count) outputs on \(head.graph.name)")
    let inserted = try head.graph.batchNorms(for: configuration)
    model = imported.model.edited(
      to: inserted?.graph ?? head.graph, seed: configuration.seed, pool: pool)
    for text in configuration.reinitialize {
      let pattern = LayerPattern(text)
      let names = model.reinitialize(seed: configuration.seed, pool: pool) {
        [graph = model.graph] in
        graph.matches(pattern, $0)
      }
      guard !names.isEmpty else {
        throw ConfigurationError(
          option: "reinitialize", expected: "a pattern that names a layer with parameters",
          found: text)
      }
    }
    var batchNormNotice = inserted == nil ? head.graph.missingBatchNorm : nil
    if let inserted, let images {
      let seen = try BatchNormCalibration(model: model, places: inserted.places, pool: pool)
        .measure(on: images, seed: configuration.seed)
      batchNormNotice =
        "\(inserted.places.count) batch-norm layers inserted after convolutions and measured on "
        + "\(seen) training images: the network computes what it did"
    }
    fileRules = imported.trainingRules.without(
      layers: Set(head.newLayers), limits: configuration.maxNorm != nil)
    rules = WeightRules(
      imported.trainingRules, of: model, newLayers: head.newLayers,
      keepsLimits: configuration.maxNorm == nil)
    settings = try InitialSettings(
      configuration, graph: model.graph, newLayers: head.newLayers,
      frozenByFile: imported.frozenLayers, multipliersByFile: imported.multipliers,
      layerMaxNorms: rules.layerMaxNorms
    ).settings
    let frozen = imported.frozenLayers.filter(settings.frozen.contains)
    let frozenNotice =
      frozen.isEmpty
      ? [] : ["frozen, as the file says: \(PreparedHead.list(frozen)); the workbench can thaw them"]
    let rates = imported.model.graph.nodes.map(\.name).compactMap {
      [settings] name in
      imported.multipliers[name].flatMap { factor in
        settings.multipliers[name] == factor
          ? "\(name) ×\(NumberText.significant(factor, digits: 3))" : nil
      }
    }
    let rateNotice =
      rates.isEmpty ? [] : ["learning rates as the file says: \(PreparedHead.list(rates))"]
    let probeNotice = configuration.freezesBackbone == true ? configuration.probeNotice : nil
    notices =
      head.notices + [probeNotice].compactMap(\.self) + frozenNotice + rateNotice
      + [batchNormNotice].compactMap(\.self) + rules.kept + rules.notKept
  }

  /// The same with weights of its own, but for those that stay as they are, and with other settings.
  /// - Parameter isShared: layers whose weights both have in common; the frozen ones, if not given.
  func branched(
    _ settings: TuningSettings, sharing isShared: ((String) -> Bool)? = nil
  ) -> PreparedModel {
    // Running statistics of a frozen batch-norm stand still, too.
    let copy = model.branched(sharing: isShared ?? settings.frozen.contains)
    return PreparedModel(
      self, model: copy, settings: settings, rules: rules.following(model, to: copy))
  }

  /// All of another one, but for what is given.
  private init(
    _ other: PreparedModel, model: Model, settings: TuningSettings, rules: WeightRules
  ) {
    self.model = model
    self.settings = settings
    self.rules = rules
    fileRules = other.fileRules
    preparation = other.preparation
    notices = other.notices
    head = other.head
    family = other.family
    timmConfiguration = other.timmConfiguration
  }

  /// The data with the classes of the head.
  func labelled(_ data: TrainingData) -> TrainingData {
    guard let assignment else { return data }
    return data.relabelled(assignment.numbers, classes: assignment.names)
  }

  /// The graph that answers as the model's last layer would: the run's, with the softmax or sigmoid
  /// that training took off. A new head gets a softmax.
  package func answerGraph() throws -> Graph { try head.answering(model.graph) }
}

extension PreparedModel {
  /// Takes up the weights of a checkpoint, those of a head that was put elsewhere included.
  /// - Returns: the graph that answers, as `answerGraph`.
  /// - Throws: `FormatError`, `FileError`, `GraphError` where they do not fit.
  package func restore(
    _ checkpoint: CheckpointFile, seed: UInt64, pool: WorkerPool
  ) throws -> Graph {
    let graph = try model.graph.headed(by: checkpoint.settings)
    model.extend(to: graph, seed: seed, pool: pool)
    try checkpoint.restore(model)
    return checkpoint.settings.headAfter == nil ? try answerGraph() : try graph.endingInSoftmax()
  }
}

extension Graph {
  fileprivate func parameterCount(of layers: [String]) -> Int {
    layers.compactMap(index).flatMap { specifications[$0] }.reduce(0) { $0 + $1.count }
  }
}

extension ImportedModel {
  /// Whether it ends in features and has no classifier: as its file says, else by what it ends in.
  package var isBackbone: Bool { hasClassifier.map { !$0 } ?? model.graph.endsInFeatures }
}
