import TerminalUI

extension SearchScreen {
  enum Target: Sendable {
    case row(Int)
    case column(SearchColumn)
    case picture
    /// Of the form.
    case line(Int)
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
        if event.x < (region?.rect.x ?? 0) + Self.markColumns { toggleMark() }
      case .column(let column): sort(by: column, shared)
      case .line(let line):
        let wasSelected = form.selected == line
        form.select(line, shared)
        let columns = event.x - (region?.rect.x ?? 0)
        // The mark, or what was selected already.
        if wasSelected || columns < SearchFormView.tickColumns {
          return performIfItWorks(.change(1), &shared)
        }
      case .picture: return performIfItWorks(.nextView, &shared)
      default: break
      }
    case .wheelUp where showsForm(shared): return performIfItWorks(.move(.move(.up)), &shared)
    case .wheelDown where showsForm(shared): return performIfItWorks(.move(.move(.down)), &shared)
    case .wheelUp: select(row: (selectedIndex ?? 0) - 3)
    case .wheelDown: select(row: (selectedIndex ?? 0) + 3)
    case .press, .drag, .release: break
    }
    return []
  }
}
