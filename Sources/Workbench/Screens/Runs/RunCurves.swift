import EngineInterface
import TerminalUI

/// The curves of the marked runs over each other, epoch by epoch.
struct RunCurves {
  let screen: RunsScreen
  let shared: Shared

  /// So many curves can be told apart by their colours.
  private static let keys: [ThemeKey] = [
    .train, .val, .liveFg, .editMark, .hiFg, .frozenFg,
  ]

  /// Of a marked run's curve; `nil` where it is not marked.
  static func color(of path: String, _ screen: RunsScreen, _ theme: Theme) -> Color? {
    screen.marked.firstIndex(of: path).map { theme[keys[$0 % keys.count]] }
  }

  func draw(_ canvas: inout Canvas) {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let inside = rect.inset(columns: 1, rows: 1)
    let chart = chart(inside, theme, glyphs)
    let title = screen.showsAccuracy ? "Validation accuracy" : "Validation loss"
    let box = Box(
      border: Style(theme[.chartBox]), title: StyledText(title, theme.strong),
      status: StyledText(
        screen.isLogarithmic ? "log" : "linear",
        screen.isLogarithmic ? theme.accent : theme.label),
      footer: legend(columns: rect.width - 6, theme, glyphs))
    canvas.frame.box(rect, box, glyphs: glyphs)
    canvas.within(inside) { chart.render(&$0) }
  }

  private func chart(_ rect: Rect, _ theme: Theme, _ glyphs: GlyphSet) -> Chart {
    let count = Chart.columnCount(in: rect, glyphs)
    let known = screen.shownPaths.compactMap { screen.details[$0] }
    let last = known.compactMap { $0.epochs.last?.epoch }.max() ?? 1
    let epochs = 0...Double(max(last, 1))
    let series = known.map { run in
      let color = Self.color(of: run.path, screen, theme) ?? theme[.val]
      return ChartSeries(
        name: name(run.path), color: color, quietColor: color,
        columns: points(run).columns(of: epochs, count: count))
    }
    return Chart(
      series: series, steps: epochs, stepsPerEpoch: 1, isLogarithmic: screen.isLogarithmic,
      format: screen.showsAccuracy ? .percent : .number,
      emptyText: emptyText(known))
  }

  private func points(_ run: RunDetails) -> MetricSeries {
    var points = MetricSeries()
    for epoch in run.epochs {
      // Without validation a run's own numbers have to do.
      let metrics = epoch.validation ?? epoch.train
      points.append(
        step: epoch.epoch, value: Float(screen.showsAccuracy ? metrics.accuracy : metrics.loss))
    }
    return points
  }

  private func emptyText(_ known: [RunDetails]) -> String {
    guard let run = screen.selectedRun else {
      return "space marks runs, whose curves are drawn here"
    }
    guard run.isReadable else { return "this run cannot be read" }
    return known.isEmpty ? "reading the run" : "no epoch is done yet"
  }

  private func name(_ path: String) -> String {
    screen.runs?.first { $0.path == path }?.name ?? ""
  }

  /// Who is who, as far as there is room.
  private func legend(columns: Int, _ theme: Theme, _ glyphs: GlyphSet) -> StyledText {
    guard !screen.marked.isEmpty else {
      return StyledText("space marks runs to compare", theme.faint)
    }
    var text = StyledText()
    let count = screen.marked.count
    let room = max(columns / max(count, 1) - 4, 9)
    for (index, path) in screen.marked.enumerated() {
      let color = Self.color(of: path, screen, theme) ?? theme[.val]
      let name = StyledText(name(path), theme.text)
        .truncatedInMiddle(columns: room, ellipsis: glyphs.ellipsis)
      let mark = StyledText((index > 0 ? "  " : "") + glyphs.live + " ", Style(color))
      let more = StyledText(count - index > 1 ? "  +\(count - index)" : "", theme.label)
      if text.columns + mark.columns + name.columns + more.columns > columns {
        return text + StyledText("  +\(count - index)", theme.label)
      }
      text = text + mark + name
    }
    return text
  }
}
