import Files
import TerminalUI

/// The first screen: layers, curves, controls.
struct TrainView {
  let model: Scene<TrainScreen>

  func draw(_ frame: inout Frame, _ theme: Theme) -> [HitRegion<TrainScreen.Target>] {
    let layout = TrainLayout(model.screen, model.shared)
    var regions: [HitRegion<TrainScreen.Target>] = []
    for pane in TrainScreen.Pane.allCases where !layout[pane].isEmpty {
      let rect = layout[pane]
      regions.append(HitRegion(rect, .pane(pane)))
      switch pane {
      case .layers: regions += LayerListView(model: model).draw(rect, &frame, theme)
      case .loss, .accuracy, .rate:
        regions += ChartPane(model: model, pane: pane).draw(rect, &frame, theme)
      case .controls: regions += ControlsView(model: model).draw(rect, &frame, theme)
      }
    }
    drawDrag(regions, &frame, theme)
    LogLines(model: model.shared, theme: theme).drawLast(in: layout.log, &frame)
    return regions
  }

  /// What the mouse is drawing over, in the chart.
  private func drawDrag(
    _ regions: [HitRegion<TrainScreen.Target>], _ frame: inout Frame, _ theme: Theme
  ) {
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
      frame.restyle(rect.intersection(plot), Style().reverse)
    }
  }
}
