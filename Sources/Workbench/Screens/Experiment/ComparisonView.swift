import EngineInterface
import Files
import TerminalUI

/// A comparison of the run with itself edited: both curves, each with its spread, and what the difference is
/// worth.
struct ComparisonView {
  let comparison: Comparison
  let screen: ExperimentScreen
  let shared: Shared
  private var glyphs: GlyphSet { shared.glyphs }

  // MARK: - Chart

  func drawChart(_ canvas: inout Canvas) {
    let (rect, theme) = (canvas.rect, canvas.theme)
    let box = Box(
      border: Style(theme[.chartBox]),
      title: [
        Span("What if", theme.strong), Span("  training loss, smoothed", theme.label),
      ],
      status: [
        Span("\(comparison.stepsDone) of \(comparison.steps) steps  ", theme.text),
        Span(
          screen.isLogarithmic ? "log" : "linear",
          screen.isLogarithmic ? theme.accent : theme.label),
      ], footer: legend(theme), isFocused: true)
    let inside = rect.inset(columns: 1, rows: 1)
    canvas.frame.box(rect, box, glyphs: glyphs)
    let count = Chart.columnCount(in: inside, glyphs)
    let chart = Chart(
      series: [
        series("as it is", .train, comparison.without, count, theme),
        series("edited", .val, comparison.with, count, theme),
      ],
      steps: 0...Double(max(comparison.steps, 1)), isLogarithmic: screen.isLogarithmic,
      emptyText: "copies of the run are being made")
    canvas.within(inside) { chart.render(&$0) }
  }

  private func series(
    _ name: String, _ key: ThemeKey, _ courses: [Comparison.Course], _ count: Int, _ theme: Theme
  ) -> ChartSeries {
    let columns = columns(of: comparison.smoothed(courses), count: count)
    return ChartSeries(
      name: name, color: theme[key], quietColor: theme.quiet(key), columns: columns,
      smoothed: columns.map { column in column.map { ChartColumn($0.mean) } }, isSparse: true)
  }

  /// From the least to the greatest of the curves, with their mean, as far as all of them have come: between
  /// two steps a straight line.
  private func columns(of curves: [[Double]], count: Int) -> [ChartColumn?] {
    let last = curves.map(\.count).min() ?? 0
    guard last > 0, count > 0 else { return [] }
    return (0..<count).map { column in
      // The first value is that of step 1.
      let place = (Double(column) + 0.5) / Double(count) * Double(comparison.steps) - 1
      guard place >= -0.5, place <= Double(last - 1) + 0.5 else { return nil }
      let inside = min(max(place, 0), Double(last - 1))
      let (first, share) = (Int(inside), inside - inside.rounded(.down))
      let values = curves.map { curve in
        curve[first] + (curve[min(first + 1, last - 1)] - curve[first]) * share
      }
      return ChartColumn(
        minimum: values.min() ?? .nan, maximum: values.max() ?? .nan,
        mean: values.reduce(0, +) / Double(values.count), count: values.count)
    }
  }

  private func legend(_ theme: Theme) -> StyledText {
    [
      Span(glyphs.live + " ", Style(theme[.train])), Span("as it is", theme.text),
      Span("   " + glyphs.live + " ", Style(theme[.val])), Span("edited", theme.text),
      Span("   mean and spread of \(Comparison.seeds) orders of the data", theme.label),
    ]
  }

  // MARK: - Words

  func drawWords(_ canvas: inout Canvas) {
    ExperimentWords(title: "Difference: edited − as it is", lines: lines(canvas.theme))
      .draw(&canvas, glyphs: glyphs)
  }

  private func lines(_ theme: Theme) -> [StyledText] {
    if case .failed(let words) = shared.experiment?.phase {
      return [StyledText("\(glyphs.cross2) \(words)", theme.failure)]
    }
    let changes = ChangeText(shared.layers)
    let edits: StyledText = [
      Span(TextWidth.padded("edits", 12), theme.label),
      Span(glyphs.edit + " ", Style(theme[.editMark])),
      Span(comparison.changes.map(changes.text).joined(separator: ", "), theme.strong),
    ]
    return [edits, trainingLine(theme), validationLine(theme), noise(theme)]
  }

  private func trainingLine(_ theme: Theme) -> StyledText {
    let name = Span(TextWidth.padded("training", 12), theme.label)
    let steps = NumberText.quantity(comparison.stepsDone, "step")
    if let step = comparison.with.compactMap(\.brokenAt).min() {
      return [
        name, Span("\(glyphs.cross2) it breaks down at step \(step) with the edits", theme.failure),
      ]
    }
    if let step = comparison.without.compactMap(\.brokenAt).min() {
      return [
        name, Span("\(glyphs.cross2) it breaks down at step \(step) as it is", theme.failure),
      ]
    }
    guard let difference = comparison.trainingDifference else { return [name, Span("–")] }
    return [name] + Self.difference(difference, theme)
      + StyledText("  smoothed loss after \(steps)", theme.label)
  }

  private func validationLine(_ theme: Theme) -> StyledText {
    let name = Span(TextWidth.padded("validation", 12), theme.label)
    guard comparison.sampledImages > 0 else {
      return [name, Span("there is no validation data", theme.faint)]
    }
    let images = NumberText.quantity(comparison.sampledImages, "image")
    guard let difference = comparison.validationDifference else {
      let isBroken = (comparison.with + comparison.without).contains { $0.brokenAt != nil }
      return [name, Span(isBroken ? "–" : "\(images), at the end", theme.faint)]
    }
    return [name] + Self.difference(difference, theme)
      + StyledText("  loss of \(images)", theme.label)
  }

  private func noise(_ theme: Theme) -> StyledText {
    StyledText(
      "± standard error over \(Comparison.seeds) orders of the data; beyond two of them it is clear",
      theme.faint)
  }

  private static func difference(_ estimate: Estimate, _ theme: Theme) -> StyledText {
    let style =
      !estimate.isClear ? theme.text : estimate.mean < 0 ? Style(theme[.liveFg]) : theme.accent
    return [
      Span(TextWidth.padded(ExperimentText.difference(estimate), 19), style.bold),
      Span(TextWidth.padded(ExperimentText.verdict(estimate), 9), style),
    ]
  }
}
