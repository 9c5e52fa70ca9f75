import EngineInterface
import Files
import TerminalUI

/// What an edit has changed, in words: `froze conv1–conv4`, `learning rate 1e-3 → 3e-4`; on a chart the
/// sign of frost stands for the first word, and `lr` for two.
struct ChangeText {
  /// Names of all layers that can be frozen, in the network's order: neighbours are said as a range.
  let freezable: [String]
  /// For a chart, where there is little room; `nil`: in full.
  let short: GlyphSet?

  init(_ layers: [LayerSummary], short: GlyphSet? = nil) {
    freezable = layers.filter(\.canFreeze).map(\.name)
    self.short = short
  }

  func text(_ change: EditChange) -> String {
    switch change {
    case .froze(let layers): "\(short?.frozen ?? "froze") \(ranges(layers))"
    case .thawed(let layers): "\(short?.live ?? "thawed") \(ranges(layers))"
    case .value(let subject, let from, let to):
      "\(title(subject)) \(number(from)) → \(number(to))"
    case .maxNorm(let from, let to): "max-norm \(limit(from)) → \(limit(to))"
    case .layerMaxNorm(let layers, let to): "max-norm of \(ranges(layers)) \(limit(to))"
    case .multiplier(let layers, let to): "rate of \(ranges(layers)) × \(number(to))"
    case .dropout(let layer, let from, let to):
      "dropout of \(layer) " + (from.map { "\(number($0)) → " } ?? "") + number(to)
    case .dropouts(let layers, let to):
      "dropout of \(RequestText.names(layers)) \(number(to))"
    case .insertedDropout(let layer, let rate):
      "dropout \(number(rate)) after \(layer.isEmpty ? "the input" : layer)"
    case .replaced: "all settings replaced"
    case .movedHead(let layer): "head after \(layer)"
    case .solvedHead: short == nil ? "solved the head" : "head"
    case .adopted(let trial):
      short == nil ? "values and weights of trial \(trial)" : "trial \(trial)"
    case .leftOut(let images): "left out \(pictures(images))"
    case .tookIn(let images): "took in \(pictures(images))"
    case .relabelled(let images, let label):
      "\(pictures(images)) is " + (label.map { "'\($0)'" } ?? "what the data say")
    }
  }

  private func title(_ subject: EditChange.Subject) -> String {
    switch subject {
    case .learningRate: short == nil ? "learning rate" : "lr"
    case .momentum: "momentum"
    case .weightDecay: short == nil ? "weight decay" : "decay"
    case .epochs: "epochs"
    }
  }

  private func pictures(_ names: [String]) -> String {
    short == nil ? RequestText.images(names) : RequestText.images(names.map(RequestText.file))
  }

  private func number(_ value: Double) -> String { NumberText.short(value) }
  private func limit(_ value: Double?) -> String { value.map(number) ?? "off" }

  private static let rangesShown = 3

  private func ranges(_ layers: [String]) -> String {
    let named = Set(layers)
    var runs: [(first: String, last: String)] = []
    var isRunning = false
    for name in freezable {
      if named.contains(name) {
        if isRunning { runs[runs.count - 1].last = name } else { runs.append((name, name)) }
      }
      isRunning = named.contains(name)
    }
    // Layers that the network does not have any more.
    guard !runs.isEmpty else { return RequestText.names(layers) }
    let words = runs.prefix(Self.rangesShown)
      .map { $0.first == $0.last ? $0.first : "\($0.first)–\($0.last)" }
    return words.joined(separator: ", ") + (runs.count > Self.rangesShown ? ", …" : "")
  }
}
