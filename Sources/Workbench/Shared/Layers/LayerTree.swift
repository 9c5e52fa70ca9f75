import EngineInterface

/// A network's layers in blocks, and the rows that they give when some blocks are open.
struct LayerTree: Sendable {
  struct Block: Sendable, Equatable {
    /// Its name; a second block of the same name has a number after it.
    var path: String
    var name: String
    var layers: Range<Int>
  }

  private(set) var blocks: [Block] = []
  private var names: [String] = []
  private var positions: [String: Int] = [:]

  init() {}

  init(_ layers: [LayerSummary]) {
    names = layers.map(\.name)
    positions = Dictionary(
      names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var counts: [String: Int] = [:]
    blocks = LayerGroup.groups(ofLayersNamed: names).map { group in
      let count = counts[group.name, default: 0] + 1
      counts[group.name] = count
      return Block(
        path: count == 1 ? group.name : "\(group.name) (\(count))", name: group.name,
        layers: group.layers)
    }
  }

  var blockPaths: Set<String> { Set(blocks.map(\.path)) }

  /// Whether it was made of these layers.
  func stands(for layers: [LayerSummary]) -> Bool {
    layers.count == names.count && zip(layers, names).allSatisfy { $0.name == $1 }
  }

  func rows(expanded: Set<String>) -> [LayerRow] {
    var rows: [LayerRow] = []
    var next = 0
    for block in blocks {
      rows += (next..<block.layers.lowerBound).map { row(of: $0) }
      next = block.layers.upperBound
      let isExpanded = expanded.contains(block.path)
      rows.append(
        LayerRow(
          id: .block(block.path), label: block.name, title: block.path, depth: 0,
          layers: Array(block.layers), isExpanded: isExpanded, block: block.path))
      if isExpanded { rows += block.layers.map { row(of: $0, in: block) } }
    }
    rows += (next..<max(next, names.count)).map { row(of: $0) }
    return rows
  }

  /// The row of a layer or block; where a closed block hides it, the block's.
  func index(of id: LayerRow.ID, in rows: [LayerRow]) -> Int? {
    if let index = rows.firstIndex(where: { $0.id == id }) { return index }
    guard case .layer(let name) = id, let layer = positions[name] else { return nil }
    return rows.firstIndex { $0.isBlock && $0.layers.contains(layer) }
  }

  func layer(named name: String) -> Int? { positions[name] }

  /// The name of a block's first layer; `nil` where there is no such block.
  func firstLayer(of path: String) -> String? {
    blocks.first { $0.path == path }.map { names[$0.layers.lowerBound] }
  }

  /// The block that a layer lies in.
  func block(of layer: Int) -> Block? { blocks.first { $0.layers.contains(layer) } }

  private func row(of layer: Int, in block: Block? = nil) -> LayerRow {
    let name = names[layer]
    // The separator goes with the prefix; a name that is nothing else stays whole.
    let rest = block.map { name.dropFirst($0.name.count + 1) } ?? Substring(name)
    return LayerRow(
      id: .layer(name), label: rest.isEmpty ? name : String(rest), title: name,
      depth: block == nil ? 0 : 1, layers: [layer], block: block?.path)
  }
}
