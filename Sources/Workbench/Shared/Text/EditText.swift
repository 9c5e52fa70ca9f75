import EngineInterface
import Files
import TerminalUI

/// The line that says of an edit what came of it.
enum EditText {
  /// `14:02:51 learning rate 1e-3 → 3e-4 at step 244   val loss −0.031 in the 53 steps since`, said
  /// more briefly where `columns` are few: what came of it is the last to go.
  static func line(_ edit: EditMarker, columns: Int, _ model: Shared, _ theme: Theme)
    -> StyledText
  {
    let glyphs = model.glyphs
    let layers = model.layers
    let mark = Style(theme[.editMark])
    let clock = NumberText.clock(edit.time, offset: model.utcOffset) + " "
    let long: StyledText = [
      Span(clock, theme.faint), Span(glyphs.edit + " ", mark),
      Span(ChangeText(layers).text(edit.change), theme.text),
      Span(" at step \(NumberText.count(edit.step))", theme.label), Span("   "),
    ]
    let short: StyledText = [
      Span(clock, theme.faint), Span(glyphs.edit + " ", mark),
      Span(ChangeText(layers, short: glyphs).text(edit.change), theme.text), Span("  "),
    ]
    let (result, since) = outcome(edit, model, theme)
    let choices = [long + result + since, short + result + since, short + result]
    return choices.first { $0.columns <= columns } ?? short + result
  }

  /// What the validation loss has done since, and over how many steps: up to the next edit, for what
  /// comes after it is that one's. Edits without a validation between them are judged together, and
  /// the last of them says how.
  private static func outcome(_ edit: EditMarker, _ model: Shared, _ theme: Theme)
    -> (StyledText, StyledText)
  {
    guard let snapshot = model.snapshot else { return (StyledText(), StyledText()) }
    let series = snapshot.history[.validationLoss]
    let edits = snapshot.history.edits
    let index = edits.lastIndex(of: edit) ?? edits.count - 1
    let next = index + 1 < edits.count ? edits[index + 1] : nil
    let last = next.map { series.point(at: Double($0.step)) } ?? series.last
    guard let last, Int(last.step) > edit.step else {
      return (
        StyledText(next == nil ? "no validation since" : "with the edit after it", theme.faint),
        StyledText()
      )
    }
    guard let before = edit.validationLossBefore else {
      let text = "val loss \(NumberText.metric(Double(last.value)))"
      return (StyledText(text, theme.label), StyledText(", none before", theme.faint))
    }
    let change = Double(last.value) - before
    guard change.isFinite else {
      let text = "val loss \(NumberText.metric(Double(last.value)))"
      return (StyledText(text, theme.failure), StyledText())
    }
    let sign = change < 0 ? "−" : "+"
    let end = next?.step ?? snapshot.progress.step
    let (since, overflow) = end.subtractingReportingOverflow(edit.step)
    let steps = NumberText.quantity(overflow ? 0 : max(since, 0), "step")
    // A change in the last digit shown is noise either way.
    let isNoise = change.magnitude < 0.0005
    let style = isNoise ? theme.label : change < 0 ? Style(theme[.liveFg]) : theme.accent
    return (
      StyledText("val loss \(sign)\(NumberText.metric(change.magnitude))", style),
      StyledText(
        next == nil ? " in the \(steps) since" : " in the \(steps) to the next edit", theme.label)
    )
  }
}
