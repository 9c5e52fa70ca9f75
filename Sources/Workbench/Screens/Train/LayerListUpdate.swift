import EngineInterface
import TerminalUI

/// The layer list: moving and scrolling.
extension TrainScreen {
  mutating func moveInList(_ way: Movement, _ shared: inout Shared) {
    guard let index = shared.selection.index else { return }
    switch way {
    case .move(.up): shared.selection.select(row: index - 1)
    case .move(.down): shared.selection.select(row: index + 1)
    case .page(let direction):
      shared.selection.select(row: index + direction * max(listPage(shared) - 1, 1))
    case .halfPage(let direction):
      shared.selection.select(row: index + direction * max(listPage(shared) / 2, 1))
    case .edge(let direction):
      shared.selection.select(row: direction < 0 ? 0 : shared.selection.rows.count - 1)
    case .move(.left): shared.moveColumn(by: -1)
    case .move(.right): shared.moveColumn(by: 1)
    }
  }

  /// Rows of the list in view.
  private func listPage(_ shared: Shared) -> Int {
    let height = TrainLayout(self, shared).layers.inset(columns: 1, rows: 1).height
    return Table.visibleRows(height: height)
  }

  /// Moves the list as little as can be so that the selected row is seen.
  mutating func scrollList(_ shared: Shared) {
    listOffset = Scroll.offset(
      current: listOffset, selected: shared.selection.index, visible: listPage(shared),
      count: shared.selection.rows.count)
  }
}
