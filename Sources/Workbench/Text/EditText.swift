import EngineInterface
import TerminalUI

/// Edits in words: on a chart, and in the line that says what came of them.
enum EditText {
  /// Short enough for a chart: `froze conv1–conv4` becomes the sign of frost and the layers.
  static func marker(_ text: String, _ glyphs: GlyphSet) -> String {
    var text = text
    for (words, short) in [
      ("froze ", glyphs.frozen + " "), ("thawed ", glyphs.live + " "), ("learning rate ", "lr "),
      ("weight decay ", "decay "),
    ] where text.hasPrefix(words) {
      text = short + text.dropFirst(words.count)
    }
    return text
  }

  /// `14:02:51 learning rate 1e-3 → 3e-4 at step 244   val loss −0.031 in the 53 steps since`.
  static func line(_ edit: EditMarker, _ model: WorkbenchModel, _ theme: Theme) -> StyledText {
    let glyphs = model.glyphs
    return [
      Span(glyphs.edit + " ", Style(theme[.editMark])),
      Span(NumberText.clock(edit.time, offset: model.utcOffset) + " ", Style(theme[.editMark])),
      Span(edit.text, theme.text),
      Span(" at step \(NumberText.count(edit.step))", theme.label), Span("   "),
    ] + outcome(edit, model, theme)
  }

  /// What the validation loss has done since.
  private static func outcome(_ edit: EditMarker, _ model: WorkbenchModel, _ theme: Theme)
    -> StyledText
  {
    guard let snapshot = model.snapshot, let before = edit.validationLossBefore,
      let last = snapshot.history[.validationLoss].last, Int(last.step) > edit.step
    else { return StyledText("no validation since", theme.faint) }
    let change = Double(last.value) - before
    guard change.isFinite else {
      return StyledText("val loss \(NumberText.metric(Double(last.value)))", theme.failure)
    }
    let sign = change < 0 ? "−" : "+"
    let steps = NumberText.quantity(max(snapshot.progress.step - edit.step, 0), "step")
    // A change in the last digit shown is noise either way.
    let style =
      change.magnitude < 0.0005 ? theme.label : change < 0 ? Style(theme[.liveFg]) : theme.accent
    return [
      Span("val loss \(sign)\(NumberText.metric(change.magnitude))", style),
      Span(" in the \(steps) since", theme.label),
    ]
  }
}
