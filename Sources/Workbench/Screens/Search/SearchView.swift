import EngineInterface
import Files
import TerminalUI

extension SearchScreen {
  func draw(_ canvas: inout Canvas, _ shared: Shared) -> [HitRegion<Target>] {
    if showsForm(shared) { return drawForm(&canvas, shared) }
    let layout = SearchLayout(canvas.rect)
    var regions = canvas.within(layout.list) { drawList(&$0, shared) }
    canvas.within(layout.picture) { drawPicture(&$0, shared) }
    regions.append(HitRegion(layout.picture, .picture))
    if !layout.rounds.isEmpty, view != .rounds {
      canvas.within(layout.rounds) { SearchRounds(screen: self, shared: shared).draw(&$0) }
    } else if !layout.rounds.isEmpty {
      // The curves have their place then.
      canvas.within(layout.rounds) { SearchCurves(screen: self, shared: shared).draw(&$0) }
    }
    canvas.within(layout.line) { LogLines(model: shared, theme: $0.theme).drawLast(&$0) }
    return regions
  }

  /// With what the run has come to beside it, where there is room.
  private func drawForm(_ canvas: inout Canvas, _ shared: Shared) -> [HitRegion<Target>] {
    let layout = SearchLayout(canvas.rect)
    let isWide = !layout.rounds.isEmpty
    let area = Rect(
      x: canvas.rect.x, y: canvas.rect.y, width: canvas.rect.width,
      height: layout.line.y - canvas.rect.y)
    let regions = canvas.within(isWide ? layout.list : area) {
      SearchFormView(form: form, shared: shared).draw(&$0)
    }
    if isWide {
      canvas.within(layout.picture) { SearchCurves(screen: self, shared: shared).draw(&$0) }
      canvas.within(layout.rounds) { SearchPrimer().draw(&$0) }
    }
    canvas.within(layout.line) { LogLines(model: shared, theme: $0.theme).drawLast(&$0) }
    return regions
  }

  private func drawPicture(_ canvas: inout Canvas, _ shared: Shared) {
    switch view {
    case .curves: SearchCurves(screen: self, shared: shared).draw(&canvas)
    case .response: SearchResponse(screen: self, shared: shared).draw(&canvas)
    case .heat: SearchHeat(screen: self, shared: shared).draw(&canvas)
    case .parallel: SearchParallel(screen: self, shared: shared).draw(&canvas)
    case .rounds: SearchRounds(screen: self, shared: shared).draw(&canvas)
    }
  }

  private func drawList(_ canvas: inout Canvas, _ shared: Shared) -> [HitRegion<Target>] {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let dimensions = shared.search?.dimensions ?? []
    let box = Box(
      border: Style(theme[.layerBox]), title: StyledText("Trials", theme.strong),
      status: status(shared, theme, glyphs), footer: footer(shared, dimensions, theme, glyphs),
      isFocused: true)
    let inside = canvas.frame.box(rect, box, glyphs: glyphs)
    let cells = SearchCells(
      screen: self, dimensions: dimensions, best: shared.search?.best?.trial, theme: theme,
      glyphs: glyphs)
    let table = Table(
      columns: cells.columns(), rowCount: rows.count, selected: selectedIndex, offset: offset,
      emptyText: emptyText(shared)
    ) { cells.text(row: $0, column: $1) }
    let hits = canvas.within(inside) { table.render(&$0) }
    canvas.within(Rect(x: rect.maxX - 1, y: inside.y + 1, width: 1, height: inside.height - 1)) {
      Scroll.bar(
        &$0, offset: offset, visible: Table.visibleRows(height: inside.height), count: rows.count,
        style: theme.label)
    }
    var regions = hits.map { HitRegion($0.rect, Target.row($0.target)) }
    for (column, place) in zip(cells.all, table.places(in: inside)) where place.width > 0 {
      let heading = place.row(0)
      if column.isSortable { regions.append(HitRegion(heading, .column(column))) }
      if column == order.column { canvas.frame.restyle(heading, theme.accent.bold.underline) }
    }
    return regions
  }

  private func emptyText(_ shared: Shared) -> String {
    shared.search == nil ? Self.noSearch : "no trials yet"
  }

  /// How far the search is.
  private func status(_ shared: Shared, _ theme: Theme, _ glyphs: GlyphSet) -> StyledText {
    guard let search = shared.search, !search.trials.isEmpty else { return "" }
    var text: StyledText =
      switch search.phase {
      case .training: [Span(glyphs.play + " ", Style(theme[.liveFg]))]
      case .paused: [Span(glyphs.pause + " paused  ", theme.accent)]
      case .over: [Span(glyphs.stop + " over  ", theme.strong)]
      case .failed: [Span(glyphs.cross2 + " failed  ", theme.failure)]
      case .preparing: ""
      }
    var count = "\(search.trials.count)"
    if let limit = search.budget.trials { count += "/\(limit)" }
    text.append(count, theme.strong)
    text.append(" trials \(glyphs.dot) round ", theme.label)
    text.append("\(search.rounds.last?.number ?? 0)", theme.strong)
    text.append(" \(glyphs.dot) \(NumberText.duration(search.seconds))", theme.label)
    if let minutes = search.budget.minutes {
      text.append("/\(NumberText.duration(minutes * 60))", theme.label)
    }
    return text
  }

  private func footer(
    _ shared: Shared, _ dimensions: [SearchDimension], _ theme: Theme, _ glyphs: GlyphSet
  ) -> StyledText {
    guard let search = shared.search, !search.trials.isEmpty else { return "" }
    var text = StyledText()
    if !marked.isEmpty { text.append("\(marked.count) marked  ", theme.strong) }
    text.append("by \(SearchCells.title(order.column, dimensions)) ", theme.label)
    text.append(order.isDescending ? glyphs.arrowDown : glyphs.arrowUp, theme.accent)
    if search.trunkPasses > 0 {
      text.append(
        "  frozen layers: \(NumberText.fixed(search.trunkPasses, digits: 1)) passes", theme.label)
    }
    return text
  }
}
