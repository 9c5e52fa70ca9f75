import TerminalUI

/// What lies over the screen: help, palette, questions.
extension WorkbenchModel {
  mutating func handle(_ key: Key) -> [Effect] {
    switch shared.overlay {
    case .help(let scroll): return handle(key, helpScroll: scroll)
    case .palette(let state): return handle(key, palette: state)
    case .dialog(let state): return handle(key, dialog: state)
    case .details: return handle(key, details: ())
    case nil: if let effects = onScreen({ $0.type(key, &$1) }) { return effects }
    }
    switch WorkbenchBindings.table.match(key, in: self) {
    case .action(let action):
      return isTooSmall && action != .quit ? [] : perform(action)
    case .disabled(let binding, let reason):
      explain(binding.action, reason)
      return []
    case .none:
      return []
    }
  }

  /// A key that only moves is silent at the end of the road; the others owe an answer.
  mutating func explain(_ action: Action, _ reason: String) {
    if !action.isMovement { shared.log.add(.warning, reason, at: shared.now) }
  }

  /// The smallest terminal that shows anything of use: one pane at a time.
  static let minimumSize = Size(width: 60, height: 16)

  /// Smaller than the screens are made for: nothing but leaving works, for one would not see what
  /// a key does.
  var isTooSmall: Bool {
    shared.columns < Self.minimumSize.width || shared.lines < Self.minimumSize.height
  }

  private mutating func handle(_ key: Key, helpScroll: Int) -> [Effect] {
    switch key {
    case "up", "k": shared.overlay = .help(scroll: max(helpScroll - 1, 0))
    case "down", "j": shared.overlay = .help(scroll: min(helpScroll + 1, helpScrollLimit))
    case "pgup", "ctrl-b": shared.overlay = .help(scroll: max(helpScroll - 10, 0))
    case "pgdn", "ctrl-f", "space":
      shared.overlay = .help(scroll: min(helpScroll + 10, helpScrollLimit))
    case "ctrl-u": shared.overlay = .help(scroll: max(helpScroll - 5, 0))
    case "ctrl-d": shared.overlay = .help(scroll: min(helpScroll + 5, helpScrollLimit))
    case "home", "g": shared.overlay = .help(scroll: 0)
    case "end", "G": shared.overlay = .help(scroll: helpScrollLimit)
    case "esc", "q", "?", "f1", "enter", "ctrl-c": shared.overlay = nil
    default: break
    }
    return []
  }

  /// What moves the selection, and what acts on it, does so there, too.
  private mutating func handle(_ key: Key, details: Void) -> [Effect] {
    switch key {
    case "esc", "q", "enter", "ctrl-c", "backspace": shared.overlay = nil
    default:
      shared.overlay = nil
      defer { if shared.overlay == nil { shared.overlay = .details } }
      guard case .action(let action) = WorkbenchBindings.table.match(key, in: self) else { break }
      if action.worksUnderDetails { return perform(action) }
    }
    return []
  }

  private mutating func handle(_ key: Key, dialog: DialogState) -> [Effect] {
    var dialog = dialog
    let count = dialog.choices.count
    switch key {
    case "up", "k", "backtab": dialog.selected = (dialog.selected + count - 1) % max(count, 1)
    case "down", "j", "tab": dialog.selected = (dialog.selected + 1) % max(count, 1)
    case "enter", "space":
      return choose(dialog.choices[dialog.selected].answer)
    case "esc", "ctrl-c", "q":
      shared.overlay = nil
      return []
    default:
      if let letter = key.typed, let choice = dialog.choices.first(where: { $0.letter == letter }) {
        return choose(choice.answer)
      }
    }
    shared.overlay = .dialog(dialog)
    return []
  }

  mutating func choose(_ answer: DialogState.Answer) -> [Effect] {
    shared.overlay = nil
    switch answer {
    case .cancel: return []
    case .leave(let checkpoint): return leave(checkpoint: checkpoint)
    case .trainOn(let epochs): return trainOn(epochs: epochs)
    case .moveHead(let layer): return shared.send(.moveHead(after: layer))
    case .extendSearch(let trials, let minutes):
      return shared.steer(.extend(trials: trials, minutes: minutes))
    case .insertDropout(let layer, let rate):
      return shared.send(.insertDropout(after: layer, rate: rate))
    }
  }

  private mutating func handle(_ key: Key, palette: PaletteState) -> [Effect] {
    var state = palette
    let last = max(self.palette(state, .braille).entries.count - 1, 0)
    switch key {
    case "up", "ctrl-p": state.selected = max(min(state.selected, last) - 1, 0)
    case "down", "ctrl-n", "tab": state.selected = min(state.selected + 1, last)
    case "pgup": state.selected = max(state.selected - 8, 0)
    case "pgdn": state.selected = min(state.selected + 8, last)
    case "esc", "ctrl-c":
      shared.overlay = nil
      return []
    case "backspace" where state.query.text.isEmpty:
      shared.overlay = nil
      return []
    case "enter":
      return runPalette(entry: state.selected, state)
    default:
      let before = state.query.text
      guard state.query.handle(key) else { return [] }
      if state.query.text != before { state.selected = 0 }
    }
    shared.overlay = .palette(state)
    return []
  }

  mutating func paste(_ text: String) -> [Effect] {
    guard case .palette(var state) = shared.overlay else { return [] }
    state.query.insert(text)
    state.selected = 0
    shared.overlay = .palette(state)
    return []
  }

  mutating func runPalette(entry: Int, _ state: PaletteState) -> [Effect] {
    let palette = palette(state, .braille)
    let entries = palette.entries
    guard entries.indices.contains(entry) else { return [] }
    let item = palette.items[entries[entry].index]
    shared.overlay = nil
    if let reason = item.disabledReason {
      shared.log.add(.warning, reason, at: shared.now)
      return []
    }
    switch item.action {
    case .action(let action): return perform(action)
    case .ask(let words):
      shared.overlay = .palette(PaletteState(query: TextField(words)))
      return []
    case .set(let knob, let value):
      return shared.edit(setting: knob, to: value).map { shared.send($0) } ?? []
    case .setEpochs(let epochs): return shared.send(.setEpochs(epochs))
    case .freeze(let pattern):
      return shared.send(.freeze(layers: shared.layers(matching: pattern).map(\.name)))
    case .thaw(let pattern):
      return shared.send(.thaw(layers: shared.layers(matching: pattern).map(\.name)))
    }
  }
}
