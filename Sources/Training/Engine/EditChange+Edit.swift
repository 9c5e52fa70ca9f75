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
    case .replace:
      let changes = Self.changes(from: before, to: after, in: graph)
      self = changes.count == 1 ? changes[0] : .replaced
    case .moveHead(let layer): self = .movedHead(after: layer)
    case .solveHead: self = .solvedHead
    case .adopt(let adoption): self = .adopted(trial: adoption.trial)
    case .leaveOut(let images): self = .leftOut(images.map(\.name))
    case .takeIn(let images): self = .tookIn(images.map(\.name))
    case .relabel(let images, let label): self = .relabelled(images.map(\.name), to: label)
    }
  }

  /// All that two settings differ in, as the edits that would have done it: an undone edit is a change as
  /// any other.
  private static func changes(
    from before: TuningSettings, to after: TuningSettings, in graph: Graph
  ) -> [EditChange] {
    var edits: [Edit] = []
    let (frozen, thawed) = (
      after.frozen.subtracting(before.frozen), before.frozen.subtracting(after.frozen)
    )
    if !frozen.isEmpty { edits.append(.freeze(layers: frozen.sorted())) }
    if !thawed.isEmpty { edits.append(.thaw(layers: thawed.sorted())) }
    if before.learningRate != after.learningRate {
      edits.append(.setLearningRate(after.learningRate))
    }
    if before.momentum != after.momentum { edits.append(.setMomentum(after.momentum)) }
    if before.weightDecay != after.weightDecay { edits.append(.setWeightDecay(after.weightDecay)) }
    if before.epochs != after.epochs { edits.append(.setEpochs(after.epochs)) }
    if before.maxNorm != after.maxNorm {
      edits.append(.setMaxNorm(layers: [], limit: after.maxNorm))
    }
    edits += changed(before.multipliers, after.multipliers).map { factor, layers in
      .setMultiplier(layers: layers, factor: factor ?? 1)
    }
    // A layer without a limit of its own has that of all.
    edits += changed(before.layerMaxNorms, after.layerMaxNorms).map { limit, layers in
      .setMaxNorm(layers: layers, limit: limit ?? after.maxNorm)
    }
    for (rate, layers) in changed(before.dropout, after.dropout) {
      edits += layers.compactMap { layer in
        (rate ?? Self.ownRate(of: layer, in: graph)).map {
          .setDropout(layer: layer, rate: $0)
        }
      }
    }
    edits += corrections(from: before.corrections, to: after.corrections)
    var changes = edits.map { EditChange($0, from: before, to: after, in: graph) }
    // What has no edit of its own.
    if before.insertedDropout != after.insertedDropout || before.headAfter != after.headAfter {
      changes += [.replaced, .replaced]
    }
    return changes
  }

  /// The rate that a dropout layer came with.
  private static func ownRate(of layer: String, in graph: Graph) -> Double? {
    graph.index(of: layer).flatMap { (graph.nodes[$0].layer as? Dropout)?.rate }
  }

  /// The values that have changed, each with its layers; `nil`: there is none any more.
  private static func changed(_ before: [String: Double], _ after: [String: Double])
    -> [(Double?, [String])]
  {
    let names = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
    return Dictionary(grouping: names) { after[$0] }.map { ($0, $1.sorted()) }
      .sorted { ($0.0 ?? -1) < ($1.0 ?? -1) }
  }

  private static func corrections(from before: ImageCorrections, to after: ImageCorrections)
    -> [Edit]
  {
    let images = Set(before.all.map(\.image)).union(after.all.map(\.image)).sorted()
    let left = images.filter { before.leavesOut($0) != after.leavesOut($0) }
    var edits: [Edit] = []
    let (out, back) = (left.filter { after.leavesOut($0) }, left.filter { before.leavesOut($0) })
    if !out.isEmpty { edits.append(.leaveOut(images: out)) }
    if !back.isEmpty { edits.append(.takeIn(images: back)) }
    let moved = images.filter { before[$0]?.label != after[$0]?.label }
    edits += Dictionary(grouping: moved) { after[$0]?.label ?? "" }
      .sorted { $0.key < $1.key }
      .map { label, images in .relabel(images: images, label: label.isEmpty ? nil : label) }
    return edits
  }
}

extension TuningSettings {
  fileprivate func dropoutRate(of layer: String, in graph: Graph) -> Double? {
    if let rate = dropout[layer] { return rate }
    if let place = insertedPlace(ofLayer: layer) { return insertedDropout[place] }
    return graph.index(of: layer).flatMap { (graph.nodes[$0].layer as? Dropout)?.rate }
  }
}
