import Datasets
import EngineInterface
import Network

/// Whether an edit can be made, before it is.
struct EditCheck {
  let settings: TuningSettings
  /// The model's own graph, without dropout that was put in.
  let modelGraph: Graph
  /// As the settings want it now.
  let graph: Graph
  let optimizer: OptimizerKind
  /// Whether the loss is of sigmoids.
  let isBinary: Bool
  /// As it was read.
  let data: TrainingData

  /// Why the edit cannot be made; `nil` where it can.
  func objection(to edit: Edit) -> Objection? {
    if let objection = edit.objection { return .outOfRange(objection) }
    switch edit {
    case .freeze(let layers), .thaw(let layers): return freezeObjection(layers, edit)
    case .setMomentum: return optimizer.hasMomentum ? nil : .noMomentum(optimizer)
    case .setMaxNorm(let layers, _):
      return unknown(layers) ?? layers.first { !hasUnits($0) }.map { .noWeights(layer: $0) }
    case .setMultiplier(let layers, _): return layers.isEmpty ? .noLayerNamed : unknown(layers)
    case .setDropout(let layer, _): return dropoutObjection(layer)
    case .setDropouts(let layers, _):
      return layers.isEmpty ? .noLayerNamed : layers.lazy.compactMap(dropoutObjection).first
    case .insertDropout(let layer, _):
      return settings.insertedDropout[layer] != nil
        ? .hasDropoutLayer(after: layer) : tuningObjection(edit)
    case .setLearningRate, .setWeightDecay, .setEpochs: return nil
    case .moveHead(let layer): return headObjection(layer, edit)
    case .solveHead: return SolvableHead.obstacle(to: graph, isBinary: isBinary)
    case .replace(let next): return replacementObjection(next)
    case .adopt(let adoption): return replacementObjection(adoption.settings)
    case .leaveOut(let images), .takeIn(let images):
      return imageObjection(images, edit)
    case .relabel(let images, let label):
      if let label, !data.classes.contains(label) { return .unknownClass(label) }
      return imageObjection(images, edit)
    }
  }

  /// Why an edit that was made once cannot be made again; `nil` where it can. Edits of one step are
  /// made again from where they had come to: half-way, a dropout layer may stand already, and all may
  /// be frozen that a later one thaws.
  func objection(toRepeating edit: Edit) -> Objection? {
    if let objection = edit.objection { return .outOfRange(objection) }
    switch edit {
    // A later edit may have cut them off.
    case .freeze(let layers), .thaw(let layers):
      return unknown(layers.filter { modelGraph.index(of: $0) == nil })
    case .moveHead(let layer):
      return modelGraph.index(of: layer) == nil ? .unknownLayer(layer) : nil
    case .insertDropout(let layer, _) where settings.insertedDropout[layer] != nil: return nil
    default: return objection(to: edit)
    }
  }

  private func dropoutObjection(_ layer: String) -> Objection? {
    guard let index = graph.index(of: layer) else { return .unknownLayer(layer) }
    return graph.nodes[index].layer is Dropout ? nil : .noDropoutLayer(layer)
  }

  private func freezeObjection(_ layers: [String], _ edit: Edit) -> Objection? {
    if layers.isEmpty { return .noLayerNamed }
    if let objection = unknown(layers) { return objection }
    guard layers.contains(where: { !specifications(of: $0).isEmpty }) else { return .noParameters }
    return trains(settings.applying(edit)) ? nil : .nothingLeftToTrain
  }

  /// Settings all at once may name what this network does not have.
  private func replacementObjection(_ next: TuningSettings) -> Objection? {
    if let objection = tuningObjection(.replace(next)) { return objection }
    let names =
      next.frozen.sorted() + next.multipliers.keys.sorted() + next.layerMaxNorms.keys.sorted()
    let known = (try? modelGraph.tuned(by: next)) ?? graph
    if let name = names.first(where: { known.index(of: $0) == nil }) { return .unknownLayer(name) }
    if let name = next.dropout.keys.sorted().first(where: { name in
      known.index(of: name).map { !(known.nodes[$0].layer is Dropout) } ?? true
    }) {
      return .noDropoutLayer(name)
    }
    if let objection = correctionsObjection(next.corrections) { return objection }
    return trains(next) ? nil : .nothingLeftToTrain
  }

  private func imageObjection(_ images: [ImageReference], _ edit: Edit) -> Objection? {
    if images.isEmpty { return .noImageNamed }
    var finder = ImageFinder(data)
    if let image = images.first(where: { finder.place(of: $0) == nil }) {
      return .unknownImage(image.name)
    }
    return correctionsObjection(settings.applying(edit).corrections)
  }

  /// Something has to be left of each part that there is.
  private func correctionsObjection(_ next: ImageCorrections) -> Objection? {
    guard next != settings.corrections else { return nil }
    let resolved = ResolvedCorrections(next, in: data)
    return DataPart.allCases.first { part in
      data[part].map { resolved[part].leftOut.count == $0.count } ?? false
    }.map(Objection.noImagesLeft)
  }

  private func trains(_ next: TuningSettings) -> Bool {
    let graph = (try? modelGraph.headed(by: next)) ?? modelGraph
    return BackwardReach(graph, frozen: next.frozen).trains.contains(true)
  }

  private func headObjection(_ layer: String, _ edit: Edit) -> Objection? {
    guard graph.index(of: layer) != nil else { return .unknownLayer(layer) }
    // Dropout that was put in is none of the model's layers, and a head carries none.
    guard modelGraph.index(of: layer) != nil, layer != graph.nodes[graph.nodes.count - 1].name,
      !isBinary
    else { return .cannotCarryHead(layer) }
    return tuningObjection(edit)
  }

  private func tuningObjection(_ edit: Edit) -> Objection? {
    do {
      _ = try modelGraph.tuned(by: settings.applying(edit))
      return nil
    } catch {
      return .unfit("\(error)")
    }
  }

  private func specifications(of layer: String) -> [ParameterSpecification] {
    graph.index(of: layer).map { graph.specifications[$0] } ?? []
  }

  private func hasUnits(_ layer: String) -> Bool {
    specifications(of: layer).contains { !$0.unitAxes.isEmpty }
  }

  private func unknown(_ layers: [String]) -> Objection? {
    layers.first { graph.index(of: $0) == nil }.map(Objection.unknownLayer)
  }
}
