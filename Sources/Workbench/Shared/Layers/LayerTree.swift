import EngineInterface

/// A network's layers in blocks, and the rows that they give when some blocks are open.
struct LayerTree: Sendable {
  /// The outermost.
  private(set) var blocks: [LayerBlock] = []
  /// What all of these stand in, so that it is left out of their labels; empty for most networks.
  private(set) var scope = ""
  private var summaries: [LayerSummary] = []
  private(set) var layerNames: [String] = []
  private var positions: [String: Int] = [:]
  /// All blocks by their paths, and the path of the one that each lies in.
  private var blocksByPath: [String: LayerBlock] = [:]
  private var parents: [String: String] = [:]

  init() {}

  init(_ layers: [LayerSummary]) {
    summaries = layers
    layerNames = layers.map(\.name)
    positions = Dictionary(
      layers.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    var builder = LayerBlockBuilder(layers, positions: positions)
    (blocks, scope) = builder.blocks()
    note(blocks, in: nil)
  }

  private mutating func note(_ blocks: [LayerBlock], in parent: String?) {
    for block in blocks {
      blocksByPath[block.path] = block
      parents[block.path] = parent
      note(block.blocks, in: block.path)
    }
  }

  var blockPaths: Set<String> { Set(blocksByPath.keys) }

  func block(at path: String) -> LayerBlock? { blocksByPath[path] }

  /// The path of the block that a block lies in.
  func parent(of path: String) -> String? { parents[path] }

  /// Whether the block at `path` is the one at `outer`, or lies in it.
  func isBlock(at path: String, in outer: String) -> Bool {
    var next: String? = path
    while let path = next {
      if path == outer { return true }
      next = parents[path]
    }
    return false
  }

  /// The blocks that a layer or block lies in, the outermost first.
  func paths(around id: LayerRow.ID) -> [String] {
    guard let layer = firstLayer(of: id) else { return [] }
    var paths: [String] = []
    var blocks = blocks
    while let block = blocks.first(where: { $0.layers.contains(layer) }),
      id != .block(block.path)
    {
      paths.append(block.path)
      blocks = block.blocks
    }
    return paths
  }

  /// Whether it was made of these layers.
  func stands(for layers: [LayerSummary]) -> Bool {
    layers.count == summaries.count
      && zip(layers, summaries).allSatisfy {
        $0.name == $1.name && $0.kind == $1.kind && $0.inputs == $1.inputs
          && $0.detail == $1.detail && $0.outputShape == $1.outputShape
      }
  }

  func rows(expanded: Set<String>) -> [LayerRow] {
    var rows: [LayerRow] = []
    append(blocks, of: summaries.indices, in: nil, depth: 0, expanded, to: &rows)
    return rows
  }

  /// - Parameter parent: the open block that they lie in.
  private func append(
    _ blocks: [LayerBlock], of layers: Range<Int>, in parent: LayerBlock?, depth: Int,
    _ expanded: Set<String>, to rows: inout [LayerRow]
  ) {
    var next = layers.lowerBound
    for block in blocks {
      rows += (next..<block.layers.lowerBound).map { row(of: $0, in: parent, depth: depth) }
      next = block.layers.upperBound
      let isExpanded = expanded.contains(block.path)
      rows.append(
        LayerRow(
          id: .block(block.path), label: block.label, title: block.path, depth: depth,
          layers: Array(block.layers), copies: block.copies, isExpanded: isExpanded,
          block: block.path))
      guard isExpanded else { continue }
      append(
        block.blocks, of: block.layers, in: block, depth: depth + 1, expanded, to: &rows)
    }
    rows += (next..<layers.upperBound).map { row(of: $0, in: parent, depth: depth) }
  }

  /// The row of a layer or block; where a closed block hides it, that block's.
  func index(of id: LayerRow.ID, in rows: [LayerRow]) -> Int? {
    if let index = rows.firstIndex(where: { $0.id == id }) { return index }
    let layer: Int? =
      switch id {
      case .layer(let name): positions[name]
      case .block(let path): blocksByPath[path]?.layers.lowerBound
      }
    guard let layer else { return nil }
    return rows.firstIndex { $0.isBlock && !$0.isExpanded && $0.layers.contains(layer) }
  }

  func layer(named name: String) -> Int? { positions[name] }

  /// What stands first in an open block: its first layer, or the block that begins with it.
  func first(in path: String) -> LayerRow.ID? {
    guard let block = blocksByPath[path] else { return nil }
    if let inner = block.blocks.first, inner.layers.lowerBound == block.layers.lowerBound {
      return .block(inner.path)
    }
    return .layer(summaries[block.layers.lowerBound].name)
  }

  private func row(of layer: Int, in block: LayerBlock?, depth: Int) -> LayerRow {
    let name = summaries[layer].name
    return LayerRow(
      id: .layer(name), label: LayerBlockBuilder.label(name, in: block?.prefix ?? scope),
      title: name,
      depth: depth, layers: [layer], block: block?.path)
  }
}
