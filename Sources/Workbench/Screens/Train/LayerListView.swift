import EngineInterface
import Files
import TerminalUI

/// The list of layers and blocks.
struct LayerListView {
  let model: Scene<TrainScreen>
  private var glyphs: GlyphSet { model.glyphs }

  func draw(_ canvas: inout Canvas) -> [HitRegion<TrainScreen.Target>] {
    let (rect, theme) = (canvas.rect, canvas.theme)
    let isFocused = model.isOnLayers
    let box = Box(
      border: Style(theme[.layerBox]), title: StyledText("Layers", theme.strong),
      status: counts(theme), footer: footer(columns: rect.width - 6, theme),
      footerStatus: range(theme),
      isFocused: isFocused)
    let inside = canvas.frame.box(rect, box, glyphs: glyphs)
    let rows = model.selection.rows
    drawDetails(inside, &canvas)
    let visible = Table.visibleRows(height: inside.height)
    let offset = model.listOffset
    let cells = LayerCells(model: model, theme: theme)
    let columns = cells.columns()
    var table = Table(
      columns: columns, rowCount: rows.count, selected: model.selection.index,
      range: model.selection.anchor == nil ? nil : model.selection.chosenRows, offset: offset,
      emptyText: emptyText
    ) { row, column in cells.text(row: row, column: column) }
    table.marked = model.selection.foundRows
    let hits = canvas.within(inside) { table.render(&$0) }
    canvas.within(Rect(x: rect.maxX - 1, y: inside.y + 1, width: 1, height: inside.height - 1)) {
      Scroll.bar(&$0, offset: offset, visible: visible, count: rows.count, style: theme.label)
    }
    return hits.map { HitRegion($0.rect, .row($0.target)) }
      + markColumn(table.places(in: inside), inside, offset: offset, isFocused, &canvas)
  }

  /// All about the selected layer, where the list leaves room for it.
  private func drawDetails(_ inside: Rect, _ canvas: inout Canvas) {
    let panel = DetailsPanel(model: model.shared, adjusted: model.screen.adjustedKnob(model.shared))
    let height = panel.lineCount(canvas.theme) + 2
    let below = inside.inset(top: model.selection.rows.count + 2)
    guard !model.selection.rows.isEmpty, inside.width >= 90, below.height >= height else { return }
    let place = Rect(
      x: below.x + 1, y: below.maxY - height, width: below.width - 2, height: height)
    canvas.within(place) { panel.draw(&$0) }
  }

  /// Shows which column `-` and `+` change: in the heading, and on the selected row.
  private func markColumn(
    _ places: [Rect], _ inside: Rect, offset: Int, _ isFocused: Bool, _ canvas: inout Canvas
  ) -> [HitRegion<TrainScreen.Target>] {
    let theme = canvas.theme
    var regions: [HitRegion<TrainScreen.Target>] = []
    for (column, place) in zip(LayerCells.Column.allCases, places) where place.width > 0 {
      guard let knob = column.knob else { continue }
      let heading = place.row(0)
      regions.append(HitRegion(heading, .column(knob)))
      guard knob == model.screen.adjustedKnob(model.shared), isFocused else { continue }
      canvas.frame.restyle(heading, theme.accent.bold.underline)
      guard let selected = model.selection.index, inside.height > selected - offset + 1 else {
        continue
      }
      let cell = Rect(
        x: place.x, y: inside.y + 1 + selected - offset, width: place.width, height: 1)
      canvas.frame.restyle(cell.intersection(inside), theme.accent.bold.underline)
    }
    return regions
  }

  private var emptyText: String {
    if case .preparing(let stage) = model.state { return EndingText.text(stage) }
    return "no layers"
  }

  private func counts(_ theme: Theme) -> StyledText {
    let values = model.layerValues
    let freezable = model.layers.filter(\.canFreeze)
    guard !freezable.isEmpty else { return "" }
    let frozen = freezable.count { values.isFrozen($0) }
    let start = StyledText("\(glyphs.frozen) \(frozen) frozen", Style(theme[.frozenFg]))
    return (frozen > 0 ? start + cached(theme) : start) + [
      Span(" \(glyphs.dot) ", theme.faint),
      Span("\(glyphs.live) \(freezable.count - frozen) live", Style(theme[.liveFg])),
    ]
  }

  private func footer(columns: Int, _ theme: Theme) -> StyledText {
    guard let snapshot = model.snapshot, !snapshot.layers.isEmpty else { return "" }
    let trainable = snapshot.trainableParameters
    var text: StyledText = [
      Span(NumberText.count(trainable), trainable > 0 ? theme.strong : theme.accent.bold),
      Span(" of \(NumberText.count(snapshot.parameterCount)) train", theme.text),
    ]
    if let now = snapshot.stepTime.nowMilliseconds {
      text.append(" \(glyphs.dot) ", theme.faint)
      if let before = snapshot.stepTime.beforeMilliseconds, let change = snapshot.stepTime.change {
        let better = change < 0 ? Style(theme[.liveFg]) : theme.accent
        text.append(
          "\(NumberText.milliseconds(before)) \(glyphs.arrowTo) \(NumberText.milliseconds(now)) ms/step",
          better)
      } else {
        text.append("\(NumberText.milliseconds(now)) ms/step", theme.text)
      }
    }
    // What matters least is left out where there is little room.
    for part in waiting(snapshot, theme) + cache(snapshot, theme)
    where text.columns + part.columns <= columns {
      text = text + part
    }
    return text
  }

  /// Reading images should cost no time: where it does, freezing more or more cores will not help.
  private func waiting(_ snapshot: EngineView, _ theme: Theme) -> [StyledText] {
    let share = snapshot.progress.waitingShare
    guard share >= 0.01 else { return [] }
    let text = "waits \(NumberText.percent(share)) for images"
    return [[Span(" \(glyphs.dot) ", theme.faint), Span(text, theme.accent)]]
  }

  /// What freezing has brought besides: the share of images that come from the cache, or why there is
  /// no more of it.
  private func cache(_ snapshot: EngineView, _ theme: Theme) -> [StyledText] {
    let cache = snapshot.cache
    guard snapshot.layers.contains(where: \.isFrozen) else { return [] }
    func part(_ text: String, _ style: Style) -> StyledText {
      [Span(" \(glyphs.dot) ", theme.faint), Span(text, style)]
    }
    var parts: [StyledText] = []
    if cache.isUsed {
      if let hits = cache.hitShare {
        parts.append(part("cache hits \(NumberText.percent(hits))", Style(theme[.liveFg])))
      }
      if let obstacle = cache.obstacle {
        parts.append(part("cache stopped: \(NoticeText.text(obstacle))", theme.accent))
      }
      parts.append(part(NumberText.bytes(cache.bytes), theme.label))
    } else if let reason = cache.obstacle.map(NoticeText.text) {
      parts.append(part("no cache: \(reason)", theme.label))
    }
    return parts
  }

  /// How much of the frozen layers' work is done for good.
  private func cached(_ theme: Theme) -> StyledText {
    guard let cache = model.snapshot?.cache else { return "" }
    if cache.isUsed, cache.images > 0 {
      let share = Double(cache.cachedImages) / Double(cache.images)
      return StyledText(", \(NumberText.percent(share)) cached", Style(theme[.frozenFg]))
    }
    return cache.obstacle == nil ? "" : StyledText(", not cached", theme.label)
  }

  private func range(_ theme: Theme) -> StyledText {
    guard model.selection.anchor != nil else { return "" }
    let layers = NumberText.quantity(model.selectedLayers.count, "layer")
    return [Span("range ", theme.accent.bold), Span(layers, theme.text)]
  }
}
