/// Rows below a heading, of which one is selected and some may be marked.
package struct Table: Sendable {
  package var columns: [TableColumn]
  package var rowCount: Int
  /// The text of a cell, asked for only where it is seen.
  package var cell: @Sendable (_ row: Int, _ column: Int) -> StyledText
  package var selected: Int?
  /// Rows marked as a range.
  package var range: ClosedRange<Int>?
  /// Rows marked one by one.
  package var marked: Set<Int> = []
  /// The first row in view.
  package var offset: Int
  package var hasHeading: Bool
  /// Said in the middle when there are no rows.
  package var emptyText: String

  package init(
    columns: [TableColumn], rowCount: Int, selected: Int? = nil, range: ClosedRange<Int>? = nil,
    offset: Int = 0, hasHeading: Bool = true, emptyText: String = "",
    cell: @escaping @Sendable (_ row: Int, _ column: Int) -> StyledText
  ) {
    self.columns = columns
    self.rowCount = max(0, rowCount)
    self.cell = cell
    self.selected = selected
    self.range = range
    self.offset = offset
    self.hasHeading = hasHeading
    self.emptyText = emptyText
  }

  /// Rows that are seen in a rectangle of this height.
  package static func visibleRows(height: Int, hasHeading: Bool = true) -> Int {
    max(0, height - (hasHeading ? 1 : 0))
  }

  /// Where the columns lie in a table drawn in `rect`, heading and rows together; an empty place for
  /// one that is left out.
  package func places(in rect: Rect) -> [Rect] {
    // A column at the left is for the mark of the selected row and of the range.
    TableColumn.places(columns, in: rect.inset(left: min(2, rect.width)))
  }

  /// Draws the table and returns the rows in view by number.
  package func render(_ canvas: inout Canvas) -> [HitRegion<Int>] {
    let (rect, theme) = (canvas.rect, canvas.theme)
    guard !rect.isEmpty else { return [] }
    let places = places(in: rect)
    if hasHeading {
      for (column, place) in zip(columns, places) where place.width > 0 {
        canvas.frame.text(
          column.title, in: place.row(0), style: theme.label, align: column.align,
          ellipsis: canvas.glyphs.ellipsis)
      }
    }
    let body = rect.inset(top: hasHeading ? 1 : 0)
    if rowCount == 0 {
      canvas.frame.text(
        emptyText, in: body.row(body.height / 2), style: theme.faint, align: .center)
      return []
    }
    var regions: [HitRegion<Int>] = []
    for line in 0..<body.height {
      let row = offset + line
      guard row >= 0, row < rowCount else { continue }
      let place = body.row(line)
      draw(row, in: place, places: places, &canvas)
      regions.append(HitRegion(place, row))
    }
    return regions
  }

  private func draw(_ row: Int, in place: Rect, places: [Rect], _ canvas: inout Canvas) {
    let (theme, glyphs) = (canvas.theme, canvas.glyphs)
    let isMarked = (range?.contains(row) ?? false) || marked.contains(row)
    if isMarked { canvas.frame.fill(place, style: theme.range) }
    if row == selected { canvas.frame.fill(place, style: theme.selection) }
    if row == selected {
      canvas.frame.text(glyphs.selected, in: place, style: theme.key)
    } else if isMarked {
      canvas.frame.text(glyphs.box.vertical, in: place, style: theme.key)
    }
    for (index, column) in columns.enumerated() where places[index].width > 0 {
      var rect = places[index]
      rect.y = place.y
      rect.height = 1
      var text = cell(row, index)
      // What is faint on the ground cannot be read on the selection.
      if row == selected { text = text.restyled(theme.faint, as: theme.label) }
      if column.isCutInMiddle {
        text = text.truncatedInMiddle(columns: rect.width, ellipsis: glyphs.ellipsis)
      }
      canvas.frame.text(text, in: rect, align: column.align, ellipsis: glyphs.ellipsis)
    }
  }
}
