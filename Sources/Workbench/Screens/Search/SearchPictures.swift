import EngineInterface
import Files
import TerminalUI

/// The loss over one value: points with their errors, and a parabola through them.
struct SearchResponse {
  let screen: SearchScreen
  let shared: Shared

  func draw(_ canvas: inout Canvas) {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let dimensions = shared.search?.dimensions ?? []
    let dimension = dimensions.indices.contains(screen.value) ? dimensions[screen.value] : nil
    let box = Box(
      border: Style(theme[.chartBox]),
      title: StyledText("Loss by \(dimension?.variable.name ?? "value")", theme.strong),
      status: SearchPicture.status(screen, theme))
    let inside = canvas.frame.box(rect, box, glyphs: glyphs)
    guard let dimension, let comparison = screen.comparison else { return }
    let best = shared.search?.best?.trial
    let places = comparison.entries.compactMap { entry -> (Double, SearchComparison.Entry)? in
      dimension.place(of: entry.point.values[screen.value]).map { ($0, entry) }
    }
    let points = places.map { place, entry in
      let isChosen = entry.trial == screen.selectedTrial?.id || entry.trial == best
      return ScatterPlot.Point(
        place: place, value: entry.mean, error: entry.error,
        color: entry.trial == best
          ? theme[.accentFg] : isChosen ? theme[.hiFg] : theme[.val], isFront: isChosen)
    }
    let curve =
      dimension.isOrdered
      ? SearchComparison.curve(through: places.map { (place: $0.0, value: $0.1.mean) }) : nil
    let plot = ScatterPlot(
      points: points, curve: curve, curveColor: theme[.train],
      labels: SearchPicture.labels(dimension, count: max(2, inside.width / 16)),
      isLogarithmic: screen.isLogarithmic)
    canvas.within(inside) { plot.render(&$0) }
  }
}

/// The loss over two values.
struct SearchHeat {
  let screen: SearchScreen
  let shared: Shared

  func draw(_ canvas: inout Canvas) {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let dimensions = shared.search?.dimensions ?? []
    guard dimensions.count >= 2 else { return }
    let across = dimensions[screen.value % dimensions.count]
    let up = dimensions[(screen.value + 1) % dimensions.count]
    let box = Box(
      border: Style(theme[.chartBox]),
      title: [
        Span(up.variable.name, theme.strong), Span(" \(glyphs.arrowUp)  ", theme.label),
        Span(across.variable.name, theme.strong), Span(" \(glyphs.arrowRight)", theme.label),
      ], status: SearchPicture.status(screen, theme))
    let inside = canvas.frame.box(rect, box, glyphs: glyphs)
    guard let comparison = screen.comparison else { return }
    let places = (screen.value % dimensions.count, (screen.value + 1) % dimensions.count)
    let points = comparison.entries.compactMap { entry -> HeatMap.Point? in
      guard let x = across.place(of: entry.point.values[places.0]),
        let y = up.place(of: entry.point.values[places.1])
      else { return nil }
      return HeatMap.Point(
        x: x, y: y, share: comparison.share(of: entry.mean),
        isFront: entry.trial == shared.search?.best?.trial)
    }
    let map = HeatMap(
      points: points, xLabels: SearchPicture.labels(across, count: max(2, inside.width / 16)),
      yLabels: SearchPicture.labels(up, count: max(2, inside.height / 5)))
    canvas.within(inside) { map.render(&$0) }
  }
}

/// All values of all trials, and what came of them.
struct SearchParallel {
  let screen: SearchScreen
  let shared: Shared

  func draw(_ canvas: inout Canvas) {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let dimensions = shared.search?.dimensions ?? []
    let box = Box(
      border: Style(theme[.chartBox]), title: StyledText("All values", theme.strong),
      status: SearchPicture.status(screen, theme))
    let inside = canvas.frame.box(rect, box, glyphs: glyphs).inset(columns: 1, rows: 0)
    guard let comparison = screen.comparison else { return }
    let means = comparison.entries.map(\.mean).filter(\.isFinite)
    let axes =
      dimensions.map { dimension in
        ParallelCoordinates.Axis(
          SearchCells.shortName(dimension.variable),
          low: SearchText.value(dimension.value(at: 0)),
          high: SearchText.value(dimension.value(at: 1)))
      } + [
        ParallelCoordinates.Axis(
          "loss", low: means.min().map(NumberText.metric) ?? "",
          high: means.max().map(NumberText.metric) ?? "")
      ]
    // The best last, over the others, and the selected one over all.
    let ordered = comparison.entries.sorted { $0.mean > $1.mean }
    let selected = screen.selectedTrial?.point
    let lines = (ordered.filter { $0.point != selected } + ordered.filter { $0.point == selected })
      .map { entry -> ParallelCoordinates.Line in
        let share = comparison.share(of: entry.mean)
        let places = zip(dimensions, entry.point.values).map { $0.place(of: $1) ?? .nan }
        return ParallelCoordinates.Line(
          places.map { min(1, max(0, $0)) } + [share],
          color: entry.point == selected ? theme[.title] : theme.heat(share))
      }
    let picture = ParallelCoordinates(axes: axes, lines: lines)
    canvas.within(inside) { picture.render(&$0) }
  }
}

/// What pictures of a search have in common.
enum SearchPicture {
  /// After how many epochs points are compared.
  static func status(_ screen: SearchScreen, _ theme: Theme) -> StyledText {
    guard let comparison = screen.comparison, !comparison.entries.isEmpty else { return "" }
    return [
      Span(NumberText.quantity(comparison.entries.count, "point"), theme.text),
      Span(" after \(NumberText.quantity(comparison.epochs, "epoch"))", theme.label),
    ]
  }

  /// Values along an axis.
  static func labels(_ dimension: SearchDimension, count: Int) -> [PlotLabel] {
    if case .choices(let names) = dimension.scale {
      return names.enumerated().map { index, name in
        PlotLabel(name, at: (Double(index) + 0.5) / Double(names.count))
      }
    }
    return (0..<count).map { index in
      let place = Double(index) / Double(max(count - 1, 1))
      return PlotLabel(SearchText.value(dimension.value(at: place)), at: place)
    }
  }
}
