import EngineInterface

/// The sliders.
extension TrainScreen {
  mutating func moveInControls(_ way: Movement, _ shared: inout Shared) -> [Effect] {
    let knobs = Knob.controls
    let index = knobs.firstIndex(of: selectedKnob) ?? 0
    func place(_ index: Int, _ places: Int) -> Int {
      min(max(index + places, 0), knobs.count - 1)
    }
    switch way {
    case .move(.up): selectedKnob = knobs[max(index - 1, 0)]
    case .move(.down): selectedKnob = knobs[min(index + 1, knobs.count - 1)]
    case .page(let direction): selectedKnob = knobs[place(index, direction * 3)]
    case .halfPage(let direction): selectedKnob = knobs[place(index, direction * 2)]
    case .edge(let direction):
      selectedKnob = knobs[direction < 0 ? 0 : knobs.count - 1]
    case .move(.left): return shared.turn(selectedKnob, direction: -1, reach: .fine)
    case .move(.right): return shared.turn(selectedKnob, direction: 1, reach: .fine)
    }
    return []
  }
}
