import TerminalUI

/// The graph: along its edges.
extension GraphScreen {
  mutating func move(_ way: Movement, _ shared: inout Shared) {
    refreshGraph(shared)
    guard let graph, let here = graph.index(of: shared.selection.id, in: shared) else { return }
    switch way {
    case .move(let direction):
      let edge: GraphLayout.Direction =
        switch direction {
        case .up: .up
        case .down: .down
        case .left: .left
        case .right: .right
        }
      if let next = graph.view.layout.neighbor(of: here, edge) {
        shared.selection.select(graph.ids[next])
      }
    case .page(let direction): select(along: direction, layers: 5, from: here, graph, &shared)
    case .halfPage(let direction): select(along: direction, layers: 2, from: here, graph, &shared)
    case .edge(let direction):
      shared.selection.select(graph.ids[direction < 0 ? 0 : graph.ids.count - 1])
    }
  }

  private mutating func select(
    along direction: Int, layers: Int, from here: Int, _ graph: GraphScene, _ shared: inout Shared
  ) {
    var place = here
    for _ in 0..<layers {
      place = graph.view.layout.neighbor(of: place, direction < 0 ? .up : .down) ?? place
    }
    shared.selection.select(graph.ids[place])
  }

  /// Makes the graph anew where it does not stand for the layers as they are.
  mutating func refreshGraph(_ shared: Shared) {
    if let graph, graph.stands(for: shared) { return }
    graph = shared.layers.isEmpty ? nil : GraphScene(shared)
  }
}
