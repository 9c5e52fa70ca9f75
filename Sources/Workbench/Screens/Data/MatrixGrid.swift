import EngineInterface
import Files
import TerminalUI

/// Where the cells of a confusion matrix lie.
struct MatrixGrid: Sendable, Equatable {
  let area: Rect
  /// Columns of the names at the left, and of a cell.
  let nameColumns: Int
  let cellColumns: Int
  let visibleRows: Int
  let visibleColumns: Int

  /// Columns at the right, for the share that was told right.
  static let recallColumns = 7

  init(_ area: Rect, _ view: ConfusionView) {
    let (classes, columns) = (view.confusion.classes, view.columns.count)
    self.area = area
    let longest = view.longestName
    nameColumns = min(max(longest, 9), max(area.width / 4, 4), 24)
    let digits = NumberText.count(view.largest).count
    // Names over the columns need some room; where there is plenty, they have it.
    let room = max(area.width - nameColumns - 1 - Self.recallColumns, 0)
    let even = columns == 0 ? 0 : room / columns
    cellColumns = max(digits + 2, min(max(even, 4), max(longest + 2, 8), 12))
    visibleColumns = min(columns, room / cellColumns)
    // A line of names above and nothing below.
    visibleRows = min(classes.count, max(area.height - 1, 0))
  }

  /// Where a cell lies, by its place in view.
  func cell(row: Int, column: Int) -> Rect {
    Rect(
      x: area.x + nameColumns + 1 + column * cellColumns, y: area.y + 1 + row,
      width: cellColumns, height: 1)
  }

  func heading(column: Int) -> Rect {
    var rect = cell(row: 0, column: column)
    rect.y = area.y
    return rect
  }

  func name(row: Int) -> Rect {
    Rect(x: area.x, y: area.y + 1 + row, width: nameColumns, height: 1)
  }

  func recall(row: Int) -> Rect {
    Rect(
      x: area.x + nameColumns + 1 + visibleColumns * cellColumns, y: area.y + 1 + row,
      width: Self.recallColumns, height: 1)
  }
}
