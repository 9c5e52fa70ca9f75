import EngineInterface
import TerminalUI

/// The validation losses of the marked trials over each other, and that of the best.
struct SearchCurves {
  let screen: SearchScreen
  let shared: Shared

  /// So many curves can be told apart by their colours.
  private static let keys: [ThemeKey] = [.train, .val, .liveFg, .editMark, .hiFg, .frozenFg]

  /// Of a marked trial's curve; `nil` where it is not marked.
  static func color(of trial: Int, _ screen: SearchScreen, _ theme: Theme) -> Color? {
    screen.marked.firstIndex(of: trial).map { theme[keys[$0 % keys.count]] }
  }

  func draw(_ canvas: inout Canvas) {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let inside = rect.inset(columns: 1, rows: 1)
    let box = Box(
      border: Style(theme[.chartBox]), title: StyledText("Validation loss", theme.strong),
      status: StyledText(
        screen.isLogarithmic ? "log" : "linear",
        screen.isLogarithmic ? theme.accent : theme.label),
      footer: legend(columns: rect.width - 6, theme, glyphs))
    canvas.frame.box(rect, box, glyphs: glyphs)
    let chart = chart(inside, theme, glyphs)
    canvas.within(inside) { chart.render(&$0) }
  }

  /// What is drawn, what is in front last.
  private var trials: [SearchTrial] {
    let all = shared.search?.trials ?? []
    return numbers.compactMap { number in all.indices.contains(number) ? all[number] : nil }
  }

  private var numbers: [Int] {
    let best = shared.search?.best?.trial
    return (best.map { screen.shown.contains($0) ? [] : [$0] } ?? []) + screen.shown
  }

  private func color(_ trial: Int, _ theme: Theme) -> Color {
    Self.color(of: trial, screen, theme)
      ?? theme[trial == screen.selectedTrial?.id ? .val : .accentFg]
  }

  /// A step of the picture: one of training where the run is drawn, too, and else an epoch.
  private var stepsPerEpoch: Int {
    guard isBeside else { return 1 }
    return max(shared.snapshot?.progress.stepsPerEpoch ?? 1, 1)
  }

  private var isBeside: Bool { shared.snapshot?.run.isSearch == false }

  /// Where the run stood with the weights that the trials begin with.
  private var firstStep: Int { shared.search?.beginning?.step ?? 0 }

  /// The run's own losses, from where the trials begin.
  private var runPoints: [MetricSeries.Point] {
    guard isBeside, let history = shared.snapshot?.history else { return [] }
    return history[.validationLoss].points(from: 0).filter { $0.step > firstStep }
  }

  private func chart(_ rect: Rect, _ theme: Theme, _ glyphs: GlyphSet) -> Chart {
    let count = Chart.columnCount(in: rect, glyphs)
    let unit = stepsPerEpoch
    let trained = trials.map { $0.epochs * unit }.max() ?? 0
    let points = runPoints
    let last = max(unit, trained, points.last.map { Int($0.step) - firstStep } ?? 0)
    // One epoch is a point in the middle, and not at an edge.
    let steps =
      last == unit
      ? 0...Double(2 * unit) : (isBeside ? 0 : Double(unit))...Double(last)
    var series = trials.map { trial in
      let color = color(trial.id, theme)
      var points = MetricSeries()
      for (index, loss) in trial.losses.enumerated() {
        points.append(step: (index + 1) * unit, value: Float(loss))
      }
      return ChartSeries(
        name: "trial \(trial.id)", color: color, quietColor: color,
        columns: points.columns(of: steps, count: count))
    }
    if !points.isEmpty {
      var own = MetricSeries()
      for point in points { own.append(step: Int(point.step) - firstStep, value: point.value) }
      let run = ChartSeries(
        name: "the run", color: theme[.title], quietColor: theme[.title],
        columns: own.columns(of: steps, count: count))
      // Behind the trials.
      series.insert(run, at: 0)
    }
    return Chart(
      series: series, steps: steps, stepsPerEpoch: Double(unit),
      isLogarithmic: screen.isLogarithmic,
      emptyText: shared.search == nil && !isBeside ? "" : "no epoch is done yet")
  }

  private func legend(columns: Int, _ theme: Theme, _ glyphs: GlyphSet) -> StyledText {
    var text = StyledText()
    if isBeside {
      text.append(glyphs.live + " ", Style(theme[.title]))
      text.append(numbers.isEmpty ? "the run" : "the run  ", theme.text)
    }
    for (index, number) in numbers.enumerated() {
      let isBest = number == shared.search?.best?.trial
      let part: StyledText = [
        Span((index > 0 ? "  " : "") + glyphs.live + " ", Style(color(number, theme))),
        Span("\(number)", theme.text), Span(isBest ? " best" : "", theme.label),
      ]
      if text.columns + part.columns + 5 > columns {
        return text + StyledText("  +\(numbers.count - index)", theme.label)
      }
      text = text + part
    }
    return text
  }
}
