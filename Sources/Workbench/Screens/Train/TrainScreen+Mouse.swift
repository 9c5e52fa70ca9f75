import TerminalUI

/// The mouse: a click goes where the picture says that something is.
extension TrainScreen {
  /// What lies under the mouse.
  enum Target: Sendable {
    case pane(Pane)
    case row(Int)
    case column(Knob)
    case slider(Knob, Slider.Layout)
    /// A chart, with the place of its curves and the steps from their left edge to the right one.
    case chart(Pane, plot: Rect, steps: ClosedRange<Double>)
  }

  func draw(_ canvas: inout Canvas, _ shared: Shared) -> [HitRegion<Target>] {
    TrainView(model: Scene(screen: self, shared: shared)).draw(&canvas)
  }

  mutating func handle(
    _ event: MouseEvent, _ picture: Picture<Target>, _ shared: inout Shared
  ) -> [Effect] {
    switch event.kind {
    case .release:
      draggedKnob = nil
      shared.isHeld = false
      endChartDrag(shared)
      return shared.flushDraft()
    case .drag: return drag(event, picture, &shared)
    case .press where event.button == .left: return press(event, picture, &shared)
    case .press where event.button == .right: return pressRight(event, picture, &shared)
    case .press: return []
    case .wheelUp: return scroll(event, direction: -1, picture, &shared)
    case .wheelDown: return scroll(event, direction: 1, picture, &shared)
    }
  }

  private mutating func press(
    _ event: MouseEvent, _ picture: Picture<Target>, _ shared: inout Shared
  ) -> [Effect] {
    chartDrag = nil
    guard let region = picture.region(x: event.x, y: event.y) else { return [] }
    switch region.target {
    case .pane(let pane):
      focus = pane
      return pressBorder(picture.frame.word(x: event.x, y: event.y), &shared)
    case .row(let row):
      if shared.selection.rows.indices.contains(row), event.x < region.rect.x + Self.markColumns,
        isMark(of: shared.selection.rows[row].layers, picture.frame[event.x, event.y].text, shared)
      {
        focus = .layers
        shared.selection.select(row: row)
        return performIfItWorks(.layers(.toggleFreeze), &shared)
      }
      press(row: row, &shared)
    case .column(let knob):
      focus = .layers
      shared.adjustedColumn = knob
    case .slider(let knob, let layout): return press(knob, layout, event, &shared)
    case .chart(let pane, let plot, let steps):
      focus = pane
      putCrosshair(event, plot, steps, shared)
      chartDrag = place(of: event, plot, steps, shared).map {
        ChartDrag(pane: pane, start: $0, end: $0)
      }
    }
    return []
  }

  /// Columns at the beginning of a row in which its marks stand.
  private static let markColumns = 6

  private func isMark(of members: [Int], _ text: String, _ shared: Shared) -> Bool {
    let layers = members.filter { shared.layers.indices.contains($0) }.map { shared.layers[$0] }
    return text == LayerLook(layers, shared.layerValues).mark(shared.glyphs)
      && layers.contains(where: \.canFreeze)
  }

  /// What the borders of a chart say can be clicked.
  private mutating func pressBorder(_ word: String, _ shared: inout Shared) -> [Effect] {
    guard isOnChart else { return [] }
    switch word {
    case "log", "linear": return performIfItWorks(.toggleLogarithmic, &shared)
    case "smooth": return performIfItWorks(.smooth(1), &shared)
    default: return []
    }
  }

  /// The first click selects, another one on a block opens or closes it; two at once on a layer show
  /// all about it.
  private mutating func press(row: Int, _ shared: inout Shared) {
    let wasSelected = isOnLayers && shared.selection.index == row
    focus = .layers
    if wasSelected, shared.selection.rows.indices.contains(row), shared.selection.rows[row].isBlock
    {
      shared.selection.toggleBlock(showsOpenBlocks: true)
    } else {
      shared.selection.select(row: row)
      if shared.selection.noteClick(at: shared.now) { shared.overlay = .details }
    }
  }

  /// The other button asks what there is to know; on a chart it takes the zoom back.
  private mutating func pressRight(
    _ event: MouseEvent, _ picture: Picture<Target>, _ shared: inout Shared
  ) -> [Effect] {
    switch picture.region(x: event.x, y: event.y)?.target {
    case .row(let row):
      focus = .layers
      shared.selection.select(row: row)
      shared.overlay = .details
    case .chart(let pane, _, _):
      focus = pane
      return performIfItWorks(.wholeRun, &shared)
    case .slider(let knob, _):
      focus = .controls
      selectedKnob = knob
    case .pane(let pane): focus = pane
    case .column, nil: break
    }
    return []
  }

  private mutating func press(
    _ knob: Knob, _ layout: Slider.Layout, _ event: MouseEvent, _ shared: inout Shared
  ) -> [Effect] {
    focus = .controls
    selectedKnob = knob
    let reading = shared.reading(of: knob)
    if reading.disabledReason == nil, reading.insertsAfter != nil {
      shared.offerDropout()
      return []
    }
    guard layout.rail.contains(x: event.x, y: event.y) else { return [] }
    guard reading.disabledReason == nil else {
      shared.log.add(.warning, reading.disabledReason ?? "", at: shared.now)
      return []
    }
    draggedKnob = knob
    shared.isHeld = true
    return shared.set(knob, to: knob.scale.value(at: Slider.position(atX: event.x, in: layout)))
  }

  private mutating func drag(
    _ event: MouseEvent, _ picture: Picture<Target>, _ shared: inout Shared
  ) -> [Effect] {
    let targets = picture.regions.map(\.target)
    if let knob = draggedKnob {
      for case .slider(knob, let layout) in targets {
        return shared.set(
          knob, to: knob.scale.value(at: Slider.position(atX: event.x, in: layout)))
      }
      return []
    }
    if isOnChart {
      for case .chart(focus, let plot, let steps) in targets {
        putCrosshair(event, plot, steps, shared)
        if let place = place(of: event, plot, steps, shared) { chartDrag?.end = place }
      }
    }
    return []
  }

  /// Zooms to what was drawn over, where it was more than a click with an unsteady hand.
  private mutating func endChartDrag(_ shared: Shared) {
    guard let drag = chartDrag else { return }
    chartDrag = nil
    let shown = chart.range(step: shared.step, total: shared.totalSteps)
    let width = shown.upperBound - shown.lowerBound
    let drawn = drag.steps
    guard drawn.upperBound - drawn.lowerBound > width / 40 else { return }
    chart.crosshair = nil
    chart.zoom(to: drawn, step: shared.step, total: shared.totalSteps)
  }

  /// The step under the mouse; `nil` while there is none.
  private func place(
    of event: MouseEvent, _ plot: Rect, _ steps: ClosedRange<Double>, _ shared: Shared
  ) -> Double? {
    guard shared.step > 0, plot.width > 0 else { return nil }
    let share = (Double(event.x - plot.x) + 0.5) / Double(plot.width)
    return
      (steps.lowerBound
      + min(max(share, 0), 1) * (steps.upperBound - steps.lowerBound)).rounded()
  }

  private mutating func putCrosshair(
    _ event: MouseEvent, _ plot: Rect, _ steps: ClosedRange<Double>, _ shared: Shared
  ) {
    guard let target = place(of: event, plot, steps, shared) else { return }
    chart.moveCrosshair(to: target, step: shared.step, total: shared.totalSteps)
  }

  private mutating func scroll(
    _ event: MouseEvent, direction: Int, _ picture: Picture<Target>, _ shared: inout Shared
  ) -> [Effect] {
    guard let pane = TrainLayout(self, shared).pane(x: event.x, y: event.y) else { return [] }
    focus = pane
    switch pane {
    case .layers:
      guard let index = shared.selection.index else { return [] }
      shared.selection.select(row: index + direction * 3)
    case .loss, .accuracy, .rate:
      guard shared.step > 0 else { return [] }
      zoom(direction: -direction, reach: .fine, shared)
    case .controls:
      if case .slider(let knob, _) = picture.region(x: event.x, y: event.y)?.target {
        selectedKnob = knob
        return shared.turn(knob, direction: -direction, reach: .fine)
      }
    }
    return []
  }
}
