import EngineInterface
import Foundation
import Network

/// An edit in a few words, as charts mark it: `froze conv1–conv4`, `learning rate 1e-3 → 3e-4`.
struct EditText {
  let before: TuningSettings
  let after: TuningSettings
  /// The model's own, with the dropout rates that it came with.
  let graph: Graph

  func text(of command: EngineCommand) -> String {
    switch command {
    case .freeze: "froze " + ranges(after.frozen.subtracting(before.frozen))
    case .thaw: "thawed " + ranges(before.frozen.subtracting(after.frozen))
    case .setLearningRate:
      "learning rate \(number(before.learningRate)) → \(number(after.learningRate))"
    case .setMomentum: "momentum \(number(before.momentum)) → \(number(after.momentum))"
    case .setWeightDecay:
      "weight decay \(number(before.weightDecay)) → \(number(after.weightDecay))"
    case .setMaxNorm(let layers, let limit):
      "max-norm" + (layers.isEmpty ? " " : " of \(ranges(Set(layers))) ")
        + (layers.isEmpty ? "\(limitText(before.maxNorm)) → " : "") + limitText(limit)
    case .setMultiplier(let layers, let factor):
      "rate of \(ranges(Set(layers))) × \(number(factor))"
    case .setDropout(let layer, let rate):
      "dropout of \(layer) "
        + (previousRate(of: layer).map { "\(number($0)) → " } ?? "") + number(rate)
    case .insertDropout(let layer, let rate):
      "dropout \(number(rate)) after \(layer.isEmpty ? "the input" : layer)"
    case .setEpochs(let epochs): "epochs \(before.epochs) → \(epochs)"
    case .pause, .resume, .singleStep, .checkpoint, .stop, .goBack: ""
    }
  }

  /// The same as one thing that went from a value to another; `nil` for what is no such thing.
  func change(by command: EngineCommand) -> EditMarker.Change? {
    func change(_ subject: String, _ from: String, _ to: String) -> EditMarker.Change {
      EditMarker.Change(subject: subject, from: from, to: to)
    }
    switch command {
    case .freeze:
      return change("layers " + ranges(after.frozen.subtracting(before.frozen)), "live", "frozen")
    case .thaw:
      return change("layers " + ranges(before.frozen.subtracting(after.frozen)), "frozen", "live")
    case .setLearningRate:
      return change("learning rate", number(before.learningRate), number(after.learningRate))
    case .setMomentum:
      return change("momentum", number(before.momentum), number(after.momentum))
    case .setWeightDecay:
      return change("weight decay", number(before.weightDecay), number(after.weightDecay))
    case .setMaxNorm(let layers, let limit):
      guard layers.isEmpty else { return nil }
      return change("max-norm", limitText(before.maxNorm), limitText(limit))
    case .setDropout(let layer, let rate):
      guard let previous = previousRate(of: layer) else { return nil }
      return change("dropout of \(layer)", number(previous), number(rate))
    case .setEpochs: return change("epochs", "\(before.epochs)", "\(after.epochs)")
    case .setMultiplier, .insertDropout, .pause, .resume, .singleStep, .checkpoint, .stop, .goBack:
      return nil
    }
  }

  private func limitText(_ limit: Double?) -> String { limit.map(number) ?? "off" }

  private func previousRate(of layer: String) -> Double? {
    if let rate = before.dropout[layer] { return rate }
    if let place = before.insertedPlace(ofLayer: layer) { return before.insertedDropout[place] }
    return graph.index(of: layer).flatMap { (graph.nodes[$0].layer as? Dropout)?.rate }
  }

  /// Names in the graph's order, neighbours among the layers that can be frozen as ranges.
  private func ranges(_ names: Set<String>) -> String {
    let order = zip(graph.nodes, graph.specifications).filter { !$0.1.isEmpty }.map(\.0.name)
    var runs: [(first: String, last: String)] = []
    var isRunning = false
    for name in order {
      if names.contains(name) {
        if isRunning { runs[runs.count - 1].last = name } else { runs.append((name, name)) }
      }
      isRunning = names.contains(name)
    }
    let words = runs.prefix(3).map { $0.first == $0.last ? $0.first : "\($0.first)–\($0.last)" }
    return words.joined(separator: ", ") + (runs.count > 3 ? ", …" : "")
  }

  /// `0.05`, `1e-3`, `3`.
  private func number(_ value: Double) -> String {
    guard value != 0, abs(value) < 0.01 else { return String(format: "%.4g", value) }
    let exponent = Int(floor(log10(abs(value))))
    let mantissa = String(format: "%.3g", value / pow(10, Double(exponent)))
    return mantissa == "10" ? "1e\(exponent + 1)" : "\(mantissa)e\(exponent)"
  }
}
