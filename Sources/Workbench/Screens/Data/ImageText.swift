import EngineInterface
import Files
import TerminalUI

/// An image in words: what it is, what was said of it, and what a person says.
struct ImageText {
  let entry: ImageEntry
  let classes: [DataSummary.ClassCount]
  let correction: ImageCorrection?
  let theme: Theme
  let glyphs: GlyphSet

  init(_ entry: ImageEntry, _ screen: DataScreen, _ shared: Shared, _ canvas: Canvas) {
    self.entry = entry
    classes = screen.classes
    correction = shared.wantedSettings.corrections[entry.image]
    theme = canvas.theme
    glyphs = canvas.glyphs
  }

  /// As the data say.
  var own: String { name(entry.label) }
  /// What it is with what a person says.
  var label: String { correction?.label ?? own }
  var isLeftOut: Bool { correction?.isLeftOut ?? false }

  private func name(_ number: Int) -> String {
    classes.indices.contains(number) ? classes[number].name : "output \(number)"
  }

  /// Whether what was said is what it is; `nil` where nothing was.
  private var isRight: Bool? {
    entry.outcome.map { $0.answer.map(name) == label }
  }

  /// What there is room for under a small picture: that it is left out or another class, what it was
  /// taken for, and else its name.
  func caption(columns: Int) -> StyledText {
    if isLeftOut {
      return StyledText("\(glyphs.cross2) left out", theme.accent)
        .truncated(columns: columns, ellipsis: glyphs.ellipsis)
    }
    if let moved = correction?.label {
      return StyledText("\(glyphs.arrowTo) \(moved)", Style(theme[.editMark]).bold)
        .truncated(columns: columns, ellipsis: glyphs.ellipsis)
    }
    guard let outcome = entry.outcome else {
      return StyledText(RequestText.file(entry.image.name), theme.faint)
        .truncatedInMiddle(columns: columns, ellipsis: glyphs.ellipsis)
    }
    let percent = " " + Self.wholePercent(outcome.probability)
    if isRight == true {
      let mark = glyphs.check + percent
      return StyledText(mark, Style(theme[.liveFg]))
    }
    let said = outcome.answer.map(name) ?? "no number"
    let both = "\(label)\(glyphs.arrowTo)\(said)"
    let room = columns - percent.count
    // What it is stands over the list already, where it is one of a class.
    let words = TextWidth.columns(both) <= room ? both : "\(glyphs.arrowTo)\(said)"
    return StyledText(words, theme.accent)
      .truncated(columns: max(room, 0), ellipsis: glyphs.ellipsis)
      + StyledText(percent, theme.text)
  }

  /// In full: what it is, what was said and how sure, and how wrong that was.
  func line() -> StyledText {
    var text: StyledText = [Span("is ", theme.label), Span(label, theme.strong)]
    if correction?.label != nil { text.append(" (the data say \(own))", theme.label) }
    if let outcome = entry.outcome {
      text.append("  said ", theme.label)
      text.append(
        outcome.answer.map(name) ?? "no number",
        isRight == true ? Style(theme[.liveFg]).bold : theme.accent.bold)
      text.append(" \(Self.percent(outcome.probability))", theme.text)
      text.append("  loss ", theme.label)
      text.append(NumberText.metric(Double(outcome.loss)), theme.text)
    }
    if isLeftOut { text.append("  \(glyphs.cross2) left out", theme.accent) }
    return text
  }

  /// Nothing but certainty is 100 %.
  private static func wholePercent(_ share: Float) -> String {
    "\(Int((min(max(share, 0), 1) * 100).rounded(.down)))%"
  }

  static func percent(_ share: Float) -> String { NumberText.percent(Double(share)) }
}
