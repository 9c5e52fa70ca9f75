import EngineInterface
import TerminalUI

/// The top line: what runs, how far it is, how fast it goes, and the screens.
struct HeaderView {
  let model: WorkbenchModel
  private var glyphs: GlyphSet { model.glyphs }

  func draw(_ rect: Rect, _ frame: inout Frame, _ theme: Theme) -> [HitRegion<HitTarget>] {
    frame.fill(rect, style: theme.bar)
    let regions = drawTabs(rect, &frame, theme)
    let tabs = regions.map(\.target).isEmpty ? 0 : rect.maxX - (regions.map(\.rect.x).min() ?? 0)
    let room = rect.width - tabs - 3
    // What matters least goes first: the name gives way, then the rest of the run, then the speed.
    let name = subject(theme)
    let state = stateText(theme)
    var tail: [StyledText] = [speed(theme), remaining(theme)].filter { !$0.isEmpty }
    func width(_ name: StyledText) -> Int {
      7 + name.columns + 3 + state.columns + tail.reduce(0) { $0 + 3 + $1.columns }
    }
    while width(name) > room, !tail.isEmpty { tail.removeFirst() }
    var x = frame.text("thaw", x: rect.x + 1, y: rect.y, style: theme.key) + 2
    let short = name.truncated(
      columns: max(8, room - (width(name) - name.columns)), ellipsis: glyphs.ellipsis)
    x = frame.text(short, x: x, y: rect.y) + 3
    frame.clipped(to: Rect(x: x, y: rect.y, width: room + 1 - x, height: 1)) { frame in
      x = frame.text(state, x: x, y: rect.y)
      for part in tail { x = frame.text(part, x: x + 3, y: rect.y) }
    }
    return regions
  }

  private func drawTabs(_ rect: Rect, _ frame: inout Frame, _ theme: Theme)
    -> [HitRegion<HitTarget>]
  {
    let isWide = rect.width >= 100
    var regions: [HitRegion<HitTarget>] = []
    var x = rect.maxX - 1
    for screen in WorkbenchModel.Screen.allCases.reversed() {
      let isShown = screen == model.screen
      let title = isWide || isShown ? " \(screen.title)" : ""
      let width = TextWidth.columns(title) + 1
      x -= width
      frame.text(
        [
          Span("\(screen.rawValue)", isShown ? theme.key : theme.label),
          Span(title, isShown ? theme.accent.bold : theme.label),
        ], x: x, y: rect.y)
      regions.append(
        HitRegion(Rect(x: x, y: rect.y, width: width, height: 1), .screen(screen)))
      x -= 2
    }
    return regions
  }

  private func subject(_ theme: Theme) -> StyledText {
    guard let run = model.snapshot?.run else { return "" }
    var text = StyledText(run.model, theme.strong)
    if !run.classes.isEmpty {
      text.append(" \(glyphs.arrowTo) ", theme.label)
      text.append(NumberText.quantity(run.classes.count, "class", plural: "classes"), theme.strong)
    }
    return text
  }

  private func stateText(_ theme: Theme) -> StyledText {
    let progress = model.snapshot?.progress ?? Progress()
    switch model.state {
    case .preparing(let what):
      return [Span(spinner + " ", theme.accent), Span(what, theme.text)]
    case .running where model.isLeaving:
      return [Span(spinner + " stopping after this step", theme.accent)]
    case .running:
      return epoch(glyphs.play, Style(theme[.liveFg]), progress, theme)
    case .paused:
      return epoch(glyphs.pause + " paused", theme.accent, progress, theme)
    case .validating:
      var text: StyledText = [Span(spinner + " validating  ", theme.accent)]
      text = text + bar(model.epochShare, Style(theme[.val]), theme)
      text.append(" \(NumberText.percent(progress.validationShare))", theme.label)
      return text
    case .finished:
      return [
        Span(glyphs.stop + " finished", Style(theme[.liveFg]).bold),
        Span(" at step \(NumberText.count(progress.step))", theme.label),
      ]
    case .failed:
      return [
        Span(glyphs.cross2 + " failed", theme.failure),
        Span(" at step \(NumberText.count(progress.step))", theme.label),
      ]
    }
  }

  private func epoch(_ mark: String, _ style: Style, _ progress: Progress, _ theme: Theme)
    -> StyledText
  {
    var text: StyledText = [Span(mark, style)]
    guard progress.stepsPerEpoch > 0 else { return text }
    text.append(" epoch \(progress.epoch)/\(progress.epochs)  ", theme.text)
    text =
      text
      + bar(model.epochShare, Style(theme[.liveFg]), theme)
    text.append(" \(progress.stepInEpoch)/\(progress.stepsPerEpoch)", theme.label)
    return text
  }

  private func bar(_ share: Double, _ filled: Style, _ theme: Theme) -> StyledText {
    let columns = model.columns >= 110 ? 18 : 10
    return ProgressBar(share: share, filled: filled, empty: theme.faint)
      .line(columns: columns, glyphs: glyphs)
  }

  private func speed(_ theme: Theme) -> StyledText {
    guard let rate = model.snapshot?.progress.imagesPerSecond, rate > 0, !model.isOver else {
      return ""
    }
    let text = rate < 9.95 ? NumberText.fixed(rate, digits: 1) : NumberText.count(rate)
    return [Span(text, theme.text), Span(" img/s", theme.label)]
  }

  private func remaining(_ theme: Theme) -> StyledText {
    guard let seconds = model.snapshot?.progress.remainingSeconds, !model.isOver else { return "" }
    return [Span("ETA ", theme.label), Span(NumberText.duration(seconds), theme.text)]
  }

  private var spinner: String {
    let turns = glyphs.level == .braille ? ["⠋", "⠙", "⠸", "⠴", "⠦", "⠇"] : ["-", "\\", "|", "/"]
    let turn = (model.now * 4).rounded(.down).truncatingRemainder(dividingBy: Double(turns.count))
    return turns[Int(saturating: turn.magnitude)]
  }
}

extension WorkbenchModel.Screen {
  var title: String {
    switch self {
    case .train: "Train"
    case .graph: "Graph"
    }
  }
}
