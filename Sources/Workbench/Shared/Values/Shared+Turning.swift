import EngineInterface

/// Turning a value: shown at once as pending, sent when the hand rests.
extension Shared {
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
