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
    switch command {
    case .freeze(let layers), .thaw(let layers): return freezeObjection(layers, command)
    case .setLearningRate(let rate):
      return range(rate, 0...1e6, "a learning rate")
    case .setMomentum(let momentum):
      guard optimizer.hasMomentum else { return "\(optimizer.title) has no momentum" }
      return range(momentum, 0...0.999_999, "a momentum")
    case .setWeightDecay(let decay): return range(decay, 0...1e3, "a weight decay")
    case .setMaxNorm(let layers, let limit):
      if let objection = limit.flatMap({ range($0, 1e-9...1e9, "a max-norm") }) {
        return objection
      }
      return unknown(layers)
        ?? layers.first { !hasUnits($0) }.map { "'\($0)' has no weights to limit" }
    case .setMultiplier(let layers, let factor):
      if layers.isEmpty { return "no layer is named" }
      return range(factor, 0...1e6, "a multiplier") ?? unknown(layers)
    case .setDropout(let layer, let rate):
      guard let index = graph.index(of: layer) else { return "there is no layer '\(layer)'" }
      guard graph.nodes[index].layer is Dropout else { return "'\(layer)' is no dropout layer" }
      return range(rate, 0...Dropout.highestRate, "a dropout rate")
    case .insertDropout(let layer, let rate):
      if let objection = range(rate, 0...Dropout.highestRate, "a dropout rate") {
        return objection
      }
      if settings.insertedDropout[layer] != nil {
        return "there is a dropout layer after '\(layer)' already"
      }
      return tuningObjection(command)
    case .setEpochs(let epochs):
      return 1...1_000_000 ~= epochs ? nil : "expected 1 to 1000000 epochs, found \(epochs)"
    case .pause, .resume, .singleStep, .checkpoint, .stop: return nil
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

  private func range(_ value: Double, _ range: ClosedRange<Double>, _ what: String) -> String? {
    range.contains(value)
      ? nil : "expected \(what) from \(range.lowerBound) to \(range.upperBound), found \(value)"
  }
}
