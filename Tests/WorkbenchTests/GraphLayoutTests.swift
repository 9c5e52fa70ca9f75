import TerminalUI
import Testing

@testable import Workbench

struct GraphLayoutTests {
  static let named: [(String, SampleGraphs)] = [
    ("residual", SampleGraphs.residual), ("inception", SampleGraphs.inception),
    ("unet", SampleGraphs.unet), ("dense", SampleGraphs.dense),
  ]

  /// What holds for every graph.
  private func check(_ graph: SampleGraphs, _ name: String) {
    let layout = LayerGraphView(nodes: graph.nodes, edges: graph.edges).layout
    let bounds = layout.size.bounds
    for (a, place) in layout.places.enumerated() {
      #expect(bounds.intersection(place) == place, "\(name): node \(a) lies outside")
      for (b, other) in layout.places.enumerated().dropFirst(a + 1) {
        #expect(place.intersection(other).isEmpty, "\(name): nodes \(a) and \(b) overlap")
      }
    }
    #expect(layout.routes.count == graph.edges.count)
    for route in layout.routes { check(route, layout, name) }
    checkOverlaps(layout, name)
  }

  private func check(_ route: GraphLayout.Route, _ layout: GraphLayout, _ name: String) {
    let edge = route.edge
    let source = layout.places[edge.from]
    let target = layout.places[edge.to]
    let label = "\(name): edge \(edge.from) to \(edge.to)"
    for (a, b) in zip(route.points, route.points.dropFirst()) {
      #expect(a.x == b.x || a.y == b.y, "\(label) is not straight")
      #expect(b.y >= a.y, "\(label) goes up")
    }
    guard let first = route.points.first, let last = route.points.last else {
      Issue.record("\(label) has no way")
      return
    }
    if source.maxY == target.y {
      // Directly below each other.
      #expect(source.contains(x: first.x, y: first.y), "\(label) begins elsewhere")
      #expect(target.contains(x: last.x, y: last.y), "\(label) ends elsewhere")
      return
    }
    #expect(source.contains(x: first.x, y: first.y - 1), "\(label) begins elsewhere")
    let isAbove = target.contains(x: last.x, y: last.y + 1)
    let isBeside =
      target.contains(x: last.x - 1, y: last.y) || target.contains(x: last.x + 1, y: last.y)
    #expect(isAbove || isBeside, "\(label) ends elsewhere")
    for (node, place) in layout.places.enumerated() {
      for cell in Self.cells(route) {
        #expect(!place.contains(x: cell.x, y: cell.y), "\(label) runs through node \(node)")
      }
    }
  }

  /// Edges that share neither source nor target may cross, but never run along each other.
  private func checkOverlaps(_ layout: GraphLayout, _ name: String) {
    var vertical: [GraphLayout.Point: Set<EdgeCanvas.Net>] = [:]
    var horizontal = vertical
    for route in layout.routes {
      for (index, (a, b)) in zip(route.points, route.points.dropFirst()).enumerated() {
        let net: EdgeCanvas.Net =
          index < route.joinIndex ? .from(route.edge.from) : .to(route.edge.to)
        if a.x == b.x {
          for y in a.y..<max(a.y + 1, b.y) {
            vertical[GraphLayout.Point(x: a.x, y: y), default: []].insert(net)
          }
        } else {
          for x in min(a.x, b.x) + 1..<max(a.x, b.x) {
            horizontal[GraphLayout.Point(x: x, y: a.y), default: []].insert(net)
          }
        }
      }
    }
    for (cells, way) in [(vertical, "down"), (horizontal, "across")] {
      for (point, nets) in cells {
        #expect(nets.count == 1, "\(name): \(nets) run \(way) together at \(point)")
      }
    }
  }

  private static func cells(_ route: GraphLayout.Route) -> [GraphLayout.Point] {
    zip(route.points, route.points.dropFirst()).flatMap { a, b in
      a.x == b.x
        ? (min(a.y, b.y)...max(a.y, b.y)).map { GraphLayout.Point(x: a.x, y: $0) }
        : (min(a.x, b.x)...max(a.x, b.x)).map { GraphLayout.Point(x: $0, y: a.y) }
    }
  }

  @Test(arguments: named.map(\.0))
  func networksAreLaidOutCleanly(name: String) throws {
    check(try #require(Self.named.first { $0.0 == name }).1, name)
  }

  @Test(arguments: 1...300)
  func anyGraphIsLaidOutCleanly(seed: UInt64) {
    check(SampleGraphs.random(seed: seed), "random \(seed)")
  }

  @Test func theTrunkRunsStraight() {
    let graph = SampleGraphs.residual
    let layout = LayerGraphView(nodes: graph.nodes, edges: graph.edges).layout
    for (node, item) in graph.nodes.enumerated() where !item.title.hasPrefix("projection") {
      #expect(layout.columns[node] == 0, "\(item.title)")
    }
    #expect(Set(layout.columns) == [0, 1])
  }

  /// As a network does that reverses its channels: what comes together hangs from the node it came to first.
  @Test func theTrunkLiesBelowTheFirstOfItsBeginnings() {
    var graph = SampleGraphs()
    let input = graph.add("input", from: [])
    let slices = ["red", "green", "blue"].map { graph.add($0, from: [input]) }
    let means = slices.reversed().map { graph.add("less", from: [$0]) }
    let joined = graph.add("concat", kind: .merge, from: means)
    graph.add("conv", from: [joined])
    let layout = LayerGraphView(nodes: graph.nodes, edges: graph.edges).layout
    #expect(layout.columns[..<4] == [0, 0, 1, 2] && layout.columns[4...] == [2, 1, 0, 0, 0])
  }

  @Test func skipsNestAroundEachOther() {
    let graph = SampleGraphs.unet
    let layout = LayerGraphView(nodes: graph.nodes, edges: graph.edges).layout
    let lanes = layout.routes.filter { $0.points.count > 2 }.map { route in
      (length: route.edge.to - route.edge.from, x: route.points.map(\.x).max() ?? 0)
    }.sorted { $0.length < $1.length }
    #expect(lanes.count == 4)
    #expect(lanes.map(\.x) == lanes.map(\.x).sorted())
    #expect(Set(lanes.map(\.x)).count == 4)
  }

  @Test func badEdgesAreLeftOut() {
    let items = [GraphLayout.Item(size: Size(width: 8, height: 3))]
    let layout = GraphLayout(
      items: items + items,
      edges: [
        GraphEdge(from: 0, to: 1), GraphEdge(from: 0, to: 1, label: "again"),
        GraphEdge(from: 1, to: 0), GraphEdge(from: 1, to: 1), GraphEdge(from: -1, to: 1),
        GraphEdge(from: 0, to: 9),
      ])
    #expect(layout.routes.count == 1)
    #expect(GraphLayout(items: [], edges: [GraphEdge(from: 0, to: 1)]).size.isEmpty)
  }

  @Test func arrowKeysFollowTheGraph() throws {
    let graph = SampleGraphs.residual
    let layout = LayerGraphView(nodes: graph.nodes, edges: graph.edges).layout
    func node(_ title: String) throws -> Int {
      try #require(graph.nodes.firstIndex { $0.title == title })
    }
    let conv1 = try node("block0.conv1")
    #expect(layout.neighbor(of: 0, .down) == conv1)
    #expect(layout.neighbor(of: conv1, .up) == 0)
    #expect(layout.neighbor(of: conv1, .right) == (try node("projection")))
    #expect(layout.neighbor(of: try node("projection"), .left) == conv1)
    #expect(layout.neighbor(of: 0, .up) == nil)
    #expect(layout.neighbor(of: graph.nodes.count - 1, .down) == nil)
    #expect(layout.neighbor(of: 999, .down) == nil)
    // Every node can be reached from the first.
    var reached: Set<Int> = [0]
    var open = [0]
    while let next = open.popLast() {
      for direction in [GraphLayout.Direction.up, .down, .left, .right] {
        if let other = layout.neighbor(of: next, direction), reached.insert(other).inserted {
          open.append(other)
        }
      }
    }
    #expect(reached.count == graph.nodes.count)
  }

  @Test func theWindowFollowsTheSelection() {
    let graph = SampleGraphs.residual
    let rect = Rect(x: 0, y: 0, width: 60, height: 20)
    for node in graph.nodes.indices {
      var view = LayerGraphView(nodes: graph.nodes, edges: graph.edges)
      view.selected = node
      view = view.centered(in: rect)
      #expect(view.visibleNodes(in: rect).contains(node))
      var canvas = Canvas.blank(rect.width, rect.height)
      let regions = view.render(&canvas)
      #expect(regions.contains { $0.target == node })
      for region in regions {
        #expect(regions.target(x: region.rect.x, y: region.rect.y) == region.target)
      }
    }
  }

  @Test func aGraphOfThousandsIsLaidOut() {
    var graph = SampleGraphs()
    var last = graph.add("first", from: [])
    for _ in 0..<700 {
      let input = last
      for _ in 0..<3 { last = graph.add("conv", "3×3", from: [last], label: "7×7×64") }
      last = graph.add("add", kind: .merge, from: [last, input])
    }
    let layout = LayerGraphView(nodes: graph.nodes, edges: graph.edges).layout
    #expect(layout.size.height > 8000)
    #expect(Set(layout.columns) == [0])
  }
}
