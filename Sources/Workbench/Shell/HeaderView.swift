import EngineInterface
import Files
import TerminalUI

/// The top line: what runs, how far it is, how fast it goes, and the screens.
struct HeaderView {
  let model: WorkbenchModel
  private var glyphs: GlyphSet { model.glyphs }

  /// What there is room for.
  private struct Fit {
    var hasBrand = true
    var nameColumns = Int.max
    var hasClasses = true
    var barColumns: Int
    var hasSpeed = true
    var hasRemaining = true
    /// Whether the screens that are not shown have their names.
    var hasTitles = true
  }

  /// What goes first where room is short: what can be looked up elsewhere before what cannot.
  private static let sacrifices: [@Sendable (inout Fit) -> Void] = [
    { $0.hasClasses = false }, { $0.barColumns = min($0.barColumns, 6) }, { $0.nameColumns = 16 },
    { $0.barColumns = 4 }, { $0.hasBrand = false }, { $0.nameColumns = 4 },
    { $0.hasTitles = false }, { $0.nameColumns = 0 }, { $0.hasSpeed = false },
    { $0.hasRemaining = false }, { $0.barColumns = 0 },
  ]

  func draw(_ canvas: inout Canvas) -> [HitRegion<HitTarget>] {
    let (rect, theme) = (canvas.rect, canvas.theme)
    canvas.frame.fill(rect, style: theme.bar)
    var fit = Fit(barColumns: model.columns >= 110 ? 18 : 10)
    for sacrifice in Self.sacrifices {
      if left(fit, theme).columns + 2 + tabColumns(fit) <= rect.width - 2 { break }
      sacrifice(&fit)
    }
    // What the last sacrifice brought more than was needed is the name's.
    let spare = rect.width - 4 - tabColumns(fit) - left(fit, theme).columns
    if fit.nameColumns > 0, fit.nameColumns < Int.max, spare > 0 { fit.nameColumns += spare }
    let regions = drawTabs(rect, fit, &canvas)
    let room = (regions.map(\.rect.x).min() ?? rect.maxX) - rect.x - 3
    canvas.frame.text(
      left(fit, theme), in: Rect(x: rect.x + 1, y: rect.y, width: max(0, room), height: 1),
      ellipsis: glyphs.ellipsis)
    return regions
  }

  /// Everything but the screens.
  private func left(_ fit: Fit, _ theme: Theme) -> StyledText {
    var text = fit.hasBrand ? StyledText("thaw", theme.key) : StyledText()
    func add(_ part: StyledText, gap: Int = 3) {
      guard !part.isEmpty else { return }
      if !text.isEmpty { text.append(String(repeating: " ", count: gap)) }
      text = text + part
    }
    let name = subject(hasClasses: fit.hasClasses, theme)
    if fit.nameColumns > 0 {
      add(name.truncated(columns: fit.nameColumns, ellipsis: glyphs.ellipsis), gap: 2)
    }
    add(stateText(theme, bar: fit.barColumns))
    if fit.hasSpeed { add(speed(theme)) }
    if fit.hasRemaining { add(remaining(theme)) }
    return text
  }

  private func tabColumns(_ fit: Fit) -> Int {
    Screens.all.reduce(-2) { $0 + 2 + TextWidth.columns(tab($1, fit)) }
  }

  private func tab(_ screen: any Screen.Type, _ fit: Fit) -> String {
    let label =
      fit.hasTitles || screen.number == model.number
      ? "\(screen.number) \(screen.title)" : "\(screen.number)"
    // What goes on beside the run takes half of its time: it is in sight from every screen.
    let isSearching = model.shared.searchesBeside && model.search?.phase == .training
    return screen == SearchScreen.self && isSearching ? label + glyphs.play : label
  }

  private func drawTabs(_ rect: Rect, _ fit: Fit, _ canvas: inout Canvas)
    -> [HitRegion<HitTarget>]
  {
    let theme = canvas.theme
    var regions: [HitRegion<HitTarget>] = []
    var x = rect.maxX - 1
    for screen in Screens.all.reversed() {
      let isShown = screen.number == model.number
      let label = tab(screen, fit)
      let width = TextWidth.columns(label)
      x -= width
      canvas.frame.text(
        [
          Span(String(label.prefix(1)), isShown ? theme.key : theme.label),
          Span(String(label.dropFirst()), isShown ? theme.accent.bold : theme.label),
        ], x: x, y: rect.y)
      regions.append(
        HitRegion(Rect(x: x, y: rect.y, width: width, height: 1), .screen(screen.number)))
      x -= 2
    }
    return regions
  }

  private func subject(hasClasses: Bool, _ theme: Theme) -> StyledText {
    guard let run = model.snapshot?.run else { return "" }
    var text = StyledText(run.model, theme.strong)
    if hasClasses, !run.classes.isEmpty {
      text.append(" \(glyphs.arrowTo) ", theme.label)
      text.append(NumberText.quantity(run.classes.count, "class", plural: "classes"), theme.strong)
    }
    return text
  }

  private func stateText(_ theme: Theme, bar columns: Int) -> StyledText {
    let progress = model.snapshot?.progress ?? Progress()
    if model.showsExperiment { return experimentText(theme) }
    switch model.state {
    case .preparing(let stage):
      return [Span(spinner + " ", theme.accent), Span(EndingText.text(stage), theme.text)]
    case .running where model.isLeaving:
      return [Span(spinner + " stopping after this step", theme.accent)]
    case .running where model.snapshot?.run.isSearch == true,
      .paused where model.snapshot?.run.isSearch == true:
      return searchText(theme)
    case .running,
      .validating where epochsAreShort:
      return epoch(glyphs.play, Style(theme[.liveFg]), progress, theme, bar: columns)
    case .paused:
      return epoch(glyphs.pause + " paused", theme.accent, progress, theme, bar: columns)
    case .validating:
      var text: StyledText = [Span(spinner + " validating", theme.accent)]
      text = text + bar(progress.validationShare, Style(theme[.val]), theme, columns)
      text.append(" \(NumberText.percent(progress.validationShare))", theme.label)
      return text
    case .unsaved:
      return [
        Span(glyphs.cross2 + " not saved", theme.failure),
        Span(" at step \(NumberText.count(progress.step))", theme.label),
      ]
    case .finished:
      return [
        Span(glyphs.stop + " finished", Style(theme[.liveFg]).bold),
        Span(" at step \(NumberText.count(progress.step))", theme.label),
      ]
    case .failed:
      return [
        Span(glyphs.cross2 + " failed", theme.failure),
        Span(" at step \(NumberText.count(model.failedStep))", theme.label),
      ]
    }
  }

  /// The run waits, whatever it was at.
  private func experimentText(_ theme: Theme) -> StyledText {
    guard let experiment = model.experiment, experiment.phase != .running else {
      let words = model.whatIf == nil ? "finding a rate" : "comparing"
      return [Span("\(spinner) \(words)", theme.accent)]
    }
    return model.isOver
      ? [Span("\(glyphs.stop) finished", Style(theme[.liveFg]).bold)]
      : [Span("\(glyphs.pause) the run waits", theme.accent)]
  }

  private func searchText(_ theme: Theme) -> StyledText {
    let trials = NumberText.quantity(model.search?.trials.count ?? 0, "trial")
    return model.state == .paused
      ? [Span(glyphs.pause + " paused", theme.accent), Span("  \(trials)", theme.text)]
      : [Span(glyphs.play, Style(theme[.liveFg])), Span(" searching  \(trials)", theme.text)]
  }

  private func epoch(
    _ mark: String, _ style: Style, _ progress: Progress, _ theme: Theme, bar columns: Int
  ) -> StyledText {
    var text: StyledText = [Span(mark, style)]
    guard progress.stepsPerEpoch > 0 else { return text }
    text.append(" epoch \(progress.epoch)/\(progress.epochs)", theme.text)
    if epochsAreShort {
      let share = Double(progress.step) / Double(max(model.totalSteps, 1))
      return text + bar(share, Style(theme[.liveFg]), theme, columns)
    }
    let share = Double(progress.stepInEpoch) / Double(progress.stepsPerEpoch)
    text = text + bar(share, Style(theme[.liveFg]), theme, columns)
    let total = "\(progress.stepsPerEpoch)"
    let done = Self.padded("\(progress.stepInEpoch)", total.count)
    text.append(" \(done)/\(total)", theme.label)
    return text
  }

  /// Epochs follow each other faster than one could read how far each is: the bar is then the run's.
  private var epochsAreShort: Bool {
    guard let snapshot = model.snapshot, snapshot.progress.imagesPerSecond > 0 else { return false }
    let seconds = Double(snapshot.run.trainImages) / snapshot.progress.imagesPerSecond
    return seconds < 0.5 && model.totalSteps > 0 && model.state != .paused
  }

  /// So that what stands beside a number that grows does not move.
  private static func padded(_ text: String, _ columns: Int) -> String {
    String(repeating: " ", count: max(0, columns - text.count)) + text
  }

  /// With its gap before it, or nothing.
  private func bar(_ share: Double, _ filled: Style, _ theme: Theme, _ columns: Int) -> StyledText {
    guard columns > 0 else { return "" }
    return [Span("  ")]
      + ProgressBar(share: share, filled: filled, empty: theme.faint)
      .line(columns: columns, glyphs: glyphs)
  }

  private func speed(_ theme: Theme) -> StyledText {
    guard let rate = model.snapshot?.progress.imagesPerSecond, rate > 0, !model.isOver,
      !model.isUnsaved
    else {
      return ""
    }
    let text = rate < 9.95 ? NumberText.fixed(rate, digits: 1) : NumberText.count(rate)
    return [Span(Self.padded(text, 5), theme.text), Span(" img/s", theme.label)]
  }

  private func remaining(_ theme: Theme) -> StyledText {
    guard let seconds = model.snapshot?.progress.remainingSeconds, !model.isOver, !model.isUnsaved
    else { return "" }
    let time = NumberText.duration(seconds)
    return [Span("ETA ", theme.label), Span(Self.padded(time, 5), theme.text)]
  }

  private var spinner: String {
    let turns = glyphs.level == .braille ? ["⠋", "⠙", "⠸", "⠴", "⠦", "⠇"] : ["-", "\\", "|", "/"]
    let turn = (model.now * 4).rounded(.down).truncatingRemainder(dividingBy: Double(turns.count))
    return turns[Int(saturating: turn.magnitude)]
  }
}
