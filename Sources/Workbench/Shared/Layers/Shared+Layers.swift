import EngineInterface

/// What is done to the layers, and the value of theirs that keys change.
extension Shared {
  /// Freezes `chosen`, or thaws them where all that can be frozen already are.
  mutating func toggleFreeze(_ chosen: [LayerSummary]) -> [Effect] {
    let values = layerValues
    let freezable = chosen.filter(\.canFreeze)
    guard !freezable.isEmpty else { return [] }
    selection.endRange()
    let live = freezable.filter { !values.isFrozen($0) }
    return send(
      live.isEmpty ? .thaw(layers: freezable.map(\.name)) : .freeze(layers: live.map(\.name)))
  }

  /// Leaves only the last layer with parameters to train, or thaws all where that is so already: a
  /// network of which nothing trains is refused.
  mutating func toggleFreezeAll() -> [Effect] {
    let values = layerValues
    let freezable = layers.filter(\.canFreeze)
    guard let head = freezable.last else { return [] }
    selection.endRange()
    let live = freezable.dropLast().filter { !values.isFrozen($0) }
    guard !live.isEmpty else { return send(.thaw(layers: freezable.map(\.name))) }
    // First the thaw, so that something trains at each moment.
    let thaw = values.isFrozen(head) ? send(.thaw(layers: [head.name])) : []
    return thaw + send(.freeze(layers: live.map(\.name)))
  }

  mutating func nextColumn() {
    let columns = Knob.columns
    let index = columns.firstIndex(of: adjustedColumn) ?? 0
    adjustedColumn = columns[(index + 1) % columns.count]
  }

  mutating func moveColumn(by places: Int) {
    let columns = Knob.columns
    let index = columns.firstIndex(of: adjustedColumn) ?? 0
    adjustedColumn = columns[min(max(index + places, 0), columns.count - 1)]
  }
}
