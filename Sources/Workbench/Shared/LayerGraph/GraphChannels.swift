import TerminalUI

/// The rows between the ranks of a graph: first those in which edges leave for another column, then
/// one for labels, then those in which edges come in.
struct GraphChannels {
  /// The first row of each rank.
  let tops: [Int]
  let height: Int
  private let splitRows: [Int: Int]
  private let joinRows: [Int: Int]

  init(items: [GraphLayout.Item], edges: [GraphEdge], grid: GraphColumns) {
    let rankCount = (grid.ranks.max() ?? -1) + 1
    // The columns that each node's leaving and arriving edges reach over, in the gap below it
    // and above it.
    var splits: [Int: ClosedRange<Int>] = [:]
    var joins: [Int: ClosedRange<Int>] = [:]
    for edge in edges {
      let run = grid.runColumn(from: edge.from, to: edge.to)
      Self.widen(&splits, edge.from, grid.columns[edge.from], run)
      Self.widen(&joins, edge.to, grid.columns[edge.to], run)
    }
    // A merge takes its edges at its own row, unless something stands in their way there.
    var inRow: [Int: ClosedRange<Int>] = [:]
    for (node, range) in joins.sorted(by: { $0.key < $1.key })
    where items[node].isMerge && !Self.isBlocked(node, range, grid) {
      let isTaken = inRow.contains {
        grid.ranks[$0.key] == grid.ranks[node] && $0.value.overlaps(range)
      }
      if !isTaken { inRow[node] = range }
    }
    for node in inRow.keys { joins[node] = nil }

    var bands = [Int](repeating: 0, count: rankCount)
    for node in items.indices {
      bands[grid.ranks[node]] = max(bands[grid.ranks[node]], items[node].size.height, 1)
    }
    var tops: [Int] = []
    var splitRows: [Int: Int] = [:]
    var joinRows: [Int: Int] = [:]
    let splitsByRank = Dictionary(grouping: splits.keys) { grid.ranks[$0] }
    let joinsByRank = Dictionary(grouping: joins.keys) { grid.ranks[$0] }
    // Ranks between which nothing but compact nodes without a label follow each other.
    var closable: [Int: Bool] = [:]
    for edge in edges where grid.ranks[edge.to] == grid.ranks[edge.from] + 1 {
      let isCompact =
        edge.label.isEmpty && items[edge.to].isCompact
        && (items[edge.from].isCompact || items[edge.from].isMerge)
        && items[edge.from].size.height == bands[grid.ranks[edge.from]]
      closable[grid.ranks[edge.from], default: true] =
        (closable[grid.ranks[edge.from]] ?? true) && isCompact
    }
    var y = 0
    for rank in 0..<rankCount {
      if rank > 0 {
        let leaving = Self.rows(splitsByRank[rank - 1] ?? [], splits)
        for (node, row) in leaving.rows { splitRows[node] = y + row }
        let arriving = Self.rows(joinsByRank[rank] ?? [], joins)
        let isClosed =
          leaving.count + arriving.count == 0 && (closable[rank - 1] ?? false)
        y += leaving.count + (isClosed ? 0 : 1)
        for (node, row) in arriving.rows { joinRows[node] = y + row }
        y += arriving.count
      }
      tops.append(y)
      y += bands[rank]
    }
    for node in inRow.keys { joinRows[node] = tops[grid.ranks[node]] }
    self.tops = tops
    height = y
    self.splitRows = splitRows
    self.joinRows = joinRows
  }

  func splitRow(below node: Int) -> Int { splitRows[node] ?? 0 }
  /// `nil`: all its edges come straight down.
  func joinRow(above node: Int) -> Int? { joinRows[node] }

  private static func widen(
    _ ranges: inout [Int: ClosedRange<Int>], _ node: Int, _ a: Int, _ b: Int
  ) {
    guard a != b else { return }
    let old = ranges[node] ?? min(a, b)...max(a, b)
    ranges[node] = min(old.lowerBound, a, b)...max(old.upperBound, a, b)
  }

  /// Whether another node of the same rank stands in the way to a merge's own row.
  private static func isBlocked(
    _ node: Int, _ range: ClosedRange<Int>, _ grid: GraphColumns
  ) -> Bool {
    grid.ranks.indices.contains {
      $0 != node && grid.ranks[$0] == grid.ranks[node] && range.contains(grid.columns[$0])
    }
  }

  /// Gives each range the first row in which it touches no other.
  private static func rows(
    _ nodes: [Int], _ ranges: [Int: ClosedRange<Int>]
  ) -> (rows: [Int: Int], count: Int) {
    var taken: [[ClosedRange<Int>]] = []
    var rows: [Int: Int] = [:]
    for node in nodes.sorted() {
      guard let range = ranges[node] else { continue }
      let free = taken.firstIndex { !$0.contains { $0.overlaps(range) } }
      if free == nil { taken.append([]) }
      let row = free ?? taken.count - 1
      taken[row].append(range)
      rows[node] = row
    }
    return (rows, taken.count)
  }
}
