import TerminalUI

/// The mouse: a click goes where the picture says that something is.
extension WorkbenchModel {
  mutating func handle(_ event: MouseEvent) -> [Effect] {
    switch event.kind {
    case .release:
      draggedKnob = nil
      endChartDrag()
      return flushDraft()
    case .drag: return drag(event)
    case .press where event.button == .left: return press(event)
    case .press where event.button == .right: return pressRight(event)
    case .press: return []
    case .wheelUp: return scroll(event, direction: -1)
    case .wheelDown: return scroll(event, direction: 1)
    }
  }

  /// What the screen shows and where. Drawn once more for it: a click is rare, and nothing else can
  /// say it as truly.
  private func picture() -> (frame: Frame, regions: [HitRegion<HitTarget>]) {
    var frame = Frame(size: Size(width: columns, height: lines))
    let regions = ScreenView(model: self).draw(&frame, .standard)
    return (frame, regions)
  }

  private func regions() -> [HitRegion<HitTarget>] { picture().regions }

  private mutating func press(_ event: MouseEvent) -> [Effect] {
    let (frame, regions) = picture()
    chartDrag = nil
    guard let region = regions.last(where: { $0.rect.contains(x: event.x, y: event.y) }) else {
      return []
    }
    switch region.target {
    case .pane(let pane):
      focus = pane
      return pressBorder(frame.word(x: event.x, y: event.y))
    case .row(let row):
      if rows.indices.contains(row), event.x < region.rect.x + Self.markColumns,
        isMark(of: rows[row].layers, frame[event.x, event.y].text)
      {
        focus = .layers
        select(row: row)
        return perform(.toggleFreeze)
      }
      press(row: row)
    case .column(let knob):
      focus = .layers
      adjustedColumn = knob
    case .slider(let knob, let layout): return press(knob, layout, event)
    case .chart(let pane, let plot, let steps):
      focus = pane
      putCrosshair(event, plot, steps)
      chartDrag = place(of: event, plot, steps).map { ChartDrag(pane: pane, start: $0, end: $0) }
    case .node(let id): press(node: id)
    case .screen(let screen):
      if screen != self.screen { return perform(.show(screen)) }
    case .bar(let target):
      return perform(target.action(atColumn: event.x - region.rect.x))
    case .paletteEntry(let entry):
      if case .palette(let state) = overlay { return runPalette(entry: entry, state) }
    case .choice(let index):
      if case .dialog(let state) = overlay, state.choices.indices.contains(index) {
        return choose(state.choices[index].answer)
      }
    case .nothing:
      break
    }
    return []
  }

  /// Columns at the beginning of a row in which its marks stand.
  private static let markColumns = 6

  private func isMark(of members: [Int], _ text: String) -> Bool {
    let layers = members.filter { self.layers.indices.contains($0) }.map { self.layers[$0] }
    return text == LayerLook(layers, layerValues).mark(glyphs)
      && layers.contains(where: \.canFreeze)
  }

  /// What the borders of a chart say can be clicked.
  private mutating func pressBorder(_ word: String) -> [Effect] {
    guard isOnChart else { return [] }
    switch word {
    case "log", "linear": return perform(.toggleLogarithmic)
    case "smooth": return perform(.smooth(1))
    default: return []
    }
  }

  /// The first click selects, another one on a block opens or closes it; two at once on a layer show
  /// all about it.
  private mutating func press(row: Int) {
    let wasSelected = isOnLayers && selectedIndex == row
    focus = .layers
    if wasSelected, rows.indices.contains(row), rows[row].isBlock {
      toggleSelectedBlock()
    } else {
      select(row: row)
      noteClick()
    }
  }

  private mutating func press(node id: LayerRow.ID) {
    if selection == id, case .block = id {
      toggleSelectedBlock()
    } else {
      select(id)
      noteClick()
    }
  }

  private mutating func noteClick() {
    let click = selection.map { Click(id: $0, time: now) }
    if let click, case .layer = click.id, let lastClick, lastClick.isDoubled(by: click) {
      overlay = .details
      self.lastClick = nil
    } else {
      lastClick = click
    }
  }

  /// The other button asks what there is to know; on a chart it takes the zoom back.
  private mutating func pressRight(_ event: MouseEvent) -> [Effect] {
    let hit = regions().last { $0.rect.contains(x: event.x, y: event.y) }
    if overlay != nil {
      overlay = nil
      return []
    }
    switch hit?.target {
    case .row(let row):
      focus = .layers
      select(row: row)
      overlay = .details
    case .node(let id):
      select(id)
      overlay = .details
    case .chart(let pane, _, _):
      focus = pane
      return perform(.wholeRun)
    case .slider(let knob, _):
      focus = .controls
      selectedKnob = knob
    case .pane(let pane): focus = pane
    default: break
    }
    return []
  }

  private mutating func press(_ knob: Knob, _ layout: Slider.Layout, _ event: MouseEvent)
    -> [Effect]
  {
    focus = .controls
    selectedKnob = knob
    let reading = reading(of: knob)
    if reading.disabledReason == nil, reading.insertsAfter != nil {
      offerDropout()
      return []
    }
    guard layout.rail.contains(x: event.x, y: event.y) else { return [] }
    guard reading.disabledReason == nil else {
      log.add(.warning, reading.disabledReason ?? "", at: now)
      return []
    }
    draggedKnob = knob
    return set(knob, to: knob.scale.value(at: Slider.position(atX: event.x, in: layout)))
  }

  private mutating func drag(_ event: MouseEvent) -> [Effect] {
    let regions = regions()
    if let knob = draggedKnob {
      for case .slider(knob, let layout) in regions.map(\.target) {
        return set(knob, to: knob.scale.value(at: Slider.position(atX: event.x, in: layout)))
      }
      return []
    }
    if overlay == nil, isOnChart {
      for case .chart(focus, let plot, let steps) in regions.map(\.target) {
        putCrosshair(event, plot, steps)
        if let place = place(of: event, plot, steps) { chartDrag?.end = place }
      }
    }
    return []
  }

  /// Zooms to what was drawn over, where it was more than a click with an unsteady hand.
  private mutating func endChartDrag() {
    guard let drag = chartDrag else { return }
    chartDrag = nil
    let shown = chart.range(step: step, total: totalSteps)
    let width = shown.upperBound - shown.lowerBound
    let drawn = drag.steps
    guard drawn.upperBound - drawn.lowerBound > width / 40 else { return }
    chart.crosshair = nil
    chart.zoom(to: drawn, step: step, total: totalSteps)
  }

  /// The step under the mouse; `nil` while there is none.
  private func place(of event: MouseEvent, _ plot: Rect, _ steps: ClosedRange<Double>) -> Double? {
    guard step > 0, plot.width > 0 else { return nil }
    let share = (Double(event.x - plot.x) + 0.5) / Double(plot.width)
    return
      (steps.lowerBound
      + min(max(share, 0), 1) * (steps.upperBound - steps.lowerBound)).rounded()
  }

  private mutating func putCrosshair(
    _ event: MouseEvent, _ plot: Rect, _ steps: ClosedRange<Double>
  ) {
    guard let target = place(of: event, plot, steps) else { return }
    chart.moveCrosshair(to: target, step: step, total: totalSteps)
  }

  private mutating func scroll(_ event: MouseEvent, direction: Int) -> [Effect] {
    switch overlay {
    case .help(let scroll):
      overlay = .help(scroll: min(max(scroll + direction * 3, 0), helpScrollLimit))
      return []
    case .palette: return handle(Key(direction < 0 ? .up : .down))
    case .dialog: return []
    case .details: return handle(Key(direction < 0 ? .up : .down))
    case nil: break
    }
    if screen == .graph {
      moveInGraph(.move(direction < 0 ? .up : .down))
      return []
    }
    guard let pane = TrainLayout(self).pane(x: event.x, y: event.y) else { return [] }
    focus = pane
    switch pane {
    case .layers:
      guard let index = selectedIndex else { return [] }
      select(row: index + direction * 3)
    case .loss, .accuracy, .rate:
      guard step > 0 else { return [] }
      zoom(direction: -direction, reach: .fine)
    case .controls:
      for case .slider(let knob, _) in regions().filter({
        $0.rect.contains(x: event.x, y: event.y)
      }).map(\.target) {
        selectedKnob = knob
        return turn(knob, direction: -direction, reach: .fine)
      }
    }
    return []
  }
}
