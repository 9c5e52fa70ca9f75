import EngineInterface
import Files
import TerminalUI

/// All about the selected run: how it stands, what it began with, and what was changed.
struct RunPanel {
  let screen: RunsScreen
  let shared: Shared

  func draw(_ canvas: inout Canvas) {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let run = screen.selectedRun
    let box = Box(
      border: Style(theme[.knobBox]), title: StyledText(run?.name ?? "Run", theme.strong))
    let inside = canvas.frame.box(rect, box, glyphs: glyphs).inset(columns: 1, rows: 0)
    guard let run else {
      canvas.frame.text("nothing is selected", in: inside.row(0), style: theme.faint)
      return
    }
    let lines = lines(run, columns: inside.width, theme, glyphs)
    let edits = edits(run, theme, glyphs)
    var shown = lines
    let room = inside.height - lines.count
    if !edits.isEmpty, room > 1 {
      // The newest matter most.
      let count = min(edits.count, room - 1)
      let hidden = edits.count - count
      shown.append(
        [
          Span(NumberText.quantity(edits.count, "edit"), theme.strong),
          Span(hidden > 0 ? ", the last \(count)" : "", theme.label),
        ])
      shown += edits.suffix(count)
    }
    for (y, line) in shown.prefix(inside.height).enumerated() {
      canvas.frame.text(line, in: inside.row(y), ellipsis: glyphs.ellipsis)
    }
  }

  private func lines(_ run: RunSummary, columns: Int, _ theme: Theme, _ glyphs: GlyphSet)
    -> [StyledText]
  {
    var state: StyledText = [
      Span(
        RunText.mark(run.state, glyphs) + " " + RunText.state(run.state),
        RunText.style(run.state, theme))
    ]
    if run.name == shared.snapshot?.run.name { state.append("  this run", theme.accent) }
    var lines = [state]
    if let reason = RunText.reason(run.state) {
      let wrapped = TextWrap.lines(reason, columns: max(columns, 1)).prefix(4)
      lines += wrapped.map {
        StyledText($0, run.isReadable ? theme.label : RunText.style(run.state, theme))
      }
    }
    guard run.isReadable else { return lines }
    if let best = run.best {
      var text: StyledText = [
        Span("best ", theme.label),
        Span(NumberText.percent(best.metrics.accuracy), Style(theme[.val]).bold),
        Span("  loss ", theme.label), Span(NumberText.metric(best.metrics.loss), theme.text),
        Span(" @ epoch \(best.epoch)", theme.label),
      ]
      if !best.isValidation { text.append(", of training", theme.label) }
      lines.append(text)
    }
    if let trials = run.trials {
      lines.append([
        Span("a search: ", theme.label), Span(NumberText.quantity(trials, "trial"), theme.text),
        Span(", ", theme.label), Span(NumberText.quantity(run.epochsDone, "epoch"), theme.text),
      ])
    } else {
      lines.append(epochs(run, theme))
    }
    lines.append([Span("model ", theme.label), Span(RunText.model(run.model), theme.text)])
    lines.append([Span("data ", theme.label), Span(run.data, theme.text)])
    lines.append([
      Span("begun ", theme.label),
      Span(
        RunText.date(run.created, now: shared.now, offset: shared.utcOffset), theme.text),
    ])
    return lines + settings(run, theme, glyphs)
  }

  private func epochs(_ run: RunSummary, _ theme: Theme) -> StyledText {
    [
      Span("epochs ", theme.label), Span("\(run.epochsDone)/\(run.epochsPlanned)", theme.text),
      Span("  steps ", theme.label), Span(NumberText.count(run.steps), theme.text),
    ]
  }

  private func settings(_ run: RunSummary, _ theme: Theme, _ glyphs: GlyphSet) -> [StyledText] {
    guard let details = screen.details[run.path] else {
      let problem = screen.details.problem(run.path)
      return [
        StyledText(problem ?? "reading its journal", problem == nil ? theme.faint : theme.failure)
      ]
    }
    let now = details.settingsNow
    var second: StyledText = [
      Span("rate ", theme.label), Span(NumberText.short(now.learningRate), theme.text),
    ]
    func add(_ name: String, _ value: String) {
      second.append("  \(name) ", theme.label)
      second.append(value, theme.text)
    }
    if let limit = now.maxNorm, limit > 0 { add("max-norm", NumberText.short(limit)) }
    if now.weightDecay > 0 { add("decay", NumberText.short(now.weightDecay)) }
    if !now.frozen.isEmpty { add("frozen", "\(now.frozen.count)") }
    if !now.dropout.isEmpty || !now.insertedDropout.isEmpty {
      let rates = Set(now.dropout.values).union(now.insertedDropout.values).sorted()
      add("dropout", rates.map { NumberText.fixed($0, digits: 2) }.joined(separator: " "))
    }
    return [
      [
        Span(details.optimizer.title, theme.text), Span(" \(glyphs.dot) ", theme.faint),
        Span(details.schedule, theme.text),
        Span(
          " \(glyphs.dot) batch \(details.batch) \(glyphs.dot) seed \(details.seed)", theme.label),
      ],
      second,
    ]
  }

  private func edits(_ run: RunSummary, _ theme: Theme, _ glyphs: GlyphSet) -> [StyledText] {
    (screen.details[run.path]?.edits ?? []).map { edit in
      [
        Span(glyphs.edit + " ", Style(theme[.editMark])),
        Span("\(NumberText.count(edit.step)) ", theme.label),
        Span(RequestText.describe(edit.edit), theme.text),
      ]
    }
  }
}
