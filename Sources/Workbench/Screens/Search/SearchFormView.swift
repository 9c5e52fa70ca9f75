import EngineInterface
import Files
import TerminalUI

/// The form for a search beside the run, line by line.
struct SearchFormView {
  let form: SearchForm
  let shared: Shared

  static let tickColumns = 6
  private static let nameColumns = 17
  private static let valueColumns = 23

  /// - Returns: its lines by their number.
  func draw(_ canvas: inout Canvas) -> [HitRegion<SearchScreen.Target>] {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let box = Box(
      border: Style(theme[.layerBox]), title: StyledText("A search beside the run", theme.strong),
      footer: StyledText(summary, theme.label), isFocused: true)
    let inside = canvas.frame.box(rect, box, glyphs: glyphs).inset(columns: 1, rows: 0)
    let rows = rows(columns: inside.width, theme, glyphs)
    let place = rows.firstIndex { $0.line == form.selected } ?? 0
    let offset = Scroll.offset(
      current: 0, selected: place, visible: inside.height, count: rows.count)
    var regions: [HitRegion<SearchScreen.Target>] = []
    for (y, row) in rows.dropFirst(offset).prefix(inside.height).enumerated() {
      let area = inside.row(y)
      canvas.frame.text(row.text, in: area, ellipsis: glyphs.ellipsis)
      guard let line = row.line else { continue }
      regions.append(HitRegion(area, .line(line)))
      guard line == form.selected else { continue }
      canvas.frame.restyle(area, theme.selection)
      canvas.frame.text(glyphs.selected, in: area, style: theme.key)
      if let field = form.field {
        canvas.within(area.inset(left: Self.tickColumns + Self.nameColumns)) {
          $0.frame.fill($0.rect)
          field.render(&$0, style: theme.strong)
        }
      }
    }
    return regions
  }

  private struct Row {
    var text: StyledText
    /// Of the form's lines; `nil`: words between them.
    var line: Int?
  }

  private func rows(columns: Int, _ theme: Theme, _ glyphs: GlyphSet) -> [Row] {
    let lines = SearchForm.lines(shared)
    let chosen = Set(form.values(shared))
    var rows: [Row] = []
    for (index, line) in lines.enumerated() {
      switch line {
      case .value(let variable):
        if index == 0 { rows.append(Row(text: StyledText("Values to try", theme.strong))) }
        if !variable.isEdit, index > 0, case .value(let before) = lines[index - 1], before.isEdit {
          rows.append(
            Row(text: StyledText("to be compared only: no edit of a run changes them", theme.faint))
          )
        }
        rows.append(
          Row(
            text: text(of: variable, isChosen: chosen.contains(variable), theme, glyphs),
            line: index))
      case .trials:
        rows.append(Row(text: StyledText("How far", theme.strong)))
        rows.append(
          Row(text: number("trials", "\(form.trials)", "at most", theme, glyphs), line: index))
      case .epochs:
        rows.append(
          Row(
            text: number(
              "epochs", "\(form.epochs)", "each, unless it is stopped", theme, glyphs),
            line: index))
      case .origin:
        rows.append(
          Row(
            text: number(
              "begins", form.origin == .now ? "now" : "start", originWords, theme, glyphs),
            line: index))
      }
    }
    return rows
  }

  private func text(
    of variable: SearchVariable, isChosen: Bool, _ theme: Theme, _ glyphs: GlyphSet
  ) -> StyledText {
    let isAble = variable != .momentum || shared.snapshot?.run.optimizer.hasMomentum != false
    let name = isAble ? theme.text : theme.faint
    let range =
      (form.scale(variable, shared).map(range) ?? "none … strong") + origin(of: variable)
    return [
      Span(
        isChosen ? "  [" + glyphs.check + "] " : "  [ ] ", isChosen ? theme.accent : theme.label),
      Span(TextWidth.padded(title(variable), Self.nameColumns), isChosen ? theme.strong : name),
      Span(TextWidth.padded(range, Self.valueColumns), isChosen ? Style(theme[.val]) : theme.label),
      Span(now(variable), theme.faint),
    ]
  }

  private func number(
    _ name: String, _ value: String, _ words: String, _ theme: Theme, _ glyphs: GlyphSet
  ) -> StyledText {
    [
      Span(TextWidth.padded("      \(name)", Self.nameColumns + Self.tickColumns), theme.text),
      Span(glyphs.arrowLeft + " ", theme.key), Span(TextWidth.padded(value, 6), theme.strong),
      Span(glyphs.arrowRight, theme.key), Span("  " + words, theme.label),
    ]
  }

  private func title(_ variable: SearchVariable) -> String {
    guard case .dropout(let layer?) = variable else {
      return variable.name.replacing("-", with: " ")
    }
    return "dropout, after \(layer)"
  }

  /// Of many choices the first and the last.
  private func range(_ scale: SearchDimension.Scale) -> String {
    let words = SearchText.values(scale)
    guard case .choices(let names) = scale, words.count >= Self.valueColumns else { return words }
    return "\(names.first ?? "") … \(names.last ?? "")"
  }

  /// Whose the values are, where they are not the usual ones.
  private func origin(of variable: SearchVariable) -> String {
    switch form.origin(of: variable, shared) {
    case .usual: ""
    case .finder: " found"
    case .typed: " typed"
    }
  }

  /// What the run has.
  private func now(_ variable: SearchVariable) -> String {
    guard let snapshot = shared.snapshot else { return "" }
    let settings = snapshot.settings
    switch variable {
    case .learningRate: return "now \(NumberText.short(settings.learningRate))"
    case .momentum:
      return snapshot.run.optimizer.hasMomentum
        ? "now \(NumberText.short(settings.momentum))"
        : "\(snapshot.run.optimizer.title) has none"
    case .weightDecay: return "now \(NumberText.short(settings.weightDecay))"
    case .maxNorm: return "now \(settings.maxNorm.map(NumberText.short) ?? "off")"
    case .dropout(nil):
      let rates = shared.layers.compactMap(\.dropout)
      let words = Set(rates).sorted().prefix(3).map(NumberText.short).joined(separator: ", ")
      return "now \(words)"
    case .dropout: return "a layer is put in"
    case .frozenDepth:
      return
        "now \(NumberText.quantity(shared.layers.count { $0.canFreeze && $0.isFrozen }, "layer"))"
    case .optimizer: return "now \(snapshot.run.optimizer.rawValue)"
    case .schedule: return "now \(snapshot.run.schedule)"
    case .labelSmoothing, .headWidth, .augmentation: return ""
    }
  }

  private var originWords: String {
    form.origin == .now
      ? "with weights of step \(NumberText.count(shared.step))"
      : "with its first weights"
  }

  private var summary: String {
    if form.field != nil {
      return "enter takes it: 1e-4..1e-2, a|b; nothing for the usual; esc leaves it"
    }
    let values = form.values(shared).count
    return values == 0 ? "nothing to try" : "enter searches \(NumberText.quantity(values, "value"))"
  }
}
