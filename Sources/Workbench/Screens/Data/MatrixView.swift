import EngineInterface
import Files
import TerminalUI

/// What the last validation took for what: a row a class, a column an answer, in numbers and in colours.
struct MatrixView {
  let screen: DataScreen

  func draw(_ canvas: inout Canvas) -> [HitRegion<DataScreen.Target>] {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let validation = screen.validation
    let box = Box(
      border: Style(theme[.chartBox]), title: StyledText("Confusion", theme.strong),
      status: validation.map { status($0, theme) } ?? "",
      footer: validation.map { footer($0, theme) } ?? "",
      footerStatus: validation.map { position(rect.inset(columns: 1, rows: 1), $0, theme) } ?? "",
      isFocused: screen.focus == .content)
    let inside = canvas.frame.box(rect, box, glyphs: glyphs)
    guard let validation else {
      canvas.frame.text(
        "nothing was validated yet", in: inside.row(inside.height / 2), style: theme.faint,
        align: .center)
      return []
    }
    let (confusion, columns) = (validation.confusion, validation.columns)
    let grid = MatrixGrid(inside, validation)
    canvas.frame.text(
      "is \\ said", in: Rect(x: inside.x, y: inside.y, width: grid.nameColumns, height: 1),
      style: theme.faint)
    headings(grid, columns, confusion, &canvas)
    var regions: [HitRegion<DataScreen.Target>] = []
    for line in 0..<grid.visibleRows {
      let row = screen.matrixOffset.row + line
      guard row < confusion.classes.count else { break }
      let isSelected = row == screen.cell.row
      canvas.frame.text(
        StyledText(confusion.classes[row], isSelected ? theme.key : theme.text)
          .truncatedInMiddle(columns: grid.nameColumns, ellipsis: glyphs.ellipsis),
        in: grid.name(row: line))
      for place in 0..<grid.visibleColumns {
        let column = screen.matrixOffset.column + place
        guard column < columns.count else { break }
        let cell = grid.cell(row: line, column: place)
        draw(validation, row, column, cell, &canvas)
        regions.append(HitRegion(cell, .cell(row: row, column: column)))
      }
      let recall =
        validation.images[row] == 0 ? "–" : NumberText.percent(validation.share(row, row))
      canvas.frame.text(recall, in: grid.recall(row: line), style: theme.label, align: .right)
    }
    bar(grid, confusion, &canvas)
    drawMistakes(validation, below: inside.inset(top: grid.visibleRows + 2), &canvas)
    return regions
  }

  /// The pairs that were taken for each other most often, where there is room.
  private func drawMistakes(_ view: ConfusionView, below rect: Rect, _ canvas: inout Canvas) {
    let (theme, glyphs) = (canvas.theme, canvas.glyphs)
    guard rect.height >= 3 else { return }
    let title =
      view.mistakes.isEmpty
      ? "nothing was taken for anything else" : "most often taken for another"
    canvas.frame.text(title, in: rect.row(0).inset(left: 1), style: theme.label)
    for (y, pair) in view.mistakes.prefix(rect.height - 1).enumerated() {
      let count = NumberText.count(view.confusion[pair.label, pair.answer])
      let share = NumberText.percent(view.share(pair.label, pair.answer))
      let text: StyledText = [
        Span(view.confusion.classes[pair.label], theme.text),
        Span(" \(glyphs.arrowTo) ", theme.label),
        Span(view.confusion.classes[pair.answer], theme.accent),
        Span("  \(count), \(share) of them", theme.label),
      ]
      canvas.frame.text(
        text, in: rect.row(y + 1).inset(left: 3), ellipsis: glyphs.ellipsis)
    }
  }

  private func headings(
    _ grid: MatrixGrid, _ columns: [Int?], _ confusion: ConfusionMatrix, _ canvas: inout Canvas
  ) {
    let (theme, glyphs) = (canvas.theme, canvas.glyphs)
    for place in 0..<grid.visibleColumns {
      let column = screen.matrixOffset.column + place
      guard column < columns.count else { break }
      let name = columns[column].map { confusion.classes[$0] } ?? "none"
      let rect = grid.heading(column: place).inset(left: 1)
      canvas.frame.text(
        StyledText(name, column == screen.cell.column ? theme.key : theme.label), in: rect,
        align: .right, ellipsis: glyphs.ellipsis)
    }
    var recall = grid.recall(row: 0)
    recall.y = grid.area.y
    canvas.frame.text("right", in: recall, style: theme.faint, align: .right)
  }

  private func draw(
    _ view: ConfusionView, _ row: Int, _ column: Int, _ rect: Rect, _ canvas: inout Canvas
  ) {
    let theme = canvas.theme
    let answer = view.columns[column]
    let count = view.confusion[row, answer]
    let isDiagonal = answer == row
    let share = view.share(row, answer)
    var style = count == 0 ? theme.faint : isDiagonal ? Style(theme[.liveFg]).bold : theme.text
    if count > 0, theme.depth > .indexed16 {
      style = Self.style(share, isDiagonal: isDiagonal, theme)
      canvas.frame.fill(rect.inset(left: 1), style: style)
    } else if count > 0, !isDiagonal {
      style = share >= 0.1 ? theme.failure : theme.accent
    }
    let isSelected = row == screen.cell.row && column == screen.cell.column
    let number = count == 0 && !isSelected ? canvas.glyphs.dot : NumberText.count(count)
    if isSelected, screen.focus == .content {
      canvas.frame.fill(rect, style: theme.selection)
      canvas.frame.text("[\(number)]", in: rect, style: theme.key, align: .right)
    } else {
      canvas.frame.text(number, in: rect.inset(right: 1), style: style, align: .right)
    }
  }

  /// The more, the stronger: what is right by the colour of what is alive, what is wrong by heat.
  private static func style(_ share: Double, isDiagonal: Bool, _ theme: Theme) -> Style {
    let ground = theme[.mainBg] == .terminal ? Color(hex: 0x101010) : theme[.mainBg]
    let full = isDiagonal ? theme[.liveFg] : theme.heat(min(1, share * 3))
    // Of one in a hundred something is to be seen, too.
    let color = ground.mixed(with: full, share: isDiagonal ? 0.15 + share * 0.6 : 0.3 + share)
    let isBright = color.luminance ?? 0 > 0.25
    return Style(isBright ? Color(hex: 0x101010) : Color(hex: 0xf4f4f4), on: color)
  }

  private func bar(_ grid: MatrixGrid, _ confusion: ConfusionMatrix, _ canvas: inout Canvas) {
    let rect = canvas.rect
    canvas.within(
      Rect(x: rect.maxX - 1, y: grid.area.y + 1, width: 1, height: grid.area.height - 1)
    ) {
      Scroll.bar(
        &$0, offset: screen.matrixOffset.row, visible: grid.visibleRows,
        count: confusion.classes.count, style: $0.theme.label)
    }
  }

  /// Which columns are in view, where not all are.
  private func position(_ inside: Rect, _ view: ConfusionView, _ theme: Theme) -> StyledText {
    let visible = MatrixGrid(inside, view).visibleColumns
    guard visible > 0, visible < view.columns.count else { return "" }
    let first = screen.matrixOffset.column + 1
    return StyledText(
      "columns \(first)–\(first + visible - 1) of \(view.columns.count)", theme.label)
  }

  private func status(_ validation: ConfusionView, _ theme: Theme) -> StyledText {
    let accuracy = validation.confusion.accuracy.map(NumberText.percent) ?? "–"
    return [
      Span(accuracy, Style(theme[.val]).bold),
      Span(" right, epoch \(validation.epoch)", theme.label),
    ]
  }

  /// `'7' said to be '2': 5 of 98 (5.1 %)`
  private func footer(_ view: ConfusionView, _ theme: Theme) -> StyledText {
    let (row, column) = screen.cell
    guard view.images.indices.contains(row), view.columns.indices.contains(column) else {
      return ""
    }
    let classes = view.confusion.classes
    let answer = view.columns[column]
    let count = NumberText.count(view.confusion[row, answer])
    let images = view.images[row]
    let share = images == 0 ? "" : " (\(NumberText.percent(view.share(row, answer))))"
    return [
      Span(classes[row], theme.strong), Span(" said to be ", theme.label),
      Span(answer.map { classes[$0] } ?? "none of them", theme.strong),
      Span("  \(count) of \(NumberText.count(images))\(share)", theme.text),
    ]
  }
}
