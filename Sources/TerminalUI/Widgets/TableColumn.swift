/// A column of a table.
package struct TableColumn: Sendable, Equatable {
  package var title: String
  /// Columns below which it had better not be shown at all.
  package var minimum: Int
  /// Columns it can use: those of its longest cell.
  package var ideal: Int
  package var align: Alignment
  /// What goes first when the table is narrow: the column with the highest number. 0 stays.
  package var priority: Int
  /// Whether what is too long loses its middle, and not its end.
  package var isCutInMiddle: Bool

  package init(
    _ title: String, minimum: Int, ideal: Int? = nil, align: Alignment = .left, priority: Int = 0,
    isCutInMiddle: Bool = false
  ) {
    self.isCutInMiddle = isCutInMiddle
    self.title = title
    self.minimum = max(1, minimum)
    self.ideal = max(self.minimum, ideal ?? minimum)
    self.align = align
    self.priority = priority
  }

  /// The width of each column in a table so wide, 0 for one that is left out. One column stays free
  /// between neighbours.
  package static func widths(_ columns: [TableColumn], total: Int) -> [Int] {
    var kept = Array(columns.indices)
    func needed() -> Int {
      kept.reduce(0) { $0 + columns[$1].minimum } + max(0, kept.count - 1)
    }
    while needed() > total, kept.count > 1,
      let last = kept.lastIndex(where: { index in
        columns[index].priority > 0
          && columns[index].priority == kept.map { columns[$0].priority }.max()
      })
    {
      kept.remove(at: last)
    }
    var widths = [Int](repeating: 0, count: columns.count)
    var room = max(0, total - max(0, kept.count - 1))
    for index in kept {
      widths[index] = min(columns[index].minimum, room)
      room -= widths[index]
    }
    for index in kept.sorted(by: { columns[$0].priority < columns[$1].priority }) {
      let more = min(room, columns[index].ideal - widths[index])
      widths[index] += more
      room -= more
    }
    return widths
  }

  /// The places of the columns within a row. Room that is left over widens the gaps, up to three
  /// columns each.
  static func places(_ columns: [TableColumn], in row: Rect) -> [Rect] {
    let widths = widths(columns, total: row.width)
    let shown = widths.count { $0 > 0 }
    let left = row.width - widths.reduce(0, +)
    let gap = shown > 1 ? min(3, max(1, left / (shown - 1))) : 0
    var x = row.x
    return widths.map { width in
      defer { x += width > 0 ? width + gap : 0 }
      return Rect(x: x, y: row.y, width: width, height: row.height)
    }
  }
}
