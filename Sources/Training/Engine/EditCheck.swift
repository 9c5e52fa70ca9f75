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

  /// Why the edit cannot be made; `nil` where it can.
  func objection(to command: EngineCommand) -> String? {
    if let objection = command.objection { return "\(objection)" }
    switch command {
    case .freeze(let layers), .thaw(let layers): return freezeObjection(layers, command)
    case .setMomentum:
      return optimizer.hasMomentum ? nil : "\(optimizer.title) has no momentum"
    case .setMaxNorm(let layers, _):
      return unknown(layers)
        ?? layers.first { !hasUnits($0) }.map { "'\($0)' has no weights to limit" }
    case .setMultiplier(let layers, _):
      return layers.isEmpty ? "no layer is named" : unknown(layers)
    case .setDropout(let layer, _):
      guard let index = graph.index(of: layer) else { return "there is no layer '\(layer)'" }
      return graph.nodes[index].layer is Dropout ? nil : "'\(layer)' is no dropout layer"
    case .insertDropout(let layer, _):
      if settings.insertedDropout[layer] != nil {
        return "there is a dropout layer after '\(layer)' already"
      }
      return tuningObjection(command)
    case .setLearningRate, .setWeightDecay, .setEpochs, .pause, .resume, .singleStep,
      .checkpoint, .stop, .goBack:
      return nil
    }
  }

  /// Why an edit that was made once cannot be made again; `nil` where it can. Edits of one step are
  /// made again from where they had come to: half-way, a dropout layer may stand already, and all may
  /// be frozen that a later one thaws.
  func objection(toRepeating command: EngineCommand) -> String? {
    if let objection = command.objection { return "\(objection)" }
    switch command {
    case .freeze(let layers), .thaw(let layers): return unknown(layers)
    case .insertDropout(let layer, _) where settings.insertedDropout[layer] != nil: return nil
    default: return objection(to: command)
    }
  }

  private func freezeObjection(_ layers: [String], _ command: EngineCommand) -> String? {
    if layers.isEmpty { return "no layer is named" }
    if let objection = unknown(layers) { return objection }
    guard layers.contains(where: { !specifications(of: $0).isEmpty }) else {
      return "layers without parameters cannot be frozen"
    }
    let next = settings.applying(command)
    guard BackwardReach(modelGraph, frozen: next.frozen).trains.contains(true) else {
      return "nothing would be left to train"
    }
    return nil
  }

  private func tuningObjection(_ command: EngineCommand) -> String? {
    do {
      _ = try modelGraph.tuned(by: settings.applying(command))
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func specifications(of layer: String) -> [ParameterSpecification] {
    graph.index(of: layer).map { graph.specifications[$0] } ?? []
  }

  private func hasUnits(_ layer: String) -> Bool {
    specifications(of: layer).contains { !$0.unitAxes.isEmpty }
  }

  private func unknown(_ layers: [String]) -> String? {
    layers.first { graph.index(of: $0) == nil }.map { "there is no layer '\($0)'" }
  }
}
