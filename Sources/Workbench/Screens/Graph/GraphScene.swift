import EngineInterface
import Files
import TerminalUI

/// The layer graph as it is opened and closed now: its boxes, what each stands for, and where they
/// lie. Made when the layers, the open blocks or the frozen set change, and kept in between.
struct GraphScene: Sendable {
  let view: LayerGraphView
  /// The row that each box stands for.
  let ids: [LayerRow.ID]
  /// Indices of the layers of each box.
  let members: [[Int]]
  private let key: Key

  private struct Key: Equatable {
    var names: [String]
    var expanded: Set<String>
    var looks: [LayerLook]
  }

  init(_ model: Shared) {
    let layers = model.layers
    let values = model.layerValues
    let rows = Self.boxes(model)
    key = Self.key(model)
    ids = rows.map(\.id)
    members = rows.map(\.layers)
    var boxOfLayer: [String: Int] = [:]
    for (box, row) in rows.enumerated() {
      for layer in row.layers { boxOfLayer[layers[layer].name] = box }
    }
    var edges: [GraphEdge] = []
    var seen: Set<GraphEdge> = []
    for (box, row) in rows.enumerated() {
      for layer in row.layers {
        for input in layers[layer].inputs {
          guard let source = boxOfLayer[input], source != box,
            let index = model.selection.tree.layer(named: input)
          else { continue }
          // Two ways between the same boxes are one line, with the last one's shape.
          let plain = GraphEdge(from: source, to: box)
          guard seen.insert(plain).inserted else { continue }
          edges.append(
            GraphEdge(from: source, to: box, label: NumberText.shape(layers[index].outputShape)))
        }
      }
    }
    view = LayerGraphView(
      nodes: rows.map {
        Self.node($0, in: model.selection.tree.scope, layers, values, model.glyphs)
      }, edges: edges,
      maximumWidth: Self.widestBox)
  }

  func stands(for model: Shared) -> Bool { key == Self.key(model) }

  /// The box of a layer or block; `nil` where it has none.
  func index(of id: LayerRow.ID?, in model: Shared) -> Int? {
    guard let id else { return ids.isEmpty ? nil : 0 }
    if let index = ids.firstIndex(of: id) { return index }
    return model.selection.tree.firstLayer(of: id).flatMap { layer in
      members.firstIndex { $0.contains(layer) }
    }
  }

  /// The boxes that a key acts on: all of an open block's, all of a range's.
  func boxes(of model: Shared) -> Set<Int> {
    let chosen = model.selection.chosenLayers
    return Set(
      members.indices.filter { box in
        !members[box].isEmpty && members[box].allSatisfy(chosen.contains)
      })
  }

  /// The widest box, and what of a block's name there is room for in it.
  private static let widestBox = 28
  private static let longestTitle = 16

  /// An open block is drawn as its layers.
  private static func boxes(_ model: Shared) -> [LayerRow] {
    model.selection.rows.filter { !($0.isBlock && $0.isExpanded) }
  }

  private static func key(_ model: Shared) -> Key {
    let values = model.layerValues
    let layers = model.layers
    return Key(
      names: layers.map(\.name), expanded: model.selection.expanded,
      looks: layers.map { LayerLook([$0], values) })
  }

  /// - Parameter scope: what the outermost stand in.
  private static func node(
    _ row: LayerRow, in scope: String, _ layers: [LayerSummary], _ values: LayerValues,
    _ glyphs: GlyphSet
  ) -> GraphNode {
    let members = row.layers.map { layers[$0] }
    let look = LayerLook(members, values)
    let state: GraphNode.State =
      switch look {
      case .live, .mixed: .live
      case .frozen, .inertFrozen: .frozen
      case .inert: .inert
      }
    if row.isBlock {
      let parameters = members.reduce(0) { $0 + $1.parameterCount }
      let frozen = members.filter(\.canFreeze).count { values.isFrozen($0) }
      var detail = row.sizeText(glyphs)
      if parameters > 0 {
        detail += " \(glyphs.dot) \(NumberText.count(parameters, width: row.copies > 1 ? 6 : 10))"
      }
      if look == .mixed { detail += " \(glyphs.dot) \(frozen) \(glyphs.frozen)" }
      // Inside another block there is less to tell it from, and a box is narrow.
      var title = scope.isEmpty && row.title.count <= longestTitle ? row.title : row.label
      if row.copies > 1 { title += " \(glyphs.times)\(row.copies)" }
      return GraphNode(title: title, detail: detail, state: state, isCollapsed: true)
    }
    let layer = members[0]
    let title = row.label
    if layer.inputs.count > 1 {
      return GraphNode(title: layer.kind.lowercased(), kind: .merge, state: state)
    }
    guard layer.parameterCount > 0, !layer.isNormalization else {
      return GraphNode(title: title, detail: layer.quietKind, kind: .small, state: state)
    }
    var detail = layer.kindText
    detail += " \(glyphs.dot) \(NumberText.count(layer.parameterCount, width: 8))"
    return GraphNode(title: title, detail: detail, state: state)
  }
}

extension LayerSummary {
  /// Its kind where the name does not say it.
  fileprivate var quietKind: String {
    let text = kindText
    return name.lowercased().contains(text.lowercased()) ? "" : text
  }
}
