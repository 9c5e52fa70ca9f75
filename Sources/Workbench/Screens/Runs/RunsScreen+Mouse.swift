import TerminalUI

extension RunsScreen {
  enum Target: Sendable {
    case row(Int)
    case column(RunColumn)
    case chart
    case details
  }

  /// Columns at the beginning of a row in which its mark stands.
  private static let markColumns = 4

  mutating func handle(
    _ event: MouseEvent, _ picture: Picture<Target>, _ shared: inout Shared
  ) -> [Effect] {
    let region = picture.region(x: event.x, y: event.y)
    switch event.kind {
    case .press where event.button == .left:
      switch region?.target {
      case .row(let row) where rows.indices.contains(row):
        select(row: row)
        if event.x < (region?.rect.x ?? 0) + Self.markColumns {
          toggleMark()
        } else if noteClick(rows[row].path, at: shared.now) {
          showsDetails = true
        }
      case .column(let column): sort(by: column)
      case .details: showsDetails = true
      case .chart: showsDetails = false
      default: break
      }
    case .press where event.button == .right:
      if case .row(let row)? = region?.target {
        select(row: row)
        showsDetails = true
      } else {
        showsDetails = false
      }
    case .wheelUp: select(row: (selectedIndex ?? 0) - 3)
    case .wheelDown: select(row: (selectedIndex ?? 0) + 3)
    case .press, .drag, .release: break
    }
    return []
  }
}
