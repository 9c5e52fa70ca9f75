import EngineInterface

/// The charts: crosshair, zoom, axis.
extension TrainScreen {
  mutating func moveInChart(_ way: Movement, _ shared: Shared) {
    let (step, total) = (shared.step, shared.totalSteps)
    switch way {
    case .move(.left): moveCrosshair(byColumns: -1, shared)
    case .move(.right): moveCrosshair(byColumns: 1, shared)
    case .move(.up): moveCrosshair(toEdit: -1, shared)
    case .move(.down): moveCrosshair(toEdit: 1, shared)
    case .page(let direction):
      chart.pan(by: Double(direction) / 2, step: step, total: total)
    case .halfPage(let direction):
      chart.pan(by: Double(direction) / 4, step: step, total: total)
    case .edge(let direction):
      chart.moveCrosshair(to: direction < 0 ? 0 : Double(step), step: step, total: total)
    }
  }

  mutating func zoom(direction: Int, reach: ValueScale.Reach, _ shared: Shared) {
    let closer = reach == .fine ? 0.8 : 0.5
    chart.zoom(
      by: direction > 0 ? closer : 1 / closer, step: shared.step, total: shared.totalSteps)
  }

  mutating func toggleLogarithmic() {
    switch chartShown {
    case .accuracy: chart.accuracyIsLogarithmic.toggle()
    case .rate: chart.rateIsLogarithmic.toggle()
    default: chart.lossIsLogarithmic.toggle()
    }
  }

  private mutating func moveCrosshair(byColumns columns: Int, _ shared: Shared) {
    chart.moveCrosshair(
      byColumns: columns, width: ChartPane.plotColumns(self, shared), step: shared.step,
      total: shared.totalSteps)
  }

  /// To the edit before or after the crosshair; the newest where there is no crosshair yet.
  private mutating func moveCrosshair(toEdit direction: Int, _ shared: Shared) {
    let steps = (shared.snapshot?.history.edits ?? []).map { Double($0.step) }
    let target: Double? =
      if let place = chart.crosshair {
        direction < 0 ? steps.last { $0 < place } : steps.first { $0 > place }
      } else {
        steps.last
      }
    guard let target else { return }
    chart.moveCrosshair(to: target, step: shared.step, total: shared.totalSteps)
  }
}
