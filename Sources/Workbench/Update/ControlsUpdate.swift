import EngineInterface

/// The sliders, and the columns of the layer list that turn the same values.
extension WorkbenchModel {
  mutating func moveInControls(_ action: Action) -> [Effect] {
    let knobs = Knob.controls
    let index = knobs.firstIndex(of: selectedKnob) ?? 0
    func place(_ index: Int, _ places: Int) -> Int {
      min(max(index + places, 0), knobs.count - 1)
    }
    switch action {
    case .move(.up): selectedKnob = knobs[max(index - 1, 0)]
    case .move(.down): selectedKnob = knobs[min(index + 1, knobs.count - 1)]
    case .page(let direction): selectedKnob = knobs[place(index, direction * 3)]
    case .halfPage(let direction): selectedKnob = knobs[place(index, direction * 2)]
    case .edge(let direction):
      selectedKnob = knobs[direction < 0 ? 0 : knobs.count - 1]
    case .move(.left): return turn(selectedKnob, direction: -1, reach: .fine)
    case .move(.right): return turn(selectedKnob, direction: 1, reach: .fine)
    default: break
    }
    return []
  }

  mutating func turn(_ knob: Knob, direction: Int, reach: ValueScale.Reach) -> [Effect] {
    let reading = reading(of: knob)
    guard reading.disabledReason == nil else { return [] }
    guard let value = reading.value else {
      if knob == .dropout { offerDropout() }
      return []
    }
    return set(
      knob, to: knob.scale.stepped(from: value, direction: direction, reach: reach))
  }

  mutating func set(_ knob: Knob, to value: Double) -> [Effect] {
    guard let edit = edit(setting: knob, to: value) else { return [] }
    return turn(to: edit)
  }

  /// Asks whether the network shall be cut after the selected layer.
  mutating func offerHead() {
    guard let layer = selectedLayers.first else { return }
    let place = layers.firstIndex { $0.name == layer.name } ?? 0
    overlay = .dialog(.moveHead(after: layer.name, before: layers.dropFirst(place + 1).map(\.name)))
  }

  /// Asks whether a dropout layer shall come after the selected layer.
  mutating func offerDropout() {
    guard let layer = reading(of: .dropout).insertsAfter else { return }
    overlay = .dialog(.insertDropout(after: layer))
  }
}
