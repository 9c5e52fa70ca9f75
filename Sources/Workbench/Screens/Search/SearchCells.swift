import EngineInterface
import Files
import TerminalUI

/// The texts of the table of trials, cell by cell.
struct SearchCells: Sendable {
  let screen: SearchScreen
  let dimensions: [SearchDimension]
  /// Number of the best trial.
  let best: Int?
  let theme: Theme
  let glyphs: GlyphSet

  /// Columns of a curve: two epochs each, as far as there is room.
  private var curveColumns: Int {
    let longest = screen.rows.map(\.epochs).max() ?? 0
    return min(max((longest + 1) / 2, 5), 8)
  }

  var all: [SearchColumn] { SearchColumn.all(dimensions.count) }

  static func title(_ column: SearchColumn, _ dimensions: [SearchDimension]) -> String {
    switch column {
    case .number: "trial"
    case .round: "round"
    case .value(let index):
      dimensions.indices.contains(index) ? shortName(dimensions[index].variable) : ""
    case .epochs: "epochs"
    case .state: "state"
    case .curve: "curve"
    case .loss: "loss"
    case .accuracy: "accuracy"
    }
  }

  static func shortName(_ variable: SearchVariable) -> String {
    switch variable {
    case .learningRate: "rate"
    case .weightDecay: "decay"
    case .labelSmoothing: "smoothing"
    case .frozenDepth: "frozen"
    case .headWidth: "head"
    case .dropout(let layer): layer.map { "drop:\($0)" } ?? "dropout"
    case .momentum, .maxNorm, .optimizer, .schedule, .augmentation: variable.name
    }
  }

  func columns() -> [TableColumn] {
    let shown = screen.offset..<min(screen.offset + 100, screen.rows.count)
    return all.enumerated().map { index, column in
      let title = Self.title(column, dimensions)
      if column == .curve {
        return TableColumn(
          title, minimum: curveColumns, ideal: curveColumns, priority: 2)
      }
      let widest = shown.reduce(TextWidth.columns(title)) {
        max($0, text(row: $1, column: index).columns)
      }
      let (align, priority): (Alignment, Int) =
        switch column {
        case .number: (.left, 0)
        case .loss: (.right, 0)
        // The first values are those that a person has named first.
        case .value(let value): (.right, value < 3 ? 1 : 3 + value)
        case .accuracy: (.right, 3)
        case .epochs: (.right, 1)
        case .state: (.left, 30)
        case .round: (.right, 31)
        case .curve: (.left, 2)
        }
      let heading = column == .number ? "    " + title : title
      let width = min(max(widest, TextWidth.columns(heading)), 16)
      return TableColumn(
        heading, minimum: width, ideal: width, align: align, priority: priority,
        isCutInMiddle: true)
    }
  }

  func text(row: Int, column: Int) -> StyledText {
    guard screen.rows.indices.contains(row), all.indices.contains(column) else { return "" }
    let trial = screen.rows[row]
    let style = trial.isAlive || trial.state == .finished ? theme.text : theme.faint
    switch all[column] {
    case .number: return number(trial)
    case .round: return StyledText("\(trial.round)", theme.label)
    case .value(let index):
      guard trial.point.values.indices.contains(index) else { return "" }
      return StyledText(SearchText.value(trial.point.values[index]), style)
    case .epochs: return [Span("\(trial.epochs)", style), Span("/\(trial.rung)", theme.label)]
    case .state:
      return StyledText(SearchText.state(trial.state), Self.style(trial.state, theme))
    case .curve:
      return StyledText(
        Sparkline(trial.losses.map { Float($0) }, style: theme.label)
          .text(columns: curveColumns, glyphs: glyphs), Style(theme[.val]))
    case .loss:
      guard trial.score.isFinite else { return "" }
      return StyledText(
        NumberText.metric(trial.score), trial.id == best ? theme.accent.bold : style)
    case .accuracy:
      return StyledText(trial.accuracies.max().map(NumberText.percent) ?? "", style)
    }
  }

  private func number(_ trial: SearchTrial) -> StyledText {
    var text = StyledText()
    if let color = SearchCurves.color(of: trial.id, screen, theme) {
      text.append(glyphs.live + " ", Style(color))
    } else {
      text.append("  ")
    }
    text.append(Self.mark(trial.state, glyphs) + " ", Self.style(trial.state, theme))
    text.append("\(trial.id)", trial.id == best ? theme.accent.bold : theme.strong)
    if trial.seed > 0 { text.append(" s\(trial.seed + 1)", theme.label) }
    return text
  }

  static func mark(_ state: SearchTrial.State, _ glyphs: GlyphSet) -> String {
    switch state {
    case .waiting: glyphs.inert
    case .training: glyphs.play
    case .paused: glyphs.pause
    case .finished: glyphs.check
    case .stopped: glyphs.stop
    case .cancelled, .failed: glyphs.cross2
    }
  }

  static func style(_ state: SearchTrial.State, _ theme: Theme) -> Style {
    switch state {
    case .training: Style(theme[.liveFg])
    case .finished: theme.text
    case .waiting, .paused: theme.label
    case .stopped, .cancelled: theme.faint
    case .failed: theme.failure
    }
  }
}
