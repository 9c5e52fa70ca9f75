import EngineInterface
import Files
import TerminalUI

/// What was typed into the command palette, and which of its lines is chosen.
struct PaletteState: Sendable, Equatable {
  var query = TextField()
  var selected = 0
}

/// What a line of the palette does.
enum PaletteTarget: Sendable, Hashable {
  case action(Action)
  /// Begins a sentence, whose value is still to be typed.
  case ask(String)
  case set(Knob, Double)
  case setEpochs(Int)
  case freeze(pattern: String)
  case thaw(pattern: String)
}

extension WorkbenchModel {
  /// The palette as it stands; `nil` while it is closed.
  func palette(_ state: PaletteState, _ glyphs: GlyphSet) -> CommandPalette<PaletteTarget> {
    CommandPalette(
      items: paletteItems(for: state.query.text, glyphs), query: state.query,
      selected: state.selected)
  }

  /// What the words typed ask for outright (`lr 3e-4`, `freeze conv*`) stands first, then the
  /// values as they stand, the bindings, and the themes.
  private func paletteItems(for query: String, _ glyphs: GlyphSet) -> [PaletteItem<PaletteTarget>] {
    let bindings = WorkbenchBindings.table.palette(for: self, glyphs: glyphs).map { item in
      PaletteItem(
        title: item.title, description: item.description, keys: item.keys,
        action: PaletteTarget.action(item.action), disabledReason: item.disabledReason)
    }
    let themes = themeNames.map { name in
      PaletteItem(
        title: "theme", description: "theme \(name)" + (name == themeName ? " (in use)" : ""),
        action: PaletteTarget.action(.setTheme(name)))
    }
    var asked = PaletteSentence.item(for: query, in: shared).map { [$0] } ?? []
    if !asked.isEmpty { asked[0].isAskedFor = true }
    return asked + values + bindings + themes
  }

  /// Every value that can be typed, with what it is now: `dropout of dropout1…  0.25`.
  private var values: [PaletteItem<PaletteTarget>] {
    let knobs = (Knob.controls + [.layerMaxNorm]).map { knob in
      let reading = shared.reading(of: knob)
      let subject = reading.subject.isEmpty ? "" : " of \(reading.subject)"
      let name = PaletteSentence.name(of: knob)
      let reason = reading.disabledReason
      return PaletteItem(
        title: knob.title, description: "\(name)\(subject)…",
        keys: reading.value.map { (reading.isMixed ? "~" : "") + knob.text($0) } ?? "–",
        action: PaletteTarget.ask("\(name) "),
        disabledReason: reason
          ?? (reading.value == nil ? "there is no dropout layer there" : nil))
    }
    let epochs = PaletteItem(
      title: "epochs", description: "epochs in all…", keys: "\(shared.wantedSettings.epochs)",
      action: PaletteTarget.ask("epochs "), disabledReason: shared.editRefusal)
    let patterns = ["freeze", "thaw"].map { word in
      PaletteItem(
        title: word, description: "\(word) layers by name, such as conv*, layer4 or features.0-6…",
        action: PaletteTarget.ask("\(word) "), disabledReason: shared.editRefusal)
    }
    return knobs + [epochs] + patterns
  }
}

/// Commands with a value, as they are typed into the palette.
enum PaletteSentence {
  private static let knobs: [(words: [String], knob: Knob)] = [
    (["lr", "learning rate", "rate"], .learningRate),
    (["momentum"], .momentum),
    (["weight decay", "decay", "wd"], .weightDecay),
    (["max-norm", "maxnorm", "max norm"], .maxNorm),
    (["dropout", "drop"], .dropout),
    (["rate multiplier", "multiplier", "lrx", "lr x", "lr ×"], .multiplier),
    (["layer max-norm", "norm"], .layerMaxNorm),
  ]

  /// As a person calls it, and as it can be typed.
  static func name(of knob: Knob) -> String {
    switch knob {
    case .multiplier: "rate multiplier"
    case .layerMaxNorm: "layer max-norm"
    case .learningRate, .momentum, .weightDecay, .maxNorm, .dropout: knob.title
    }
  }

  static func item(for query: String, in model: Shared) -> PaletteItem<PaletteTarget>? {
    let words = query.split(separator: " ")
    guard words.count > 1, let last = words.last.map(String.init) else { return nil }
    let name = words.dropLast().joined(separator: " ").lowercased()
    switch name {
    case "freeze": return item("freeze", last, .freeze(pattern: last), query, model)
    case "thaw": return item("thaw", last, .thaw(pattern: last), query, model)
    case "epochs":
      guard let epochs = Int(last), TuningRange.epochs.contains(epochs) else { return nil }
      return PaletteItem(
        title: query, description: "\(query) : train for \(NumberText.quantity(epochs, "epoch"))",
        keys: "enter", action: .setEpochs(epochs), disabledReason: model.editRefusal)
    default:
      guard let knob = knobs.first(where: { $0.words.contains(name) })?.knob else { return nil }
      return item(setting: knob, to: last, query, model)
    }
  }

  private static func item(
    setting knob: Knob, to text: String, _ query: String, _ model: Shared
  ) -> PaletteItem<PaletteTarget>? {
    let isOff = text == "off" && (knob == .maxNorm || knob == .layerMaxNorm || knob == .weightDecay)
    let off = knob == .weightDecay ? 0.0 : .infinity
    guard let value = isOff ? off : Double(text), !value.isNaN else { return nil }
    let reading = model.reading(of: knob)
    let subject = reading.subject.isEmpty ? "" : " of \(reading.subject)"
    let isMissing = reading.value == nil && reading.disabledReason == nil
    let reason =
      reading.disabledReason ?? knob.refusal(of: value)
      ?? (isMissing ? "there is no dropout layer there" : nil)
    // Why it cannot be is more than what it would have been.
    let description =
      reason == nil ? "\(query) : set the \(name(of: knob))\(subject)" : query
    return PaletteItem(
      title: query, description: description, keys: "enter", action: .set(knob, value),
      disabledReason: reason)
  }

  /// - Parameter verb: what happens to the layers that the pattern names.
  private static func item(
    _ verb: String, _ pattern: String, _ action: PaletteTarget, _ query: String, _ model: Shared
  ) -> PaletteItem<PaletteTarget> {
    let count = model.layers(matching: pattern).count
    return PaletteItem(
      title: query, description: "\(query) : \(verb) \(NumberText.quantity(count, "layer"))",
      keys: "enter", action: action,
      disabledReason: model.editRefusal ?? (count == 0 ? "no layer with parameters" : nil))
  }
}

extension Knob {
  /// Why a value typed by hand cannot be; `nil` where it can.
  func refusal(of value: Double) -> String? {
    switch self {
    case .learningRate: refusal(of: value, "1e-12 to 1e6", .learningRate)
    case .momentum: refusal(of: value, "0 to below 1", .momentum)
    case .weightDecay: refusal(of: value, "0 to 1000", .weightDecay)
    case .maxNorm, .layerMaxNorm:
      // Infinity is how a limit is switched off.
      value == .infinity ? nil : refusal(of: value, "1e-9 to 1e9, or off", .maxNorm)
    case .dropout: refusal(of: value, "0 to 0.99", .dropout)
    case .multiplier: refusal(of: value, "0 to 1e6", .multiplier)
    }
  }

  /// - Parameter words: the range as a person writes it.
  private func refusal(of value: Double, _ words: String, _ range: TuningRange<Double>)
    -> String?
  {
    range.contains(value)
      ? nil
      : "\(PaletteSentence.name(of: self)): expected \(words), found \(NumberText.short(value))"
  }
}

extension Shared {
  /// The layers with parameters that a pattern means.
  func layers(matching text: String) -> [LayerSummary] {
    let pattern = LayerPattern(text)
    return layers.filter { layer in
      layer.canFreeze && pattern.means(layer.name) { selection.tree.layer(named: $0) != nil }
    }
  }
}
