import EngineInterface
import Files
import Foundation
import TerminalUI

/// A learning-rate finder: the loss over the rate, with what it suggests.
struct FinderView {
  let test: RangeTest
  let screen: ExperimentScreen
  let shared: Shared
  private var glyphs: GlyphSet { shared.glyphs }

  // MARK: - Chart

  func drawChart(_ canvas: inout Canvas) -> [HitRegion<ExperimentScreen.Target>] {
    let (rect, theme) = (canvas.rect, canvas.theme)
    let box = Box(
      border: Style(theme[.chartBox]),
      title: [
        Span("Loss", theme.strong), Span(" by ", theme.label),
        Span("learning rate", theme.strong),
      ],
      status: [
        Span(progress + "  ", theme.text),
        Span(
          screen.isLogarithmic ? "log" : "linear",
          screen.isLogarithmic ? theme.accent : theme.label),
      ], footer: footer(theme), isFocused: true)
    let inside = rect.inset(columns: 1, rows: 1)
    canvas.frame.box(rect, box, glyphs: glyphs)
    let chart = chart(inside, theme)
    canvas.within(inside) { chart.render(&$0) }
    return [HitRegion(inside, ExperimentScreen.Target(plot: Chart.plot(in: inside)))]
  }

  private var progress: String {
    switch test.ending {
    case nil: "\(test.points.count) of \(NumberText.quantity(test.request.steps, "rate"))"
    case .complete: "all of \(NumberText.quantity(test.request.steps, "rate"))"
    case .diverged:
      "ended at \(NumberText.short(RangeTest.divergence))\(glyphs.times) the least loss"
    case .notANumber: "ended at a loss that is no number"
    }
  }

  private func chart(_ rect: Rect, _ theme: Theme) -> Chart {
    let count = Chart.columnCount(in: rect, glyphs)
    let places = 0...Double(max(test.request.steps - 1, 1))
    var (losses, smoothed) = (MetricSeries(), MetricSeries())
    for (place, point) in test.points.enumerated() {
      losses.append(step: place, value: Float(point.loss))
      smoothed.append(step: place, value: Float(point.smoothed))
    }
    let cursor = screen.cursor(test)
    let reading = cursor.map { test.points[$0] }.map {
      ChartSeries.Reading(value: $0.loss, smoothed: $0.smoothed)
    }
    return Chart(
      series: [
        ChartSeries(
          name: "loss", color: theme[.train], quietColor: theme.quiet(.train),
          columns: losses.columns(of: places, count: count),
          smoothed: smoothed.columns(of: places, count: count), reading: reading)
      ],
      steps: places, isLogarithmic: screen.isLogarithmic, markers: markers,
      crosshair: cursor.map(Double.init),
      crosshairText: cursor.map { "rate \(Self.rate(test.points[$0].rate))" },
      labels: labels, emptyText: "the first rate is being tried")
  }

  /// Powers of ten.
  private var labels: [PlotLabel] {
    let (low, high) = (log10(test.request.lowest), log10(test.request.highest))
    let (first, last) = (Int(saturating: low.rounded(.up)), Int(saturating: high.rounded(.down)))
    guard first <= last, high > low else { return [] }
    return (first...last).map { exponent in
      PlotLabel(
        NumberText.short(pow(10, Double(exponent))), at: (Double(exponent) - low) / (high - low))
    }
  }

  private var markers: [ChartMarker] {
    var markers: [ChartMarker] = []
    if let now = place(of: test.learningRate) {
      markers.append(ChartMarker(position: now, label: "slider"))
    }
    if test.ending != nil {
      if let steepest = test.steepest {
        markers.append(ChartMarker(position: Double(steepest), label: "steepest"))
      }
      if let valley = test.valley {
        markers.append(ChartMarker(position: Double(valley), label: "valley"))
      }
    }
    if test.ending == .notANumber {
      markers.append(
        ChartMarker(position: Double(test.points.count), label: "NaN", isFailure: true))
    }
    return markers
  }

  /// Where a rate lies among those tried; `nil` where it does not.
  private func place(of rate: Double) -> Double? {
    let request = test.request
    guard rate >= request.lowest, rate <= request.highest else { return nil }
    return log(rate / request.lowest) / log(request.highest / request.lowest)
      * Double(request.steps - 1)
  }

  private func footer(_ theme: Theme) -> StyledText {
    guard let last = test.points.last else { return "" }
    return [
      Span("loss ", theme.label), Span(NumberText.metric(last.loss), Style(theme[.train]).bold),
      Span("  smoothed ", theme.label),
      Span(NumberText.metric(last.smoothed), Style(theme[.train]).bold),
      Span("  at ", theme.label), Span(Self.rate(last.rate), theme.text),
    ]
  }

  static func rate(_ rate: Double) -> String {
    NumberText.short(RangeTest.rounded(rate))
  }

  // MARK: - Words

  func drawWords(_ canvas: inout Canvas) {
    ExperimentWords(title: "Rates", lines: lines(canvas.theme)).draw(&canvas, glyphs: glyphs)
  }

  private func lines(_ theme: Theme) -> [StyledText] {
    if case .failed(let words) = shared.experiment?.phase {
      return [StyledText("\(glyphs.cross2) \(words)", theme.failure)]
    }
    return [
      line("cursor", screen.cursor(test), cursorWords, Style(theme[.hiFg]).bold, theme),
      line(
        "valley", test.ending == nil ? nil : test.valley,
        "half-way down the longest fall of the smoothed loss", Style(theme[.editMark]), theme),
      line(
        "steepest", test.ending == nil ? nil : test.steepest,
        "where the smoothed loss falls fastest",
        Style(theme[.editMark]), theme),
      sliderLine(theme),
      meaning(theme),
    ]
  }

  private var cursorWords: String {
    guard let place = screen.cursor(test) else {
      return "each rate is tried for a step, on a copy of the run"
    }
    let point = test.points[place]
    return "loss \(NumberText.metric(point.loss)), smoothed \(NumberText.metric(point.smoothed))"
  }

  private func line(
    _ name: String, _ place: Int?, _ words: String, _ style: Style, _ theme: Theme
  ) -> StyledText {
    let rate = place.map { Self.rate(test.points[$0].rate) }
    return Self.line(name, rate ?? "–", place == nil && name != "cursor" ? "" : words, style, theme)
  }

  private static func line(
    _ name: String, _ rate: String, _ words: String, _ style: Style, _ theme: Theme
  ) -> StyledText {
    [
      Span(TextWidth.padded(name, 10), theme.label),
      Span(TextWidth.padded(rate, 9), style), Span(words, theme.text),
    ]
  }

  private func sliderLine(_ theme: Theme) -> StyledText {
    let words =
      (test.scheduleFactor - 1).magnitude < 0.005
      ? "now in force"
      : "the schedule makes \(NumberText.short(test.learningRate * test.scheduleFactor)) of it now"
    return Self.line("slider", NumberText.short(test.learningRate), words, theme.strong, theme)
  }

  /// What the rates are rates of.
  private func meaning(_ theme: Theme) -> StyledText {
    var words = "enter sets the slider to the cursor's rate"
    if (test.scheduleFactor - 1).magnitude >= 0.005 {
      words += ", of which the schedule takes its share"
    }
    if shared.snapshot?.settings.multipliers.isEmpty == false {
      words += "; layers' multipliers come on top"
    }
    return StyledText(words, theme.faint)
  }
}
