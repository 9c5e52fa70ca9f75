import Datasets
import EngineInterface
import Files
import Images
import Kernels
import Network

/// What a search starts from, and how a trial is made of it: every one begins with the same weights, and
/// has those of the frozen layers in common with the others. Belongs to one queue at a time.
final class SearchSubject {
  let configuration: EngineConfiguration
  /// What trials begin with, but for what they try.
  let settings: TuningSettings
  let data: TrainingData
  private let prepared: PreparedModel
  /// Makes the model once more, for what a run begins with and no edit can change.
  private let remake: Remaking
  /// Threads of all that is not side by side.
  let pool: WorkerPool
  /// Where the frozen layers of trials run that train side by side.
  private let trunk: PlanRoom
  /// Features of the data, and of the same data augmented otherwise.
  private var shelves: [String: FeatureShelf] = [:]
  private let availableMemory: () -> Int

  /// - Parameters:
  ///   - prepared: with the weights that trials begin with.
  ///   - settings: of the run now, or as it began.
  ///   - remake: the model and data of another configuration, with the weights of the file.
  init(
    _ prepared: PreparedModel, settings: TuningSettings, data: TrainingData,
    configuration: EngineConfiguration, pool: WorkerPool,
    availableMemory: @escaping () -> Int = { SystemMemory.current.available },
    remake: @escaping Remaking
  ) {
    self.prepared = prepared
    self.settings = settings
    self.data = data
    self.configuration = configuration
    self.pool = pool
    trunk = PlanRoom(arena: Arena(), pool: pool)
    self.availableMemory = availableMemory
    self.remake = remake
  }

  /// The settings that a point comes to.
  /// - Parameter epochs: of a trial that is never stopped.
  /// - Throws: `ConfigurationError` for a value that the network does not have.
  func settings(
    of point: SearchPoint, in space: SearchSpace, epochs: Int
  ) throws -> TuningSettings {
    try Self.settings(
      of: point, in: space, epochs: epochs, from: settings, graph: prepared.model.graph,
      newLayers: Set(prepared.newLayers))
  }

  /// Layers that can be frozen from the first on; one of a head that stays has to train.
  var freezableLayers: Int {
    let count = prepared.model.graph.layerCount(besides: Set(prepared.newLayers))
    return prepared.newLayers.isEmpty ? max(0, count - 1) : count
  }

  /// Whether trials of a point can be.
  /// - Throws: `ConfigurationError`, and what making them throws.
  func check(_ point: SearchPoint, in space: SearchSpace, epochs: Int) throws {
    let configuration = try configuration(of: point, in: space, seed: 0, epochs: epochs)
    if configuration.strength != self.configuration.strength { _ = try remake(configuration) }
    _ = try settings(of: point, in: space, epochs: epochs)
  }

  /// The network as trials have it, but for what they try.
  func graph() throws -> Graph { try prepared.model.graph.tuned(by: settings) }

  /// How pictures enter.
  var preparation: ImagePreparation { prepared.preparation }

  /// What a run's settings come to with the values of a point; the others stay. The rate that a round has
  /// changed is one of them, though the search did not try rates.
  /// - Parameter graph: of the run's model.
  /// - Throws: `ConfigurationError` for a value that the network does not have.
  func settings(
    adopting point: SearchPoint, in space: SearchSpace, by run: TuningSettings, graph: Graph
  ) throws -> TuningSettings {
    var start = run
    if point.rateFactor != 1 { start.learningRate = settings.learningRate }
    return try Self.settings(
      of: point, in: space, epochs: run.epochs, from: start, graph: graph,
      newLayers: Set(prepared.newLayers))
  }

  private static func settings(
    of point: SearchPoint, in space: SearchSpace, epochs: Int, from start: TuningSettings,
    graph: Graph, newLayers: Set<String>
  ) throws -> TuningSettings {
    var settings = start
    settings.epochs = epochs
    if !space.dimensions.contains(where: { $0.variable == .learningRate }) {
      settings.learningRate *= point.rateFactor
    }
    for (dimension, value) in zip(space.dimensions, point.values) {
      guard let number = value.number else { continue }
      switch dimension.variable {
      case .learningRate: settings.learningRate = number
      case .momentum: settings.momentum = number
      case .weightDecay: settings.weightDecay = number
      case .maxNorm: settings.maxNorm = number
      case .dropout(let layer):
        try setDropout(number, of: layer, in: &settings, graph: graph, newLayers: newLayers)
      case .frozenDepth:
        settings.frozen = Set(graph.firstLayers(Int(number), besides: newLayers))
      case .labelSmoothing, .headWidth, .optimizer, .schedule, .augmentation: break
      }
    }
    return settings
  }

  private static func setDropout(
    _ rate: Double, of layer: String?, in settings: inout TuningSettings, graph: Graph,
    newLayers: Set<String>
  ) throws {
    let tuned = try graph.tuned(by: settings)
    guard let layer else {
      let layers = tuned.dropoutLayers
      guard !layers.isEmpty else {
        throw ConfigurationError(
          option: "over",
          expected: "a network with dropout layers, or dropout:LAYER, which puts one after a layer"
            + (graph.usualDropoutPlace(besides: newLayers).map { ": dropout:\($0)" } ?? ""),
          found: "dropout")
      }
      for name in layers { settings = settings.applying(.setDropout(layer: name, rate: rate)) }
      return
    }
    guard let index = tuned.index(of: layer) else {
      throw ConfigurationError(
        option: "over", expected: "dropout of a layer that the network has", found: layer)
    }
    if tuned.nodes[index].layer is Dropout {
      settings = settings.applying(.setDropout(layer: layer, rate: rate))
    } else if let dropout = tuned.dropoutLayer(actingOn: layer) {
      settings = settings.applying(.setDropout(layer: dropout, rate: rate))
    } else {
      settings = settings.applying(.insertDropout(after: layer, rate: rate))
    }
  }

  /// The options that a point comes to: what no edit can change.
  private func configuration(
    of point: SearchPoint, in space: SearchSpace, seed: Int, epochs: Int
  ) throws -> EngineConfiguration {
    var configuration = configuration
    configuration.epochs = epochs
    // Other seeds have another order of the data and other dropout, from the same weights.
    configuration.seed = seed == 0 ? configuration.seed : configuration.seed &+ UInt64(seed) << 32
    for (dimension, value) in zip(space.dimensions, point.values) {
      switch (dimension.variable, value) {
      case (.labelSmoothing, .number(let number)): configuration.labelSmoothing = number
      case (.headWidth, .number(let number)):
        var head = configuration.head ?? HeadRequest()
        head.hidden = number == 0 ? [] : [Int(number)]
        configuration.head = head
      case (.headWidth, .choice(let name)):
        guard let units = Int(name), units == 0 || TuningRange.hiddenUnits.contains(units) else {
          throw ConfigurationError(
            option: "over",
            expected: "0 to \(TuningRange.hiddenUnits.values.upperBound) as head-width",
            found: name)
        }
        var head = configuration.head ?? HeadRequest()
        head.hidden = units == 0 ? [] : [units]
        configuration.head = head
      case (.optimizer, .choice(let name)):
        guard let optimizer = OptimizerKind(rawValue: name) else {
          throw ConfigurationError(
            option: "over",
            expected: OptimizerKind.allCases.map(\.rawValue).joined(separator: ", "), found: name)
        }
        configuration.optimizer = optimizer
      case (.schedule, .choice(let name)): configuration.schedule = try Schedule(text: name)
      case (.augmentation, .choice(let name)):
        guard let strength = Augmentation.Strength(rawValue: name) else {
          throw ConfigurationError(
            option: "over",
            expected: Augmentation.Strength.allCases.map(\.rawValue).joined(separator: ", "),
            found: name)
        }
        configuration.augmentation = strength
      default: break
      }
    }
    return configuration
  }

  /// Of every trial.
  var stepsPerEpoch: Int {
    (data.train.count + configuration.batch - 1) / max(1, configuration.batch)
  }

  /// How often the frozen layers have computed as many images as there are.
  var trunkPasses: Double {
    let images = data.train.count + (data.validation?.count ?? 0)
    let computed = shelves.values.reduce(0) { $0 + $1.computedImages }
    return images == 0 ? 0 : Double(computed) / Double(images)
  }

  /// Whether one more trainer of the kind may be in memory: half of what is free stays so.
  func hasRoom(for trainer: Trainer) -> Bool {
    trainer.takenBytes < availableMemory() / 2
  }

  /// A trial at its beginning.
  /// - Throws: `ConfigurationError`, `GraphError`, `DatasetError`, `MemoryShortage`.
  func trainer(
    of trial: SearchTrial, in space: SearchSpace, epochs: Int, cachePath: String?
  ) throws -> Trainer {
    let configuration = try configuration(
      of: trial.point, in: space, seed: trial.seed, epochs: epochs)
    var (base, data) = (prepared, data)
    var start = settings
    if space.dimensions.contains(where: { !$0.variable.isEdit }) {
      var other = configuration
      other.seed = self.configuration.seed
      (base, data) = try remake(other)
      // What was learned meanwhile goes into the layers that are still the same.
      base = base.taking(weightsOf: prepared.model)
      start = settings.following(base)
    }
    let settings = try Self.settings(
      of: trial.point, in: space, epochs: epochs, from: start, graph: base.model.graph,
      newLayers: Set(base.newLayers))
    // A file may say anything.
    guard
      try BackwardReach(base.model.graph.tuned(by: settings), frozen: settings.frozen).trains
        .contains(true)
    else {
      throw ConfigurationError(
        option: "over", expected: "at least one layer that trains", found: "all of them frozen")
    }
    let branch = base.branched(settings)
    let key = configuration.augmentation?.rawValue ?? ""
    let shelf = shelves[key]
    let isLight = try TrialWork(branch, batch: configuration.batch).isLight
    let trainer = try Trainer(
      branch, data: data, configuration: configuration, cachePath: cachePath, shelf: shelf,
      trunk: isLight ? trunk : nil, availableMemory: availableMemory,
      pool: isLight ? WorkerPool(threads: 1) : pool)
    shelves[key] = shelf ?? trainer.features.shelf
    return trainer
  }
}

extension PreparedModel {
  /// The same with weights of its own: those of another model, for layers that both have alike.
  fileprivate func taking(weightsOf other: Model) -> PreparedModel {
    let copy = branched(settings) { _ in false }
    for (name, parameters) in copy.model.parameters {
      guard let theirs = other.parameters[name],
        theirs.map(\.specification) == parameters.map(\.specification)
      else { continue }
      for (mine, source) in zip(parameters, theirs) {
        mine.values.pointer.update(from: source.values.pointer, count: mine.values.count)
      }
    }
    return copy
  }
}

extension TuningSettings {
  /// The same values, as far as a model that begins otherwise has the layers that they are of.
  fileprivate func following(_ base: PreparedModel) -> TuningSettings {
    var next = base.settings
    let graph = base.model.graph
    func isThere(_ layer: String) -> Bool { layer.isEmpty || graph.index(of: layer) != nil }
    (next.learningRate, next.weightDecay, next.maxNorm) = (learningRate, weightDecay, maxNorm)
    next.frozen = frozen.filter(isThere)
    next.multipliers = multipliers.filter { isThere($0.key) }
    next.dropout = dropout.filter { isThere($0.key) }
    next.insertedDropout = insertedDropout.filter { isThere($0.key) }
    return next
  }
}
