import TerminalUI

/// Which row (rank) and which column of a grid each node of a directed acyclic graph gets, so that
/// paths run straight down and nothing lies on anything else.
///
/// The graph is cut into chains: each node goes on to the child from which the way to the end is
/// longest. The first, longest chain has column 0. Every other chain, and every edge that leaves
/// its chain for another, is an interval of ranks, and gets the lowest column that is free all the
/// way; short ones choose first, so that they nest inside the long ones.
struct GraphColumns {
  let ranks: [Int]
  let columns: [Int]
  /// The column in which a node's edges to far nodes run down; `nil`: none does, or its own.
  let laneColumns: [Int?]
  let columnCount: Int
  /// Edges as given, without doubles and those that do not go forward.
  let children: [[Int]]
  let parents: [[Int]]
  private let next: [Int?]
  /// The parent from which a node hangs.
  private let primary: [Int?]
  private let isHead: [Bool]

  /// - Parameter edges: pairs from < to; others are left out.
  init(nodeCount: Int, edges: [GraphEdge]) {
    var children = [[Int]](repeating: [], count: nodeCount)
    var parents = children
    for edge in edges where edge.from >= 0 && edge.from < edge.to && edge.to < nodeCount {
      guard !children[edge.from].contains(edge.to) else { continue }
      children[edge.from].append(edge.to)
      parents[edge.to].append(edge.from)
    }
    var ranks = [Int](repeating: 0, count: nodeCount)
    for node in 0..<nodeCount { ranks[node] = (parents[node].map { ranks[$0] }.max() ?? -1) + 1 }
    var heights = [Int](repeating: 0, count: nodeCount)
    for node in (0..<nodeCount).reversed() {
      heights[node] = (children[node].map { heights[$0] }.max() ?? -1) + 1
    }
    let primary = Self.primaryParents(ranks, parents)
    let next = (0..<nodeCount).map { node -> Int? in
      let own = children[node].filter { primary[$0] == node }
      // The first of the tallest: `max` would give the last.
      return own.first { child in own.allSatisfy { heights[$0] <= heights[child] } }
    }
    self.children = children
    self.parents = parents
    self.ranks = ranks
    self.next = next
    self.primary = primary

    var spans: [Span] = []
    var isInChain = [Bool](repeating: false, count: nodeCount)
    for head in 0..<nodeCount where !isInChain[head] {
      var nodes = [head]
      isInChain[head] = true
      while let last = nodes.last, let follower = next[last], !isInChain[follower] {
        nodes.append(follower)
        isInChain[follower] = true
      }
      let tail = nodes[nodes.count - 1]
      let end = children[tail].map { ranks[$0] - 1 }.max() ?? ranks[tail] - 1
      spans.append(
        Span(gaps: ranks[head] - 1...max(ranks[head] - 1, end), owner: .chain(nodes)))
    }
    // The longest chain that begins at the top is the trunk.
    if let trunk = spans.indices.max(by: { spans[$0].trunkOrder < spans[$1].trunkOrder }) {
      spans.swapAt(0, trunk)
    }
    // Below a node that goes on, its column belongs to what comes next.
    let followers = Set(next.compactMap { $0 })
    let isHead = (0..<nodeCount).map { !followers.contains($0) }
    self.isHead = isHead
    for node in 0..<nodeCount where next[node] != nil {
      let others = children[node].filter { child in
        child != next[node] && !(isHead[child] && primary[child] == node)
      }
      guard let end = others.map({ ranks[$0] - 1 }).max() else { continue }
      spans.append(Span(gaps: ranks[node]...end, owner: .lane(from: node)))
    }

    var columns = [Int](repeating: 0, count: nodeCount)
    var lanes = [Int?](repeating: nil, count: nodeCount)
    var taken: [[ClosedRange<Int>]] = []
    let order = [0] + spans.indices.dropFirst().sorted { spans[$0].order < spans[$1].order }
    for index in order where index < spans.count {
      let span = spans[index]
      let free = taken.firstIndex { !$0.contains { $0.overlaps(span.gaps) } }
      if free == nil { taken.append([]) }
      let column = free ?? taken.count - 1
      taken[column].append(span.gaps)
      switch span.owner {
      case .chain(let nodes): for node in nodes { columns[node] = column }
      case .lane(let node): lanes[node] = column
      }
    }
    self.columns = columns
    laneColumns = lanes
    columnCount = taken.count
  }

  /// Of each node the parent just above it that lies the furthest left: below that of two which comes first,
  /// and of those below the same one, the first. So the trunk of a network that takes its channels apart and
  /// joins them in reverse lies below its first node.
  private static func primaryParents(_ ranks: [Int], _ parents: [[Int]]) -> [Int?] {
    var primary = [Int?](repeating: nil, count: ranks.count)
    // Places from the left, of each rank by itself.
    var places = [Int](repeating: 0, count: ranks.count)
    for rank in Dictionary(grouping: ranks.indices, by: { ranks[$0] }).sorted(by: {
      $0.key < $1.key
    }) {
      for node in rank.value {
        primary[node] = parents[node].filter { ranks[$0] == rank.key - 1 }
          .min { places[$0] < places[$1] }
      }
      func place(_ node: Int) -> (Int, Int) { (primary[node].map { places[$0] } ?? -1, node) }
      for (index, node) in rank.value.sorted(by: { place($0) < place($1) }).enumerated() {
        places[node] = index
      }
    }
    return primary
  }

  /// The column in which an edge runs down between its ends' ranks.
  func runColumn(from: Int, to: Int) -> Int {
    if next[from] == to { return columns[from] }
    // To the head of another chain: across first, then down.
    if isHead[to], primary[to] == from { return columns[to] }
    return laneColumns[from] ?? columns[from]
  }

  /// An interval of gaps that needs a column; gap g lies below rank g.
  private struct Span {
    enum Owner {
      case chain([Int])
      case lane(from: Int)
    }
    var gaps: ClosedRange<Int>
    var owner: Owner

    var order: (Int, Int) { (gaps.upperBound - gaps.lowerBound, gaps.lowerBound) }
    var trunkOrder: (Int, Int) {
      guard case .chain(let nodes) = owner else { return (0, 0) }
      return (gaps.lowerBound == -1 ? 1 : 0, nodes.count)
    }
  }
}
