import EngineInterface
import Files
import Foundation
import TerminalUI

/// One of the two charts: training and validation over steps, with every edit marked.
struct ChartPane {
  let model: Scene<TrainScreen>
  let pane: TrainScreen.Pane
  private var glyphs: GlyphSet { model.glyphs }
  private var isLoss: Bool { pane == .loss }
  private var isRate: Bool { pane == .rate }
  private var isLogarithmic: Bool {
    switch pane {
    case .accuracy: model.chart.accuracyIsLogarithmic
    case .rate: model.chart.rateIsLogarithmic
    default: model.chart.lossIsLogarithmic
    }
  }
  private var title: String {
    switch pane {
    case .accuracy: "Accuracy"
    case .rate: "Learning rate"
    default: "Loss"
    }
  }

  func draw(_ canvas: inout Canvas) -> [HitRegion<TrainScreen.Target>] {
    let (rect, theme) = (canvas.rect, canvas.theme)
    let steps = model.chart.range(step: model.step, total: model.totalSteps)
    let inside = rect.inset(columns: 1, rows: 1)
    let chart = chart(inside, steps, theme)
    let box = Box(
      border: Style(theme[.chartBox]),
      title: StyledText(title, theme.strong) + otherChart(theme),
      status: status(extremes: chart.extremes(in: inside), theme),
      footer: footer(columns: rect.width - 6, theme),
      isFocused: model.focus == pane)
    canvas.frame.box(rect, box, glyphs: glyphs)
    canvas.within(inside) { chart.render(&$0) }
    return [HitRegion(inside, .chart(pane, plot: Chart.plot(in: inside), steps: steps))]
  }

  /// Columns of the curves where the chart lies now: how far one step of the crosshair is.
  static func plotColumns(_ screen: TrainScreen, _ shared: Shared) -> Int {
    let layout = TrainLayout(screen, shared)
    let rect = layout[screen.chartShown].isEmpty ? layout.loss : layout[screen.chartShown]
    return Chart.plot(in: rect.inset(columns: 1, rows: 1)).width
  }

  private func chart(_ rect: Rect, _ steps: ClosedRange<Double>, _ theme: Theme) -> Chart {
    let count = Chart.columnCount(in: rect, glyphs)
    let history = model.snapshot?.history ?? History()
    let perEpoch = Double(model.snapshot?.progress.stepsPerEpoch ?? 0)
    if isRate {
      let rate = history[.learningRate]
      return Chart(
        series: [
          ChartSeries(
            name: "in force", color: theme[.title], quietColor: theme[.title],
            columns: rate.columns(of: steps, count: count), reading: reading(rate))
        ],
        steps: steps, stepsPerEpoch: perEpoch > 0 ? perEpoch : nil,
        isLogarithmic: isLogarithmic, format: .rate, markers: markers,
        crosshair: model.chart.crosshair,
        emptyText: emptyText)
    }
    let train = history[isLoss ? .trainLoss : .trainAccuracy]
    let validation = history[isLoss ? .validationLoss : .validationAccuracy]
    let trainColumns = train.columns(of: steps, count: count)
    return Chart(
      series: [
        ChartSeries(
          name: "train", color: theme[.train], quietColor: theme.quiet(.train),
          columns: trainColumns, smoothed: smoothed(train, trainColumns, steps),
          reading: reading(train, smoothing: smoothing)),
        ChartSeries(
          name: "val", color: theme[.val], quietColor: theme.quiet(.val),
          columns: joined(validation.columns(of: steps, count: count), of: validation, steps),
          reading: reading(validation)),
      ],
      steps: steps, stepsPerEpoch: perEpoch > 0 ? perEpoch : nil, isLogarithmic: isLogarithmic,
      format: isLoss ? .number : .percent, markers: markers,
      crosshair: model.chart.crosshair, emptyText: emptyText)
  }

  /// With the ends of the lines to the points outside of what is shown: epochs are far apart.
  private func joined(
    _ columns: [ChartColumn?], of series: MetricSeries, _ steps: ClosedRange<Double>
  ) -> [ChartColumn?] {
    var columns = columns
    guard let first = columns.first, let last = columns.last else { return columns }
    if first == nil { columns[0] = between(series, at: steps.lowerBound) }
    if last == nil { columns[columns.count - 1] = between(series, at: steps.upperBound) }
    return columns
  }

  /// Where the line between the points before and after a step is; `nil` where there is no line.
  private func between(_ series: MetricSeries, at step: Double) -> ChartColumn? {
    guard let before = series.point(at: step), let after = series.point(after: step),
      before.value.isFinite, after.value.isFinite
    else { return nil }
    let (start, end) = (Double(before.value), Double(after.value))
    let share = (step - Double(before.step)) / Double(after.step - before.step)
    // Straight lines on the chart.
    let isRatio = isLogarithmic && start > 0 && end > 0
    let value = isRatio ? start * pow(end / start, share) : start + (end - start) * share
    return ChartColumn(minimum: value, maximum: value, mean: value)
  }

  /// `nil`: the curve is the values themselves.
  private var smoothing: MetricSeries.Smoothing? {
    let weight = model.chart.smoothing
    guard weight > 0, weight < 1 else { return nil }
    return MetricSeries.Smoothing(weight: weight, isLogarithmic: isLogarithmic)
  }

  /// The curve through the smoothed values; where a slice has no number, neither has it.
  private func smoothed(
    _ series: MetricSeries, _ columns: [ChartColumn?], _ steps: ClosedRange<Double>
  ) -> [ChartColumn?]? {
    guard let smoothing else { return nil }
    let values = series.smoothed(
      from: steps.lowerBound, to: steps.upperBound, columns: columns.count, by: smoothing)
    return zip(columns, values).map { column, value in
      guard let column, column.count > 0, let value else { return column }
      return ChartColumn(
        minimum: value, maximum: value, mean: value, nonFinite: column.nonFinite)
    }
  }

  /// What the crosshair reads of a series; `nil` without one.
  private func reading(_ series: MetricSeries, smoothing: MetricSeries.Smoothing? = nil)
    -> ChartSeries.Reading?
  {
    guard let crosshair = model.chart.crosshair else { return nil }
    return ChartSeries.Reading(
      value: series.point(at: crosshair).map { Double($0.value) },
      smoothed: smoothing.flatMap { series.smoothed(at: crosshair, by: $0) })
  }

  private var markers: [ChartMarker] {
    let edits = StepEdits.all(model.snapshot?.history.edits ?? []).map {
      ChartMarker(position: Double($0.step), label: $0.label(model.layers, glyphs))
    }
    guard let breakdown = model.snapshot?.breakdown else { return edits }
    let failure = ChartMarker(
      position: Double(breakdown.step), label: "\(glyphs.notANumber) failed", isFailure: true)
    return edits + [failure]
  }

  private var emptyText: String {
    model.state == .paused ? "paused before the first step" : "waiting for the first step"
  }

  /// The other chart's newest values, where it is not on show itself.
  private func otherChart(_ theme: Theme) -> StyledText {
    let other: TrainScreen.Pane = isLoss ? .accuracy : .loss
    guard !model.isFilled, TrainLayout(model.screen, model.shared)[other].isEmpty,
      let latest = model.snapshot?.latest
    else { return "" }
    let train = isLoss ? latest.trainAccuracy : latest.trainLoss
    let validation = isLoss ? latest.validationAccuracy : latest.validationLoss
    func shown(_ value: Double) -> String {
      isLoss ? NumberText.percent(value) : NumberText.metric(value)
    }
    guard let train else { return "" }
    var text: StyledText = [
      Span(isLoss ? "   accuracy " : "   loss ", theme.label),
      Span(shown(train), Style(theme[.train])),
    ]
    if let validation { text.append(" " + shown(validation), Style(theme[.val])) }
    return text
  }

  /// - Parameter extremes: of the values, where the axis does not hold them all.
  private func status(extremes: ClosedRange<Double>?, _ theme: Theme) -> StyledText {
    var text = StyledText()
    if let extremes {
      let ends = [extremes.lowerBound, extremes.upperBound].map {
        pane == .accuracy ? NumberText.fixed($0 * 100, digits: 1) : NumberText.short($0)
      }
      text.append("raw \(ends[0])–\(ends[1])\(pane == .accuracy ? " %" : "")  ", theme.label)
    }
    if let zoom = model.chart.zoom {
      let steps = NumberText.count(zoom.upperBound - zoom.lowerBound)
      text.append("\(steps) steps  ", theme.accent)
    }
    text.append(isLogarithmic ? "log" : "linear", isLogarithmic ? theme.accent : theme.label)
    if !isRate { text.append(" smooth \(NumberText.short(model.chart.smoothing))", theme.label) }
    return text
  }

  /// The newest values; where `columns` are few, without the epoch of the best, or without the best.
  private func footer(columns: Int, _ theme: Theme) -> StyledText {
    let choices = [(true, true), (true, false), (false, false)].map {
      footer(hasBest: $0.0, hasEpoch: $0.1, theme)
    }
    return choices.first { $0.columns <= columns } ?? choices[choices.count - 1]
  }

  private func footer(hasBest: Bool, hasEpoch: Bool, _ theme: Theme) -> StyledText {
    guard let latest = model.snapshot?.latest else { return "" }
    let (train, validation) = (Style(theme[.train]).bold, Style(theme[.val]).bold)
    var text = StyledText()
    func add(_ name: String, _ value: Double?, _ style: Style) {
      guard let value else { return }
      if !text.isEmpty { text.append("  ") }
      text.append(name + " ", theme.label)
      let shown = isLoss ? NumberText.metric(value) : NumberText.percent(value)
      text.append(shown, value.isFinite ? style : theme.failure)
    }
    if isRate {
      text.append("in force ", theme.label)
      text.append(NumberText.short(latest.learningRate), theme.strong)
      if let base = model.snapshot?.settings.learningRate, base != latest.learningRate {
        text.append("  slider \(NumberText.short(base))", theme.label)
      }
      return text
    }
    let series = model.snapshot?.history[isLoss ? .trainLoss : .trainAccuracy]
    let smoothed = smoothing.flatMap { smoothing in
      series.flatMap { $0.smoothed(at: .infinity, by: smoothing) }
    }
    if isLoss {
      add("train", latest.trainLoss, train)
      add("smoothed", smoothed, train)
      add("val", latest.validationLoss, validation)
      if hasBest { add("best", latest.bestLoss, theme.text) }
      if hasEpoch, latest.bestLoss != nil, let epoch = latest.bestEpoch {
        text.append(" @ \(epoch)", theme.label)
      }
    } else {
      add("train", latest.trainAccuracy, train)
      add("smoothed", smoothed, train)
      add("val", latest.validationAccuracy, validation)
      add("top-5", latest.validationTop5 ?? latest.trainTop5, theme.text)
    }
    return text
  }
}
