import TerminalUI

/// Where the nodes and edges of a graph lie on a plane of cells, top to bottom.
struct GraphLayout: Sendable, Equatable {
  struct Point: Sendable, Hashable {
    var x: Int
    var y: Int
  }

  /// The way of an edge: corners joined by straight lines, from the cell below its source to the
  /// cell above (or beside) its target.
  struct Route: Sendable, Equatable {
    var edge: GraphEdge
    var points: [Point]
    /// The corner from which on it shares the way with the target's other edges.
    var joinIndex: Int
  }

  /// What a node needs.
  struct Item: Sendable, Equatable {
    var size: Size
    /// Edges may enter it from the side.
    var isMerge: Bool
    /// Its column on which edges come and go; `nil`: the middle, or near the left in a branch.
    var spine: Int?
    /// One line on the path: it may stand directly below another such.
    var isCompact: Bool

    init(
      size: Size, isMerge: Bool = false, spine: Int? = nil, isCompact: Bool = false
    ) {
      self.size = size
      self.isMerge = isMerge
      self.spine = spine
      self.isCompact = isCompact
    }
  }

  /// By node.
  private(set) var places: [Rect]
  private(set) var routes: [Route]
  private(set) var size: Size
  /// By node: 0 for those that read nothing else.
  let ranks: [Int]
  /// By node, from the trunk to the right.
  let columns: [Int]
  private let children: [[Int]]
  private let parents: [[Int]]

  private static let columnGap = 3
  /// Columns between a branch's left edge and its line: short, so that a lane without boxes stays
  /// near the trunk.
  private static let branchSpine = 4

  /// - Parameters:
  ///   - items: in topological order.
  ///   - edges: from an earlier to a later item; others are left out.
  init(items: [Item], edges: [GraphEdge]) {
    let grid = GraphColumns(nodeCount: items.count, edges: edges)
    ranks = grid.ranks
    columns = grid.columns
    children = grid.children
    parents = grid.parents
    places = []
    routes = []
    size = Size(width: 0, height: 0)
    guard !items.isEmpty else { return }

    // Across.
    func spineOffset(_ node: Int) -> Int {
      let width = items[node].size.width
      if let spine = items[node].spine { return min(max(0, spine), max(0, width - 1)) }
      return grid.columns[node] == 0 ? width / 2 : min(Self.branchSpine, width / 2)
    }
    var left = [Int](repeating: 0, count: grid.columnCount)
    var right = left
    for node in items.indices {
      let column = grid.columns[node]
      left[column] = max(left[column], spineOffset(node))
      right[column] = max(right[column], items[node].size.width - spineOffset(node))
    }
    var spines: [Int] = []
    var x = 0
    for column in 0..<grid.columnCount {
      spines.append(x + max(left[column], column == 0 ? 0 : Self.branchSpine))
      x = spines[column] + max(1, right[column]) + Self.columnGap
    }
    let width = max(0, x - Self.columnGap)

    // Down.
    var used: Set<GraphEdge> = []
    let kept = edges.filter {
      $0.from >= 0 && $0.from < $0.to && $0.to < items.count
        && used.insert(GraphEdge(from: $0.from, to: $0.to)).inserted
    }
    let channels = GraphChannels(items: items, edges: kept, grid: grid)
    places = items.indices.map { node in
      Rect(
        x: spines[grid.columns[node]] - spineOffset(node), y: channels.tops[grid.ranks[node]],
        width: items[node].size.width, height: items[node].size.height)
    }
    size = Size(width: width, height: channels.height)
    routes = kept.map { edge in
      route(edge, grid: grid, channels: channels, spines: spines)
    }
  }

  private func route(
    _ edge: GraphEdge, grid: GraphColumns, channels: GraphChannels, spines: [Int]
  ) -> Route {
    let run = grid.runColumn(from: edge.from, to: edge.to)
    let start = spines[columns[edge.from]]
    let lane = spines[run]
    let end = spines[columns[edge.to]]
    let target = places[edge.to]
    // Without a row between them, from one to the other.
    if run == columns[edge.from], run == columns[edge.to], places[edge.from].maxY == target.y {
      let points = [Point(x: start, y: target.y - 1), Point(x: start, y: target.y)]
      return Route(edge: edge, points: points, joinIndex: 1)
    }
    var points = [Point(x: start, y: places[edge.from].maxY)]
    if run != columns[edge.from] {
      let row = channels.splitRow(below: edge.from)
      points += [Point(x: start, y: row), Point(x: lane, y: row)]
    }
    guard run != columns[edge.to] else {
      // Where others join on the way, the rest is the target's.
      if let row = channels.joinRow(above: edge.to), row < target.y {
        points.append(Point(x: end, y: row))
        let join = points.count - 1
        points.append(Point(x: end, y: target.y - 1))
        return Route(edge: edge, points: points, joinIndex: join)
      }
      points.append(Point(x: end, y: target.y - 1))
      return Route(edge: edge, points: points, joinIndex: points.count - 1)
    }
    let row = channels.joinRow(above: edge.to) ?? target.y - 1
    points.append(Point(x: lane, y: row))
    let join = points.count - 1
    if row >= target.y {
      points.append(Point(x: lane > end ? target.maxX : target.x - 1, y: row))
    } else {
      points += [Point(x: end, y: row), Point(x: end, y: target.y - 1)]
    }
    return Route(edge: edge, points: points, joinIndex: join)
  }

  enum Direction: Sendable, Equatable {
    case up, down, left, right
  }

  /// The node that an arrow key leads to: up and down along edges, straight ones first; left and
  /// right to the branch beside it, or along an edge that skips. `nil` where there is none.
  func neighbor(of node: Int, _ direction: Direction) -> Int? {
    guard places.indices.contains(node) else { return nil }
    func nearest(_ nodes: [Int]) -> Int? {
      nodes.min {
        (abs(columns[$0] - columns[node]), abs(ranks[$0] - ranks[node]), $0)
          < (abs(columns[$1] - columns[node]), abs(ranks[$1] - ranks[node]), $1)
      }
    }
    switch direction {
    case .up: return nearest(parents[node])
    case .down: return nearest(children[node])
    case .right:
      return beside(node) { columns[$0] > columns[node] }
        ?? children[node].filter { ranks[$0] > ranks[node] + 1 }.max { ranks[$0] < ranks[$1] }
    case .left:
      return beside(node) { columns[$0] < columns[node] }
        ?? parents[node].filter { ranks[$0] < ranks[node] - 1 }.min { ranks[$0] < ranks[$1] }
    }
  }

  /// The nearest node of another column at about the same height.
  private func beside(_ node: Int, _ isOnSide: (Int) -> Bool) -> Int? {
    places.indices.filter { isOnSide($0) && abs(ranks[$0] - ranks[node]) <= 2 }.min {
      (abs(ranks[$0] - ranks[node]), abs(columns[$0] - columns[node]))
        < (abs(ranks[$1] - ranks[node]), abs(columns[$1] - columns[node]))
    }
  }
}
