import EngineInterface

/// The layers as rows, some of their blocks open, and which of the rows are selected: one selection for
/// all screens.
struct LayerSelection: Sendable {
  /// The layer or block that is selected; `nil` before there are any.
  private(set) var id: LayerRow.ID?
  /// Where it was in the list: if its row goes away, the next one there is taken.
  private var row = 0
  /// The other end of a range; `nil` without one.
  private(set) var anchor: LayerRow.ID?
  /// Paths of the blocks that are open.
  private(set) var expanded: Set<String> = [] {
    didSet { rows = tree.rows(expanded: expanded) }
  }
  /// The layers' blocks, made anew when the layers change.
  private(set) var tree = LayerTree() {
    didSet { rows = tree.rows(expanded: expanded) }
  }
  /// The layers as they are opened and closed now.
  private(set) var rows: [LayerRow] = []
  /// The row or box that was clicked last, and when: a second click makes it a double one.
  private var lastClick: Click?

  /// Index of the selected row; `nil` while there are none.
  var index: Int? {
    guard !rows.isEmpty else { return nil }
    return id.flatMap { tree.index(of: $0, in: rows) } ?? min(max(row, 0), rows.count - 1)
  }

  /// Layers searched for by name; `nil` while nobody searches.
  var search: LayerSearch?

  /// Indices of the rows that a key acts on: the range, or the selected row.
  var chosenRows: ClosedRange<Int>? {
    guard let index else { return nil }
    guard let other = anchor.flatMap({ tree.index(of: $0, in: rows) }) else { return index...index }
    return min(other, index)...max(other, index)
  }

  /// Places among all layers of those that a key acts on.
  var chosenLayers: Set<Int> {
    if let search, search.holdsAll { return search.layers }
    return chosenRows.map { Set(rows[$0].flatMap(\.layers)) } ?? []
  }

  /// The block that opens or closes with the selected row: itself, or the one its layer lies in.
  var blockPath: String? { index.flatMap { rows[$0].block } }

  var blockIsOpen: Bool { blockPath.map { expanded.contains($0) } ?? false }

  // MARK: Selecting

  /// The nearest row there is.
  mutating func select(row: Int) {
    guard !rows.isEmpty else { return }
    search?.holdsAll = false
    self.row = min(max(row, 0), rows.count - 1)
    id = rows[self.row].id
  }

  /// Selects a layer or block, and remembers its row.
  mutating func select(_ id: LayerRow.ID) {
    search?.holdsAll = false
    self.id = id
    if let index = tree.index(of: id, in: rows) { row = index }
  }

  /// Begins a range at the selected row, or gives it up.
  mutating func toggleRange() {
    guard let index else { return }
    anchor = anchor == nil ? rows[index].id : nil
    select(row: index)
  }

  mutating func endRange() { anchor = nil }

  /// - Parameter time: of the click, in seconds since 1970.
  /// - Returns: whether the click was the second one on a layer.
  mutating func noteClick(at time: Double) -> Bool {
    let click = id.map { Click(id: $0, time: time) }
    if let click, case .layer = click.id, let lastClick, lastClick.isDoubled(by: click) {
      self.lastClick = nil
      return true
    }
    lastClick = click
    return false
  }

  // MARK: Blocks

  /// Opens or closes the block of the selected row.
  /// - Parameter showsOpenBlocks: whether an open block has a row of its own above its layers.
  mutating func toggleBlock(showsOpenBlocks: Bool) {
    guard let path = blockPath else { return }
    if expanded.contains(path) {
      close(path)
    } else {
      expanded.insert(path)
      // Where an open block is its layers, and has no row of its own, the first of them is selected.
      if !showsOpenBlocks, let first = tree.first(in: path) { id = first }
    }
    endRange()
    rememberRow()
  }

  /// The block that closes around the selected row: the one that it lies in.
  var outerPath: String? {
    guard let index else { return nil }
    switch rows[index].id {
    case .layer: return rows[index].block
    case .block(let path): return tree.parent(of: path)
    }
  }

  /// Closes the block that the selected row lies in, and selects that.
  mutating func closeOuter() {
    guard let path = outerPath else { return }
    close(path)
    endRange()
    rememberRow()
  }

  /// What is open inside it closes, too: opened again, it begins with what it has.
  private mutating func close(_ path: String) {
    // A selection inside would have no row of its own any more.
    id = .block(path)
    expanded = expanded.filter { !tree.isBlock(at: $0, in: path) }
  }

  /// Opens all blocks, or closes them where all are open.
  mutating func toggleAllBlocks() {
    let paths = tree.blockPaths
    expanded = paths.isSubset(of: expanded) ? [] : paths
    endRange()
    rememberRow()
  }

  mutating func open(_ paths: [String]) {
    if !expanded.isSuperset(of: paths) { expanded.formUnion(paths) }
  }

  private mutating func rememberRow() {
    guard let index else { return }
    select(row: index)
  }

  // MARK: Layers

  /// Layers come and go: the selection stays on its layer, and where that is gone, in its place.
  mutating func take(_ layers: [LayerSummary]) {
    guard !tree.stands(for: layers) else { return }
    tree = LayerTree(layers)
    if let id, let index = tree.index(of: id, in: rows) {
      row = index
    } else {
      select(row: row)
    }
    if let anchor, tree.index(of: anchor, in: rows) == nil { endRange() }
    search?.look(in: tree)
  }
}
