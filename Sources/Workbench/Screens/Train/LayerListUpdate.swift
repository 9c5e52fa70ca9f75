import EngineInterface
import TerminalUI

/// The layer list: moving, ranges, blocks, freezing.
extension WorkbenchModel {
  mutating func moveInList(_ action: Action) {
    guard let index = selectedIndex else { return }
    switch action {
    case .move(.up): select(row: index - 1)
    case .move(.down): select(row: index + 1)
    case .page(let direction): select(row: index + direction * max(listPage - 1, 1))
    case .halfPage(let direction): select(row: index + direction * max(listPage / 2, 1))
    case .edge(let direction): select(row: direction < 0 ? 0 : rows.count - 1)
    case .move(.left): moveColumn(by: -1)
    case .move(.right): moveColumn(by: 1)
    default: break
    }
  }

  /// Rows of the list in view.
  private var listPage: Int {
    let height = TrainLayout(self).layers.inset(columns: 1, rows: 1).height
    return Table.visibleRows(height: height)
  }

  /// Moves the list as little as can be so that the selected row is seen.
  mutating func scrollList() {
    listOffset = Scroll.offset(
      current: listOffset, selected: selectedIndex, visible: listPage, count: rows.count)
  }

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

  mutating func toggleSelectedBlock() {
    guard let path = selectedBlockPath else { return }
    toggleBlock(path)
  }

  mutating func toggleBlock(_ path: String) {
    if expanded.remove(path) != nil {
      // A selection inside would have no row of its own any more.
      selection = .block(path)
    } else {
      expanded.insert(path)
      // In the graph an open block is its layers, and has no box of its own.
      if screen == .graph, let block = tree.blocks.first(where: { $0.path == path }) {
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

  private mutating func moveColumn(by places: Int) {
    let columns = Knob.columns
    let index = columns.firstIndex(of: adjustedColumn) ?? 0
    adjustedColumn = columns[min(max(index + places, 0), columns.count - 1)]
  }
}
