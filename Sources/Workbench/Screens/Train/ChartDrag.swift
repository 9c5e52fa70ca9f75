/// A part of a chart, drawn over with the mouse to zoom to it.
struct ChartDrag: Sendable, Equatable {
  var pane: TrainScreen.Pane
  /// The steps where it began and where the mouse is now.
  var start: Double
  var end: Double

  var steps: ClosedRange<Double> { min(start, end)...max(start, end) }
}

extension ChartWindow {
  /// Shows these steps, or as many around them as a window has at least.
  mutating func zoom(to steps: ClosedRange<Double>, step: Int, total: Int) {
    let whole = Self.wholeRun(step: step, total: total)
    let width = max(steps.upperBound - steps.lowerBound, Self.minimumSteps)
    guard width < whole else {
      zoom = nil
      return
    }
    let middle = (steps.lowerBound + steps.upperBound) / 2
    let first = min(max(middle - width / 2, 0), whole - width)
    zoom = first...(first + width)
  }
}
