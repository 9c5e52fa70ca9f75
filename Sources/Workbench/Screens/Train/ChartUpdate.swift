import EngineInterface

/// The charts: crosshair, zoom, axis.
extension WorkbenchModel {
  mutating func moveInChart(_ action: Action) {
    switch action {
    case .move(.left): moveCrosshair(byColumns: -1)
    case .move(.right): moveCrosshair(byColumns: 1)
    case .move(.up): moveCrosshair(toEdit: -1)
    case .move(.down): moveCrosshair(toEdit: 1)
    case .page(let direction):
      chart.pan(by: Double(direction) / 2, step: step, total: totalSteps)
    case .halfPage(let direction):
      chart.pan(by: Double(direction) / 4, step: step, total: totalSteps)
    case .edge(let direction):
      chart.moveCrosshair(
        to: direction < 0 ? 0 : Double(step), step: step, total: totalSteps)
    default: break
    }
  }

  mutating func zoom(direction: Int, reach: ValueScale.Reach) {
    let closer = reach == .fine ? 0.8 : 0.5
    chart.zoom(by: direction > 0 ? closer : 1 / closer, step: step, total: totalSteps)
  }

  mutating func toggleLogarithmic() {
    switch chartShown {
    case .accuracy where screen == .train: chart.accuracyIsLogarithmic.toggle()
    case .rate where screen == .train: chart.rateIsLogarithmic.toggle()
    default: chart.lossIsLogarithmic.toggle()
    }
  }

  private mutating func moveCrosshair(byColumns columns: Int) {
    chart.moveCrosshair(
      byColumns: columns, width: ChartPane.plotColumns(self), step: step, total: totalSteps)
  }

  /// To the edit before or after the crosshair; the newest where there is no crosshair yet.
  private mutating func moveCrosshair(toEdit direction: Int) {
    let steps = (snapshot?.history.edits ?? []).map { Double($0.step) }
    let target: Double? =
      if let place = chart.crosshair {
        direction < 0 ? steps.last { $0 < place } : steps.first { $0 > place }
      } else {
        steps.last
      }
    guard let target else { return }
    chart.moveCrosshair(to: target, step: step, total: totalSteps)
  }
}
