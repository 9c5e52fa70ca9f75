import EngineInterface
import Network

/// The settings that a run starts with: the options' patterns, applied to a graph.
struct InitialSettings {
  private(set) var settings: TuningSettings
  private let graph: Graph
  private let newLayers: Set<String>

  /// - Parameter newLayers: layers of a new head.
  /// - Throws: `ConfigurationError` for a pattern that names nothing, or where nothing would train.
  init(_ configuration: EngineConfiguration, graph: Graph, newLayers: [String]) throws {
    self.graph = graph
    self.newLayers = Set(newLayers)
    settings = TuningSettings(
      learningRate: configuration.learningRate,
      momentum: configuration.momentum ?? configuration.optimizer.defaultMomentum,
      weightDecay: configuration.weightDecay ?? configuration.optimizer.defaultWeightDecay,
      maxNorm: configuration.maxNorm, epochs: configuration.epochs)
    try freeze(configuration)
    try setMultipliers(configuration)
    try setDropout(configuration)
    do {
      _ = try graph.tuned(by: settings)
    } catch {
      throw ConfigurationError(option: "dropout", expected: "rates that fit", found: "\(error)")
    }
  }

  /// Layers that have parameters, in order.
  private var weighted: [String] {
    zip(graph.nodes, graph.specifications).filter { !$0.1.isEmpty }.map(\.0.name)
  }

  /// The layers that count as the head: the new ones, else the last one with parameters.
  private var head: Set<String> {
    newLayers.isEmpty ? Set(weighted.suffix(1)) : newLayers
  }

  private mutating func freeze(_ configuration: EngineConfiguration) throws {
    let weighted = weighted
    var frozen: Set<String> = []
    if configuration.freezeAllButHead { frozen = Set(weighted).subtracting(head) }
    frozen.formUnion(weighted.filter { !newLayers.contains($0) }.prefix(configuration.freezeFirst))
    for text in configuration.freeze {
      let pattern = LayerPattern(text)
      let named = weighted.filter { name in
        newLayers.contains(name) ? pattern.names(name) : pattern.matches(name)
      }
      guard !named.isEmpty else {
        throw ConfigurationError(
          option: "freeze", expected: "a pattern that names a layer with parameters", found: text)
      }
      frozen.formUnion(named)
    }
    guard BackwardReach(graph, frozen: frozen).trains.contains(true) else {
      throw ConfigurationError(
        option: "freeze", expected: "at least one layer that trains", found: "all of them frozen")
    }
    settings.frozen = frozen
  }

  private mutating func setMultipliers(_ configuration: EngineConfiguration) throws {
    var multipliers: [String: Double] = [:]
    for name in weighted where !head.contains(name) {
      multipliers[name] = configuration.pretrainedMultiplier
    }
    for setting in configuration.multipliers {
      let pattern = LayerPattern(setting.pattern)
      let named = weighted.filter(pattern.matches)
      guard !named.isEmpty else {
        throw ConfigurationError(
          option: "multiplier", expected: "a pattern that names a layer with parameters",
          found: setting.pattern)
      }
      for name in named { multipliers[name] = setting.value }
    }
    settings.multipliers = multipliers.filter { $0.value != 1 }
  }

  private mutating func setDropout(_ configuration: EngineConfiguration) throws {
    if let rate = configuration.inputDropout {
      settings.insertedDropout[Graph.inputName] = rate
    }
    if let rate = configuration.hiddenDropout {
      for node in graph.nodes where node.layer is Dense && node.name != weighted.last {
        act(on: node.name, rate: rate)
      }
    }
    for setting in configuration.dropout {
      let pattern = LayerPattern(setting.pattern)
      let named = graph.nodes.filter { node in
        setting.pattern.isEmpty ? node.layer is Dropout : pattern.matches(node.name)
      }
      guard !named.isEmpty else {
        throw ConfigurationError(
          option: "dropout",
          expected: setting.pattern.isEmpty
            ? "a network with dropout layers; LAYER=P puts one in"
            : "a pattern that names a layer",
          found: setting.pattern.isEmpty ? "none" : setting.pattern)
      }
      for node in named { act(on: node.name, rate: setting.value) }
    }
  }

  /// Sets the rate of the dropout layer that acts on a layer's output, or of the layer itself where
  /// it is one; puts one in where there is none.
  private mutating func act(on name: String, rate: Double) {
    if let index = graph.index(of: name), graph.nodes[index].layer is Dropout {
      settings.dropout[name] = rate
    } else if let dropout = graph.dropoutLayer(actingOn: name) {
      settings.dropout[dropout] = rate
    } else {
      settings.insertedDropout[name] = rate
    }
  }
}
