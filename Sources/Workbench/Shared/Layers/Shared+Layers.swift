import EngineInterface
import TerminalUI

/// The selected layers: which they are, ranges, blocks, freezing.
extension Shared {
  mutating func select(row: Int) {
    guard !rows.isEmpty else { return }
    selectedRow = min(max(row, 0), rows.count - 1)
    selection = rows[selectedRow].id
  }

  mutating func toggleRange() {
    guard let index = selectedIndex else { return }
    rangeAnchor = rangeAnchor == nil ? rows[index].id : nil
    select(row: index)
  }

  /// Freezes `chosen`, or thaws them where all that can be frozen already are.
  mutating func toggleFreeze(_ chosen: [LayerSummary]) -> [Effect] {
    let values = layerValues
    let freezable = chosen.filter(\.canFreeze)
    guard !freezable.isEmpty else { return [] }
    rangeAnchor = nil
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
    rangeAnchor = nil
    let live = freezable.dropLast().filter { !values.isFrozen($0) }
    guard !live.isEmpty else { return send(.thaw(layers: freezable.map(\.name))) }
    // First the thaw, so that something trains at each moment.
    let thaw = values.isFrozen(head) ? send(.thaw(layers: [head.name])) : []
    return thaw + send(.freeze(layers: live.map(\.name)))
  }

  mutating func toggleSelectedBlock(showsOpenBlocks: Bool) {
    guard let path = selectedBlockPath else { return }
    if expanded.remove(path) != nil {
      // A selection inside would have no row of its own any more.
      selection = .block(path)
    } else {
      expanded.insert(path)
      // Where an open block is its layers, and has no row of its own, the first of them is selected.
      if !showsOpenBlocks, let block = tree.blocks.first(where: { $0.path == path }) {
        selection = .layer(layers[block.layers.lowerBound].name)
      }
    }
    rangeAnchor = nil
    rememberRow()
  }

  mutating func toggleAllBlocks() {
    let paths = tree.blockPaths
    expanded = paths.isSubset(of: expanded) ? [] : paths
    rangeAnchor = nil
    rememberRow()
  }

  /// Layers come and go: the selection stays on its layer, and where that is gone, in its place.
  mutating func takeLayers(_ next: [LayerSummary]) {
    guard !tree.stands(for: next) else { return }
    tree = LayerTree(next)
    if let selection, let index = tree.index(of: selection, in: rows) {
      selectedRow = index
    } else {
      select(row: selectedRow)
    }
    if let anchor = rangeAnchor, tree.index(of: anchor, in: rows) == nil { rangeAnchor = nil }
  }

  private mutating func rememberRow() {
    guard let index = selectedIndex else { return }
    select(row: index)
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

  /// Selects a layer or block, and remembers its row.
  mutating func select(_ id: LayerRow.ID) {
    selection = id
    if let index = tree.index(of: id, in: rows) { selectedRow = index }
  }

  /// - Returns: whether the click was the second one on a layer.
  mutating func noteClick() -> Bool {
    let click = selection.map { Click(id: $0, time: now) }
    if let click, case .layer = click.id, let lastClick, lastClick.isDoubled(by: click) {
      self.lastClick = nil
      return true
    }
    lastClick = click
    return false
  }
}
