import EngineInterface
import TerminalUI

/// Layers searched for by name: a pattern as `--freeze` takes it, or else a part of their names.
struct LayerSearch: Sendable, Equatable {
  var field = TextField()
  /// What is typed goes into it.
  var isTyping = true
  /// Where the selection was when it began.
  var start: LayerRow.ID?
  /// Places of the layers that it finds, among all.
  private(set) var layers: Set<Int> = []
  /// The same, in order, with blocks of which all is found as one.
  private(set) var places: [LayerRow.ID] = []
  /// All that is found is selected, until the selection moves.
  var holdsAll = false

  init(from start: LayerRow.ID?) { self.start = start }

  mutating func look(in tree: LayerTree) {
    layers = tree.layers(matching: field.text)
    places = layers.isEmpty ? [] : tree.places(of: layers)
  }

  /// The first place at or after a layer; the first of all where none is.
  func first(from layer: Int, in tree: LayerTree) -> LayerRow.ID? {
    places.first { tree.firstLayer(of: $0).map { $0 >= layer } ?? false } ?? places.first
  }

  /// The next place after a layer, or the one before it, round the end.
  func next(after layer: Int, direction: Int, in tree: LayerTree) -> LayerRow.ID? {
    func starts(_ place: LayerRow.ID) -> Int { tree.firstLayer(of: place) ?? 0 }
    return direction > 0
      ? places.first { starts($0) > layer } ?? places.first
      : places.last { starts($0) < layer } ?? places.last
  }
}

extension LayerTree {
  /// Places of the layers that a pattern means, or, where it means none, whose names have it in them.
  func layers(matching text: String) -> Set<Int> {
    guard !text.isEmpty else { return [] }
    let pattern = LayerPattern(text)
    let names = layerNames
    let meant = names.indices.filter { index in
      pattern.means(names[index]) { layer(named: $0) != nil }
    }
    if !meant.isEmpty { return Set(meant) }
    let part = text.lowercased()
    return Set(names.indices.filter { names[$0].lowercased().contains(part) })
  }

  /// Layers in order, with blocks that lie in `layers` whole as one.
  func places(of layers: Set<Int>) -> [LayerRow.ID] {
    places(of: layers, among: blocks, in: layerNames.indices)
  }

  private func places(
    of layers: Set<Int>, among blocks: [LayerBlock], in range: Range<Int>
  ) -> [LayerRow.ID] {
    func alone(_ range: Range<Int>) -> [LayerRow.ID] {
      range.filter(layers.contains).map { .layer(layerNames[$0]) }
    }
    var places: [LayerRow.ID] = []
    var next = range.lowerBound
    for block in blocks {
      places += alone(next..<block.layers.lowerBound)
      next = block.layers.upperBound
      places +=
        block.layers.allSatisfy(layers.contains)
        ? [.block(block.path)] : self.places(of: layers, among: block.blocks, in: block.layers)
    }
    return places + alone(next..<range.upperBound)
  }

  /// Where a layer, or a block's first one, stands among all.
  func firstLayer(of id: LayerRow.ID) -> Int? {
    switch id {
    case .layer(let name): layer(named: name)
    case .block(let path): block(at: path)?.layers.lowerBound
    }
  }
}

extension LayerSelection {
  /// Begins to search, or goes on typing.
  mutating func beginSearch() {
    var begun = search ?? LayerSearch(from: id)
    begun.isTyping = true
    begun.holdsAll = false
    endRange()
    search = begun
  }

  mutating func endSearch() { search = nil }

  /// Takes what is typed while a search is; whether it was taken.
  mutating func type(_ key: Key) -> Bool {
    guard var typed = search, typed.isTyping, key != "ctrl-c" else { return false }
    switch key {
    case "esc":
      search = nil
      if let start = typed.start { select(start) }
      return true
    case "backspace" where typed.field.text.isEmpty:
      search = nil
      return true
    case "enter", "tab":
      typed.isTyping = false
      typed.holdsAll = typed.places.count > 1
      search = typed.layers.isEmpty ? nil : typed
      return true
    default:
      guard typed.field.handle(key) else { return true }
    }
    typed.look(in: tree)
    let start = typed.start.flatMap { tree.firstLayer(of: $0) } ?? 0
    if let first = typed.first(from: start, in: tree) { reveal(first) }
    search = typed
    return true
  }

  /// Rows of which all is found, while all that is found is selected.
  var foundRows: Set<Int> {
    guard let search, search.holdsAll else { return [] }
    return Set(rows.indices.filter { rows[$0].layers.allSatisfy(search.layers.contains) })
  }

  /// The next thing that was found, or the one before.
  mutating func selectFound(direction: Int) {
    guard let here = id.flatMap({ tree.firstLayer(of: $0) }),
      let next = search?.next(after: here, direction: direction, in: tree)
    else { return }
    reveal(next)
  }

  /// Opens what hides a layer or block, and selects it.
  mutating func reveal(_ id: LayerRow.ID) {
    open(tree.paths(around: id))
    endRange()
    select(id)
  }
}
