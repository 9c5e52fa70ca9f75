import EngineInterface
import Files
import TerminalUI

/// The selected trial in full, and why each round went where it went.
struct SearchRounds {
  let screen: SearchScreen
  let shared: Shared

  func draw(_ canvas: inout Canvas) {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let box = Box(border: Style(theme[.knobBox]), title: StyledText("Rounds", theme.strong))
    let inside = canvas.frame.box(rect, box, glyphs: glyphs).inset(columns: 1, rows: 0)
    guard let search = shared.search else { return }
    let head = trial(search, theme) + best(search, theme) + beginning(search, theme)
    let lines = head + newest(search, inside.height - head.count, inside.width, theme, glyphs)
    for (y, line) in lines.prefix(inside.height).enumerated() {
      canvas.frame.text(line, in: inside.row(y), ellipsis: glyphs.ellipsis)
    }
  }

  /// What is said of the last rounds, each thing whole: the newest matter most.
  private func newest(
    _ search: SearchSnapshot, _ height: Int, _ columns: Int, _ theme: Theme, _ glyphs: GlyphSet
  ) -> [StyledText] {
    let entries = rounds(search).map { words in
      TextWrap.lines(words, columns: max(columns - Self.indent.count, 1)).enumerated().map {
        StyledText(($0 == 0 ? "" : Self.indent) + $1, theme.text)
      }
    }
    var shown: [[StyledText]] = []
    for entry in entries.reversed() {
      // The last in any case: its beginning.
      if !shown.isEmpty, shown.joined().count + entry.count > height { break }
      shown.insert(entry, at: 0)
    }
    let isAll = shown.count == entries.count
    let room = height - shown.joined().count
    return (isAll || room < 1 ? [] : [StyledText(glyphs.ellipsis, theme.faint)]) + shown.joined()
  }

  private static let indent = "  "

  private func trial(_ search: SearchSnapshot, _ theme: Theme) -> [StyledText] {
    guard let trial = screen.selectedTrial else { return [] }
    var lines: [StyledText] = [
      [
        Span("trial \(trial.id) ", theme.strong),
        Span(SearchText.point(trial.point, search.dimensions), theme.text),
      ]
    ]
    if let failure = SearchText.failure(trial) {
      lines.append(StyledText(failure, theme.failure))
    }
    return lines
  }

  private func best(_ search: SearchSnapshot, _ theme: Theme) -> [StyledText] {
    guard let best = search.best else { return [] }
    return [
      [
        Span("best \(best.trial) ", theme.accent.bold),
        Span("loss \(SearchText.result(best))", theme.text),
      ]
    ]
  }

  private func beginning(_ search: SearchSnapshot, _ theme: Theme) -> [StyledText] {
    guard let beginning = search.beginning else { return [] }
    return [StyledText(SearchText.weights(beginning), theme.label)]
  }

  private func rounds(_ search: SearchSnapshot) -> [String] {
    var lines: [String] = []
    for round in search.rounds {
      let center = round.center.flatMap {
        search.trials.indices.contains($0) ? search.trials[$0] : nil
      }
      lines.append(SearchText.beginning(of: round, around: center, search.dimensions))
      if let result = round.result, search.trials.indices.contains(result.trial) {
        lines.append(
          SearchText.end(of: round, best: search.trials[result.trial], search.dimensions))
      }
    }
    if case .over(let ending) = search.phase {
      lines.append("over: \(SearchText.ending(ending))")
    }
    return lines
  }
}
