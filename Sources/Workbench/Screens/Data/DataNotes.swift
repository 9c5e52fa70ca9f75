import EngineInterface
import Files
import TerminalUI

/// How a picture becomes what the network reads, with who says so, and what was left out, with why.
struct DataNotes {
  let screen: DataScreen
  let shared: Shared

  func draw(_ canvas: inout Canvas) {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let left = leftOutCount
    let box = Box(
      border: Style(theme[.knobBox]), title: StyledText("Preparation", theme.strong),
      status: left > 0 ? StyledText("\(NumberText.count(left)) left out by you", theme.accent) : "",
      isFocused: screen.focus == .notes)
    let inside = canvas.frame.box(rect, box, glyphs: glyphs).inset(columns: 1, rows: 0)
    let lines = lines(columns: inside.width, theme, glyphs)
    let offset = min(screen.notesOffset, max(lines.count - inside.height, 0))
    for (y, line) in lines.dropFirst(offset).prefix(inside.height).enumerated() {
      canvas.frame.text(line, in: inside.row(y), ellipsis: glyphs.ellipsis)
    }
    canvas.within(Rect(x: rect.maxX - 1, y: inside.y, width: 1, height: inside.height)) {
      Scroll.bar(
        &$0, offset: offset, visible: inside.height, count: lines.count, style: theme.label)
    }
  }

  /// So many lines that a scroll can pass over.
  func lineCount(columns: Int) -> Int {
    lines(columns: columns, .standard, shared.glyphs).count
  }

  private var corrections: [ImageCorrection] { shared.wantedSettings.corrections.all }
  private var leftOutCount: Int { corrections.count { $0.isLeftOut } }

  private func lines(columns: Int, _ theme: Theme, _ glyphs: GlyphSet) -> [StyledText] {
    guard let summary = screen.summary, columns > 0 else { return [] }
    var lines = summary.preparation.flatMap { step(of: $0, columns: columns, theme, glyphs) }
    lines.append(heading("Data", theme, spaced: true))
    lines += wrapped(summary.path, columns, theme.text)
    let relabelled = corrections.filter { $0.label != nil }
    if leftOutCount > 0 || !relabelled.isEmpty {
      lines.append(heading("By you, from the next epoch on", theme, spaced: true))
      for correction in corrections {
        lines.append(line(of: correction, columns: columns, theme, glyphs))
      }
    }
    let findings = summary.findings + summary.unreadable
    if !findings.isEmpty {
      lines.append(heading("Left out, and said of the data", theme, spaced: true))
      for finding in findings {
        lines += wrapped(finding, columns - 2, theme.text).enumerated().map { index, line in
          [Span(index == 0 ? glyphs.dot + " " : "  ", theme.faint)] + line
        }
      }
    } else {
      lines.append(StyledText("nothing was left out", theme.faint))
    }
    return lines
  }

  private func heading(_ text: String, _ theme: Theme, spaced: Bool) -> StyledText {
    StyledText(text, theme.strong)
  }

  private func wrapped(_ text: String, _ columns: Int, _ style: Style) -> [StyledText] {
    TextWrap.lines(text, columns: max(columns, 1)).map { StyledText($0, style) }
  }

  private static let titleColumns = 8

  /// `fit     the middle, 87.5 %   config.json`, on two lines where one is too short.
  private func step(
    of step: DataSummary.PreparationStep, columns: Int, _ theme: Theme, _ glyphs: GlyphSet
  ) -> [StyledText] {
    let title = Self.title(step.subject)
    let pad = String(repeating: " ", count: max(Self.titleColumns - title.count, 1))
    let room = max(columns - Self.titleColumns, 1)
    let values = TextWrap.lines(step.value, columns: room)
    let indent = String(repeating: " ", count: Self.titleColumns)
    var lines = values.enumerated().map { index, text -> StyledText in
      [Span(index == 0 ? title + pad : indent, theme.label), Span(text, theme.text)]
    }
    guard !step.source.isEmpty, let last = lines.last else { return lines }
    let source = StyledText(step.source, theme.faint)
    let gap = columns - last.columns - source.columns
    if gap >= 2 {
      lines[lines.count - 1] = last + StyledText(String(repeating: " ", count: gap)) + source
    } else {
      lines.append(StyledText(indent) + source)
    }
    return lines
  }

  private static func title(_ subject: DataSummary.PreparationStep.Subject) -> String {
    switch subject {
    case .size: "size"
    case .fit: "fit"
    case .interpolation: "resized"
    case .channelOrder: "order"
    case .pixels: "pixels"
    case .normalization: "values"
    case .augmentation: "augment"
    case .views: "views"
    }
  }

  private func line(
    of correction: ImageCorrection, columns: Int, _ theme: Theme, _ glyphs: GlyphSet
  ) -> StyledText {
    var text = StyledText()
    if correction.isLeftOut { text.append(glyphs.cross2 + " ", theme.accent) }
    if let label = correction.label {
      text.append("\(glyphs.arrowTo) \(label) ", Style(theme[.editMark]))
    }
    text.append(correction.image.name, theme.text)
    return text.truncatedInMiddle(columns: columns, ellipsis: glyphs.ellipsis)
  }
}
