import EngineInterface
import Files
import TerminalUI

extension RunsScreen {
  func draw(_ canvas: inout Canvas, _ shared: Shared) -> [HitRegion<Target>] {
    let layout = RunsLayout(self, canvas.rect)
    var regions = canvas.within(layout.list) { drawList(&$0, shared) }
    if !layout.curves.isEmpty {
      canvas.within(layout.curves) { RunCurves(screen: self, shared: shared).draw(&$0) }
      regions.append(HitRegion(layout.curves, .chart))
    }
    if !layout.details.isEmpty {
      canvas.within(layout.details) { RunPanel(screen: self, shared: shared).draw(&$0) }
      regions.append(HitRegion(layout.details, .details))
    }
    canvas.within(layout.line) { drawLine(&$0, shared) }
    return regions
  }

  private func drawList(_ canvas: inout Canvas, _ shared: Shared) -> [HitRegion<Target>] {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let box = Box(
      border: Style(theme[.layerBox]), title: StyledText("Runs", theme.strong),
      status: counts(theme, glyphs), footer: sortText(theme, glyphs),
      isFocused: true)
    let inside = canvas.frame.box(rect, box, glyphs: glyphs)
    let cells = RunCells(screen: self, shared: shared, theme: theme, glyphs: glyphs)
    let table = Table(
      columns: cells.columns(), rowCount: rows.count, selected: selectedIndex, offset: offset,
      emptyText: emptyText
    ) { cells.text(row: $0, column: $1) }
    let hits = canvas.within(inside) { table.render(&$0) }
    canvas.within(Rect(x: rect.maxX - 1, y: inside.y + 1, width: 1, height: inside.height - 1)) {
      Scroll.bar(
        &$0, offset: offset, visible: Table.visibleRows(height: inside.height), count: rows.count,
        style: theme.label)
    }
    var regions = hits.map { HitRegion($0.rect, Target.row($0.target)) }
    for (column, place) in zip(RunColumn.allCases, table.places(in: inside)) where place.width > 0 {
      let heading = place.row(0)
      regions.append(HitRegion(heading, .column(column)))
      if column == order.column {
        canvas.frame.restyle(heading, theme.accent.bold.underline)
      }
    }
    return regions
  }

  private func counts(_ theme: Theme, _ glyphs: GlyphSet) -> StyledText {
    guard let runs, !runs.isEmpty else { return "" }
    let running = runs.count { $0.state == .running }
    var text = StyledText()
    if running > 0 {
      text.append("\(glyphs.play) \(running) running  ", Style(theme[.liveFg]))
    }
    if rows.count < runs.count {
      text.append("\(NumberText.count(rows.count)) of ", theme.accent)
    }
    text.append(NumberText.quantity(runs.count, "run"), theme.label)
    return text
  }

  private func sortText(_ theme: Theme, _ glyphs: GlyphSet) -> StyledText {
    var text = StyledText()
    if !marked.isEmpty { text.append("\(marked.count) marked  ", theme.strong) }
    guard let column = order.column else {
      text.append("the latest first", theme.label)
      return text
    }
    text.append("by \(column.title) ", theme.label)
    text.append(order.isDescending ? glyphs.arrowDown : glyphs.arrowUp, theme.accent)
    return text
  }

  private var emptyText: String {
    if let problem { return problem }
    guard let runs else { return "reading the runs" }
    return runs.isEmpty ? "no runs yet" : "no run has these words"
  }

  /// What is searched for, else what was said last.
  private func drawLine(_ canvas: inout Canvas, _ shared: Shared) {
    let (rect, theme) = (canvas.rect, canvas.theme)
    guard let search else {
      return LogLines(model: shared, theme: theme).drawLast(&canvas)
    }
    let label: StyledText = [Span("/ ", theme.key)]
    canvas.frame.text(label, in: rect)
    let field = rect.inset(left: 2)
    if isTyping {
      canvas.within(field) { search.render(&$0, style: theme.text) }
    } else {
      let hint: StyledText = [
        Span(search.text, theme.text), Span("   esc", theme.key),
        Span(" shows all again", theme.label),
      ]
      canvas.frame.text(hint, in: field, ellipsis: canvas.glyphs.ellipsis)
    }
  }
}

/// The texts of the list, cell by cell.
struct RunCells: Sendable {
  let screen: RunsScreen
  let shared: Shared
  let theme: Theme
  let glyphs: GlyphSet

  func columns() -> [TableColumn] {
    RunColumn.allCases.map { column in
      let (align, priority): (Alignment, Int) =
        switch column {
        case .name: (.left, 0)
        case .state: (.left, 1)
        case .accuracy: (.right, 2)
        case .loss: (.right, 4)
        case .epochs: (.right, 3)
        case .steps: (.right, 7)
        case .begun: (.left, 5)
        case .model: (.left, 6)
        }
      // Of a thousand rows those in view say how wide a column is.
      let shown = screen.offset..<min(screen.offset + 100, screen.rows.count)
      let widest = shown.reduce(TextWidth.columns(column.title)) {
        max($0, text(row: $1, column: column.rawValue).columns)
      }
      if column == .name {
        return TableColumn(
          "  " + column.title, minimum: min(max(widest, 12), 24), ideal: widest,
          isCutInMiddle: true)
      }
      let width = min(widest, 24)
      return TableColumn(
        column.title, minimum: width, ideal: width, align: align, priority: priority,
        isCutInMiddle: column == .model)
    }
  }

  func text(row: Int, column: Int) -> StyledText {
    guard screen.rows.indices.contains(row), let column = RunColumn(rawValue: column) else {
      return ""
    }
    let run = screen.rows[row]
    let style = run.isReadable ? theme.text : theme.faint
    switch column {
    case .name: return name(run)
    case .state:
      return StyledText(
        RunText.mark(run.state, glyphs) + " " + RunText.state(run.state),
        RunText.style(run.state, theme))
    case .accuracy:
      let text = run.best.map { NumberText.percent($0.metrics.accuracy) } ?? ""
      return StyledText(text, run.best?.isValidation ?? true ? theme.strong : theme.label)
    case .loss:
      return StyledText(run.best.map { NumberText.metric($0.metrics.loss) } ?? "", style)
    case .epochs:
      if let trials = run.trials {
        return StyledText(NumberText.quantity(trials, "trial"), style)
      }
      return run.isReadable
        ? StyledText("\(run.epochsDone)/\(run.epochsPlanned)", style) : ""
    case .steps: return StyledText(run.isReadable ? NumberText.count(run.steps) : "", style)
    case .begun:
      let date = RunText.date(run.created, now: shared.now, offset: shared.utcOffset)
      return StyledText(run.created == nil ? "" : date, theme.label)
    case .model: return StyledText(RunText.model(run.model), theme.label)
    }
  }

  private func name(_ run: RunSummary) -> StyledText {
    var text = StyledText()
    if let color = RunCurves.color(of: run.path, screen, theme) {
      text.append(glyphs.live + " ", Style(color))
    } else {
      text.append("  ")
    }
    let isThis = run.name == shared.snapshot?.run.name
    text.append(run.name, isThis ? theme.accent : run.isReadable ? theme.strong : theme.faint)
    return text
  }
}
