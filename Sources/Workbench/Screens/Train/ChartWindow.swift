/// What part of the run the charts show, and how. Both charts share it, so that one moment stands
/// at the same place in both.
struct ChartWindow: Sendable, Equatable {
  /// The smallest window, in steps.
  static let minimumSteps = 8.0

  /// The steps shown; `nil` follows the whole run as it grows.
  var zoom: ClosedRange<Double>?
  /// The step the crosshair stands on; `nil` without one.
  var crosshair: Double?
  /// Weight of the past in the smoothed line, 0…0.95.
  var smoothing = 0.6
  var lossIsLogarithmic = true
  var accuracyIsLogarithmic = false
  var rateIsLogarithmic = true

  /// The steps on show when the run has come to `step` of `total`.
  func range(step: Int, total: Int) -> ClosedRange<Double> {
    zoom ?? 0...Self.wholeRun(step: step, total: total)
  }

  /// Where the chart of a whole run ends. It grows in jumps, to the next round number: a chart that
  /// moved with every step would be sent over the line again with every step, and so curves only
  /// grow to the right.
  static func wholeRun(step: Int, total: Int) -> Double {
    var decade = 10.0
    var end = 20.0
    while end < Double(step) * 1.02 {
      guard let next = [1.5, 2, 3, 4, 6, 8, 10].map({ $0 * decade }).first(where: { $0 > end })
      else {
        decade *= 10
        continue
      }
      end = next
    }
    let limit = Double(max(total, step, 1))
    return total > 0 ? min(end, limit) : end
  }

  /// Zooms by `factor` (below 1: closer) around the crosshair, or the window's end where there is
  /// none, for the newest steps are what one looks at.
  mutating func zoom(by factor: Double, step: Int, total: Int) {
    let whole = Self.wholeRun(step: step, total: total)
    let shown = range(step: step, total: total)
    let width = shown.upperBound - shown.lowerBound
    let wanted = max(width * factor, Self.minimumSteps)
    guard wanted < whole else {
      zoom = nil
      return
    }
    let newest = min(Double(step), shown.upperBound)
    let anchor = min(max(crosshair ?? newest, shown.lowerBound), shown.upperBound)
    let share = width > 0 ? (anchor - shown.lowerBound) / width : 1
    show(from: anchor - wanted * share, width: wanted, whole: whole)
  }

  /// Moves the window by `share` of its width; nothing moves while the whole run is shown.
  mutating func pan(by share: Double, step: Int, total: Int) {
    guard let zoom else { return }
    let width = zoom.upperBound - zoom.lowerBound
    show(
      from: zoom.lowerBound + share * width, width: width,
      whole: Self.wholeRun(step: step, total: total))
  }

  /// Puts the crosshair on `position`, and the window around it where it would be outside.
  mutating func moveCrosshair(to position: Double, step: Int, total: Int) {
    let target = min(max(position, 0), Double(max(step, 0)))
    crosshair = target
    guard let zoom, !zoom.contains(target) else { return }
    let width = zoom.upperBound - zoom.lowerBound
    let start = target < zoom.lowerBound ? target : target - width
    show(from: start, width: width, whole: Self.wholeRun(step: step, total: total))
  }

  /// Moves the crosshair by `columns` of a chart that is `width` columns wide; it appears on the
  /// newest step.
  mutating func moveCrosshair(byColumns columns: Int, width: Int, step: Int, total: Int) {
    let shown = range(step: step, total: total)
    let perColumn = (shown.upperBound - shown.lowerBound) / Double(max(width, 1))
    let start = crosshair ?? min(Double(step), shown.upperBound)
    let move = crosshair == nil && columns > 0 ? 0 : Double(columns) * max(perColumn, 1)
    moveCrosshair(to: (start + move).rounded(), step: step, total: total)
  }

  private mutating func show(from start: Double, width: Double, whole: Double) {
    let first = min(max(start, 0), max(whole - width, 0))
    zoom = first...(first + width)
  }
}
