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

  private func chart(_ rect: Rect, _ theme: Theme, _ glyphs: GlyphSet) -> Chart {
    let count = Chart.columnCount(in: rect, glyphs)
    let last = max(1, trials.map(\.epochs).max() ?? 1)
    // One epoch is a point in the middle, and not at an edge.
    let epochs = last == 1 ? 0...2.0 : 1...Double(last)
    let series = trials.map { trial in
      let color = color(trial.id, theme)
      var points = MetricSeries()
      for (index, loss) in trial.losses.enumerated() {
        points.append(step: index + 1, value: Float(loss))
      }
      return ChartSeries(
        name: "trial \(trial.id)", color: color, quietColor: color,
        columns: points.columns(of: epochs, count: count))
    }
    return Chart(
      series: series, steps: epochs, stepsPerEpoch: 1, isLogarithmic: screen.isLogarithmic,
      emptyText: shared.search == nil ? "" : "no epoch is done yet")
  }

  private func legend(columns: Int, _ theme: Theme, _ glyphs: GlyphSet) -> StyledText {
    var text = StyledText()
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
