import TerminalUI

/// The mouse: a click goes where the picture says that something is.
extension WorkbenchModel {
  mutating func handle(_ event: MouseEvent) -> [Effect] {
    switch event.kind {
    case .release:
      draggedKnob = nil
      return flushDraft()
    case .drag: return drag(event)
    case .press where event.button == .left: return press(event)
    case .press: return []
    case .wheelUp: return scroll(event, direction: -1)
    case .wheelDown: return scroll(event, direction: 1)
    }
  }

  /// What the screen shows and where. Drawn once more for it: a click is rare, and nothing else can
  /// say it as truly.
  private func regions() -> [HitRegion<HitTarget>] {
    var frame = Frame(size: Size(width: columns, height: lines))
    return ScreenView(model: self).draw(&frame, .standard)
  }

  private mutating func press(_ event: MouseEvent) -> [Effect] {
    let regions = regions()
    guard let region = regions.last(where: { $0.rect.contains(x: event.x, y: event.y) }) else {
      return []
    }
    switch region.target {
    case .pane(let pane): focus = pane
    case .row(let row): press(row: row)
    case .column(let knob):
      focus = .layers
      adjustedColumn = knob
    case .slider(let knob, let layout): return press(knob, layout, event)
    case .chart(let pane, let plot, let steps):
      focus = pane
      putCrosshair(event, plot, steps)
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

  /// The first click selects, another one on a block opens or closes it.
  private mutating func press(row: Int) {
    let wasSelected = isOnLayers && selectedIndex == row
    focus = .layers
    if wasSelected, rows.indices.contains(row), rows[row].isBlock {
      toggleSelectedBlock()
    } else {
      select(row: row)
    }
  }

  private mutating func press(node id: LayerRow.ID) {
    if selection == id, case .block = id {
      toggleSelectedBlock()
    } else {
      select(id)
    }
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
      }
    }
    return []
  }

  private mutating func putCrosshair(
    _ event: MouseEvent, _ plot: Rect, _ steps: ClosedRange<Double>
  ) {
    guard step > 0, plot.width > 0 else { return }
    let share = (Double(event.x - plot.x) + 0.5) / Double(plot.width)
    let width = steps.upperBound - steps.lowerBound
    let target = steps.lowerBound + min(max(share, 0), 1) * width
    chart.moveCrosshair(to: target.rounded(), step: step, total: totalSteps)
  }

  private mutating func scroll(_ event: MouseEvent, direction: Int) -> [Effect] {
    switch overlay {
    case .help(let scroll):
      overlay = .help(scroll: min(max(scroll + direction * 3, 0), helpScrollLimit))
      return []
    case .palette: return handle(Key(direction < 0 ? .up : .down))
    case .dialog: return []
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
    case .loss, .accuracy:
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
