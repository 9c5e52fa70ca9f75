import TerminalUI

/// The first screen: layers, curves, controls.
struct TrainView {
  let model: WorkbenchModel

  func draw(_ frame: inout Frame, _ theme: Theme) -> [HitRegion<HitTarget>] {
    let layout = TrainLayout(model)
    var regions: [HitRegion<HitTarget>] = []
    for pane in WorkbenchModel.Pane.allCases where !layout[pane].isEmpty {
      let rect = layout[pane]
      regions.append(HitRegion(rect, .pane(pane)))
      switch pane {
      case .layers: regions += LayerListView(model: model).draw(rect, &frame, theme)
      case .loss: regions += ChartPane(model: model, pane: .loss).draw(rect, &frame, theme)
      case .accuracy: regions += ChartPane(model: model, pane: .accuracy).draw(rect, &frame, theme)
      case .controls: regions += ControlsView(model: model).draw(rect, &frame, theme)
      }
    }
    LogLines(model: model, theme: theme).drawLast(in: layout.log, &frame)
    return regions
  }
}
