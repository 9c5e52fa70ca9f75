import TerminalUI

/// The graph: along its edges.
extension WorkbenchModel {
  mutating func moveInGraph(_ action: Action) {
    refreshGraph()
    guard let graph, let here = graph.index(of: selection, in: self) else { return }
    switch action {
    case .move(let direction):
      let way: GraphLayout.Direction =
        switch direction {
        case .up: .up
        case .down: .down
        case .left: .left
        case .right: .right
        }
      if let next = graph.view.layout.neighbor(of: here, way) { select(graph.ids[next]) }
    case .page(let direction): select(along: direction, layers: 5, from: here, graph)
    case .halfPage(let direction): select(along: direction, layers: 2, from: here, graph)
    case .edge(let direction):
      select(graph.ids[direction < 0 ? 0 : graph.ids.count - 1])
    default: break
    }
  }

  private mutating func select(
    along direction: Int, layers: Int, from here: Int, _ graph: GraphScene
  ) {
    var place = here
    for _ in 0..<layers {
      place = graph.view.layout.neighbor(of: place, direction < 0 ? .up : .down) ?? place
    }
    select(graph.ids[place])
  }

  /// Selects a layer or block, and remembers its row.
  mutating func select(_ id: LayerRow.ID) {
    selection = id
    if let index = tree.index(of: id, in: rows) { selectedRow = index }
  }

  /// Makes the graph anew where it does not stand for the layers as they are.
  mutating func refreshGraph() {
    if let graph, graph.stands(for: self) { return }
    graph = layers.isEmpty ? nil : GraphScene(self)
  }
}
