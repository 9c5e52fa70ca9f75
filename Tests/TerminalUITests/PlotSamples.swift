import TerminalUI

/// Plots of made-up points, some of which are no numbers.
enum PlotSamples {
  private static let theme = Theme.standard

  static let scatter: ScatterPlot = {
    var points: [ScatterPlot.Point] = []
    for index in 0..<12 {
      let distance = Double(index - 6)
      points.append(
        ScatterPlot.Point(
          place: Double(index) / 11, value: 0.1 + distance * distance / 20, error: 0.05,
          color: theme[.val], isFront: index == 6))
    }
    points.append(ScatterPlot.Point(place: 3, value: .nan, error: 1, color: theme[.val]))
    return ScatterPlot(
      points: points,
      curve: { place in
        let distance: Double = place - 0.5
        return 0.1 + 6 * distance * distance
      }, curveColor: theme[.train],
      labels: [PlotLabel("0.05", at: 0), PlotLabel("0.2", at: 0.5), PlotLabel("0.8", at: 1)],
      isLogarithmic: true)
  }()

  static let parallel: ParallelCoordinates = {
    let axes = ["rate", "dropout", "max-norm", "loss"].map {
      ParallelCoordinates.Axis($0, low: "0.1", high: "10")
    }
    var lines: [ParallelCoordinates.Line] = []
    for line in 0..<9 {
      let places = (0..<4).map { axis -> Double in Double((line * (3 + axis * 2)) % 9) / 8 }
      lines.append(ParallelCoordinates.Line(places, color: theme.heat(Double(line) / 8)))
    }
    lines.append(ParallelCoordinates.Line([.nan, 1, 2, 3], color: theme[.val]))
    return ParallelCoordinates(axes: axes, lines: lines)
  }()

  static let heat: HeatMap = {
    var points: [HeatMap.Point] = []
    for index in 0..<25 {
      points.append(
        HeatMap.Point(
          x: Double(index % 5) / 4, y: Double(index / 5) / 4, share: Double(index) / 24,
          isFront: index == 0))
    }
    return HeatMap(
      points: points, xLabels: [PlotLabel("0.05", at: 0), PlotLabel("0.8", at: 1)],
      yLabels: [PlotLabel("1e-5", at: 0), PlotLabel("0.1", at: 1)])
  }()
}
