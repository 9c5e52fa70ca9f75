import EngineInterface
import Network

extension EditChange {
  /// What `edit` has changed between two settings.
  /// - Parameter graph: the model's own, with the dropout rates that it came with.
  init(_ edit: Edit, from before: TuningSettings, to after: TuningSettings, in graph: Graph) {
    func inOrder(_ names: some Sequence<String>) -> [String] {
      let names = Set(names)
      return graph.nodes.map(\.name).filter(names.contains)
    }
    switch edit {
    case .freeze: self = .froze(inOrder(after.frozen.subtracting(before.frozen)))
    case .thaw: self = .thawed(inOrder(before.frozen.subtracting(after.frozen)))
    case .setLearningRate:
      self = .value(.learningRate, from: before.learningRate, to: after.learningRate)
    case .setMomentum: self = .value(.momentum, from: before.momentum, to: after.momentum)
    case .setWeightDecay:
      self = .value(.weightDecay, from: before.weightDecay, to: after.weightDecay)
    case .setEpochs:
      self = .value(.epochs, from: Double(before.epochs), to: Double(after.epochs))
    case .setMaxNorm(let layers, let limit):
      self =
        layers.isEmpty
        ? .maxNorm(from: before.maxNorm, to: limit)
        : .layerMaxNorm(layers: inOrder(layers), to: limit)
    case .setMultiplier(let layers, let factor):
      self = .multiplier(layers: inOrder(layers), to: factor)
    case .setDropout(let layer, let rate):
      self = .dropout(layer: layer, from: before.dropoutRate(of: layer, in: graph), to: rate)
    case .setDropouts(let layers, let rate):
      let known = inOrder(layers)
      // Dropout that was put in is none of the model's own.
      self = .dropouts(layers: known.count == layers.count ? known : layers, to: rate)
    case .insertDropout(let layer, let rate): self = .insertedDropout(after: layer, rate: rate)
    case .replace: self = .replaced
    case .moveHead(let layer): self = .movedHead(after: layer)
    case .solveHead: self = .solvedHead
    }
  }
}

extension TuningSettings {
  fileprivate func dropoutRate(of layer: String, in graph: Graph) -> Double? {
    if let rate = dropout[layer] { return rate }
    if let place = insertedPlace(ofLayer: layer) { return insertedDropout[place] }
    return graph.index(of: layer).flatMap { (graph.nodes[$0].layer as? Dropout)?.rate }
  }
}
