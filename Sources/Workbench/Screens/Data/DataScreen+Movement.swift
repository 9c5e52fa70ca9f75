import EngineInterface
import TerminalUI

/// Where the keys of movement lead, pane by pane.
extension DataScreen {
  mutating func move(_ way: Movement, _ shared: Shared) {
    let layout = DataLayout(self, shared.body)
    switch focus {
    case .classes:
      select(class: Self.moved(selectedClass, way, page: layout.classRows, count: classes.count))
    case .notes:
      let inside = layout.notes.inset(columns: 2, rows: 1)
      let lines = DataNotes(screen: self, shared: shared).lineCount(columns: inside.width)
      notesOffset = min(
        Self.moved(notesOffset, way, page: inside.height, count: lines),
        max(lines - inside.height, 0))
    case .content where content == .matrix: moveCell(way, layout)
    case .content where isLarge:
      select(image: Self.moved(selectedImage, way, page: 10, count: imageCount, sideways: true))
    case .content: moveImage(way, layout)
    }
  }

  private mutating func moveImage(_ way: Movement, _ layout: DataLayout) {
    let grid = GalleryGrid(layout.inside, enlargement: enlargement, count: imageCount)
    let columns = max(grid.columns, 1)
    switch way {
    case .move(.left): select(image: selectedImage - 1)
    case .move(.right): select(image: selectedImage + 1)
    case .move(.up) where selectedImage >= columns: select(image: selectedImage - columns)
    case .move(.down) where selectedImage / columns < (imageCount - 1) / columns:
      select(image: selectedImage + columns)
    case .move(.up), .move(.down): break
    case .page(let direction): select(image: selectedImage + direction * columns * grid.rows)
    case .halfPage(let direction):
      select(image: selectedImage + direction * columns * max(grid.rows / 2, 1))
    case .edge(let direction): select(image: direction < 0 ? 0 : imageCount - 1)
    }
  }

  private mutating func moveCell(_ way: Movement, _ layout: DataLayout) {
    guard let validation else { return }
    let grid = MatrixGrid(layout.inside, validation)
    switch way {
    case .move(.left): select(row: cell.row, column: cell.column - 1)
    case .move(.right): select(row: cell.row, column: cell.column + 1)
    case .move(.up): select(row: cell.row - 1, column: cell.column)
    case .move(.down): select(row: cell.row + 1, column: cell.column)
    case .page(let direction):
      select(row: cell.row + direction * max(grid.visibleRows - 1, 1), column: cell.column)
    case .halfPage(let direction):
      select(row: cell.row + direction * max(grid.visibleRows / 2, 1), column: cell.column)
    case .edge(let direction):
      let last = validation.images.count - 1
      select(row: direction < 0 ? 0 : last, column: direction < 0 ? 0 : last)
    }
  }

  private static func moved(
    _ place: Int, _ way: Movement, page: Int, count: Int, sideways: Bool = false
  ) -> Int {
    let next: Int
    switch way {
    case .move(.up): next = place - 1
    case .move(.down): next = place + 1
    case .move(.left): next = sideways ? place - 1 : place
    case .move(.right): next = sideways ? place + 1 : place
    case .page(let direction): next = place + direction * max(page - 1, 1)
    case .halfPage(let direction): next = place + direction * max(page / 2, 1)
    case .edge(let direction): next = direction < 0 ? 0 : count - 1
    }
    return min(max(next, 0), max(count - 1, 0))
  }
}
