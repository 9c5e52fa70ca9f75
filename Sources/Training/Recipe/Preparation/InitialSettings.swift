import EngineInterface
import Network

/// The settings that a run starts with: the options' patterns, applied to a graph.
struct InitialSettings {
  private(set) var settings: TuningSettings
  private let graph: Graph
  private let newLayers: Set<String>
  /// Layers that the model file says are not to be trained.
  private let frozenByFile: Set<String>
  /// What it says of how fast layers learn.
  private let multipliersByFile: [String: Double]

  /// - Parameters:
  ///   - newLayers: layers of a new head.
  ///   - frozenByFile: those that the head has replaced may be among them.
  ///   - multipliersByFile: the file's own, by layer; among them may be such, too.
  ///   - layerMaxNorms: the file's own limits, by layer.
  /// - Throws: `ConfigurationError` for a pattern that names nothing, or where nothing would train.
  init(
    _ configuration: EngineConfiguration, graph: Graph, newLayers: [String],
    frozenByFile: [String] = [], multipliersByFile: [String: Double] = [:],
    layerMaxNorms: [String: Double] = [:]
  ) throws {
    self.graph = graph
    self.newLayers = Set(newLayers)
    self.frozenByFile = Set(frozenByFile)
    self.multipliersByFile = multipliersByFile
    settings = configuration.plainSettings
    settings.layerMaxNorms = layerMaxNorms
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
  private var weighted: [String] { weightedPlaces.map { graph.nodes[$0].name } }

  private var weightedPlaces: [Int] {
    graph.nodes.indices.filter { !graph.specifications[$0].isEmpty }
  }

  /// The layers that count as the head: the new ones, else the last one with parameters.
  private var head: Set<String> {
    guard newLayers.isEmpty, let last = weightedPlaces.last else { return newLayers }
    let name = graph.layerName(of: last)
    return Set(
      weightedPlaces.filter { graph.layerName(of: $0) == name }.map { graph.nodes[$0].name })
  }

  private mutating func freeze(_ configuration: EngineConfiguration) throws {
    let weighted = weighted
    let byFile = frozenByFile.intersection(weighted).subtracting(newLayers)
    guard BackwardReach(graph, frozen: byFile).trains.contains(true) else {
      throw ConfigurationError(
        option: "head",
        expected: "a layer to train: the file says that none is, and --head N puts one on",
        found: "no new head")
    }
    var frozen = byFile
    if configuration.freezesAllButHead { frozen.formUnion(Set(weighted).subtracting(head)) }
    frozen.formUnion(first(configuration.freezeFirst))
    for text in configuration.freeze {
      let pattern = LayerPattern(text)
      let named = weightedPlaces.filter { place in
        newLayers.contains(graph.nodes[place].name)
          ? pattern.names(graph.nodes[place].name) : graph.matches(pattern, place)
      }
      guard !named.isEmpty else {
        throw ConfigurationError(
          option: "freeze", expected: "a pattern that names a layer with parameters", found: text)
      }
      frozen.formUnion(named.map { graph.nodes[$0].name })
    }
    guard BackwardReach(graph, frozen: frozen).trains.contains(true) else {
      throw ConfigurationError(
        option: "freeze", expected: "at least one layer that trains", found: "all of them frozen")
    }
    settings.frozen = frozen
  }

  /// The first layers that have parameters, new ones left out; a separable convolution is one.
  private func first(_ count: Int) -> [String] {
    graph.firstLayers(count, besides: newLayers)
  }

  private mutating func setMultipliers(_ configuration: EngineConfiguration) throws {
    var multipliers: [String: Double] = [:]
    for name in weighted {
      let own = newLayers.contains(name) ? nil : multipliersByFile[name]
      // What a person asks for is asked of all alike, on top of what the file has.
      let factor = head.contains(name) ? 1 : configuration.pretrainedMultiplier
      multipliers[name] = (own ?? 1) * factor
    }
    for setting in configuration.multipliers {
      let pattern = LayerPattern(setting.pattern)
      let named = weightedPlaces.filter { graph.matches(pattern, $0) }
        .map { graph.nodes[$0].name }
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
    // A rate for all of them first: what names a layer says more.
    for setting in configuration.dropout where setting.pattern.isEmpty {
      let layers = graph.dropoutLayers
      guard !layers.isEmpty || !settings.insertedDropout.isEmpty else {
        throw ConfigurationError(
          option: "dropout", expected: "a network with dropout layers; LAYER=P puts one in",
          found: "none")
      }
      for name in layers { settings.dropout[name] = setting.value }
      for place in settings.insertedDropout.keys { settings.insertedDropout[place] = setting.value }
    }
    for setting in configuration.dropout where !setting.pattern.isEmpty {
      try setDropout(setting)
    }
  }

  private mutating func setDropout(_ setting: PatternValue) throws {
    if setting.pattern == Self.inputPattern, graph.index(of: Self.inputPattern) == nil {
      settings.insertedDropout[Graph.inputName] = setting.value
      return
    }
    let pattern = LayerPattern(setting.pattern)
    let inserted = settings.insertedDropout.keys
      .filter { pattern.matches(TuningSettings.insertedName(after: $0)) }
    var named = graph.nodes.map(\.name).filter(pattern.matches)
    if named.isEmpty, inserted.isEmpty { named = dropoutPlaces(inBlock: pattern) }
    guard !named.isEmpty || !inserted.isEmpty else {
      throw ConfigurationError(
        option: "dropout", expected: "a pattern that names a layer, or 'input'",
        found: setting.pattern)
    }
    for name in named { act(on: name, rate: setting.value) }
    for place in inserted { settings.insertedDropout[place] = setting.value }
  }

  /// Where a block has its dropout: in the layers of that kind, else after its last layer.
  private func dropoutPlaces(inBlock pattern: LayerPattern) -> [String] {
    let layers = graph.nodes.indices.filter { graph.matches(pattern, $0) }
    let dropouts = layers.filter {
      (graph.nodes[$0].layer as? Dropout).map { $0.sharedAxes.isEmpty } ?? false
    }
    return (dropouts.isEmpty ? layers.suffix(1) : dropouts[...]).map { graph.nodes[$0].name }
  }

  /// What `--dropout` calls the network's input, unless a layer is called so.
  private static let inputPattern = "input"

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
