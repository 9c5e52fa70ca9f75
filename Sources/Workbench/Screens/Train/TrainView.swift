import Files
import TerminalUI

/// The first screen: layers, curves, controls.
struct TrainView {
  let model: Scene<TrainScreen>

  func draw(_ canvas: inout Canvas) -> [HitRegion<TrainScreen.Target>] {
    let layout = TrainLayout(model.screen, model.shared)
    var regions: [HitRegion<TrainScreen.Target>] = []
    for pane in TrainScreen.Pane.allCases where !layout[pane].isEmpty {
      let rect = layout[pane]
      regions.append(HitRegion(rect, .pane(pane)))
      regions += canvas.within(rect) { draw(pane, &$0) }
    }
    drawDrag(regions, &canvas)
    canvas.within(layout.log) { LogLines(model: model.shared, theme: $0.theme).drawLast(&$0) }
    if let search = model.selection.search {
      let pane = layout.layers.isEmpty ? canvas.rect : layout.layers
      canvas.within(pane.row(pane.height - 1).inset(left: 2, right: 2)) {
        LayerSearchLine(search: search).draw(&$0)
      }
    }
    return regions
  }

  private func draw(_ pane: TrainScreen.Pane, _ canvas: inout Canvas)
    -> [HitRegion<TrainScreen.Target>]
  {
    switch pane {
    case .layers: LayerListView(model: model).draw(&canvas)
    case .loss, .accuracy, .rate: ChartPane(model: model, pane: pane).draw(&canvas)
    case .controls: ControlsView(model: model).draw(&canvas)
    }
  }

  /// What the mouse is drawing over, in the chart.
  private func drawDrag(_ regions: [HitRegion<TrainScreen.Target>], _ canvas: inout Canvas) {
    guard let drag = model.chartDrag, drag.start != drag.end else { return }
    for case .chart(drag.pane, let plot, let steps) in regions.map(\.target) {
      let width = steps.upperBound - steps.lowerBound
      guard width > 0 else { return }
      func column(_ step: Double) -> Int {
        plot.x + Int(saturating: (step - steps.lowerBound) / width * Double(plot.width))
      }
      let first = column(drag.steps.lowerBound)
      let last = column(drag.steps.upperBound)
      let rect = Rect(x: first, y: plot.y, width: last - first + 1, height: plot.height)
      canvas.frame.restyle(rect.intersection(plot), Style().reverse)
    }
  }
}
