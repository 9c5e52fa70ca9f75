import EngineInterface
import TerminalUI

/// The sliders, and under them what was done and what came of it.
struct ControlsView {
  let model: WorkbenchModel
  private var glyphs: GlyphSet { model.glyphs }
  private static let rowCount = 3

  func draw(_ rect: Rect, _ frame: inout Frame, _ theme: Theme) -> [HitRegion<HitTarget>] {
    let box = Box(
      border: Style(theme[.knobBox]), title: StyledText("Controls", theme.strong),
      status: run(theme), isFocused: model.isOnControls)
    let inside = frame.box(rect, box, glyphs: glyphs).inset(columns: 1, rows: 0)
    let regions = drawSliders(inside, &frame, theme)
    // A blank row sets the words off from the numbers where there is one to spare.
    let gap = inside.height >= Self.rowCount + 4 ? 1 : 0
    let lines = inside.inset(top: Self.rowCount + gap)
    for (index, line) in LogLines(model: model, theme: theme).lines(lines.height).enumerated() {
      frame.text(line, in: lines.row(index), ellipsis: glyphs.ellipsis)
    }
    return regions
  }

  private func drawSliders(_ inside: Rect, _ frame: inout Frame, _ theme: Theme)
    -> [HitRegion<HitTarget>]
  {
    let isWide = inside.width >= 106
    let halves = inside.split(.horizontal, [.share(1), .fixed(isWide ? 2 : 1), .share(1)])
    var regions: [HitRegion<HitTarget>] = []
    for (index, knob) in Knob.controls.enumerated() {
      let column = index / Self.rowCount
      let row = halves[column * 2].row(index % Self.rowCount)
      guard !row.isEmpty else { continue }
      let layout = Slider.layout(
        in: row, labelWidth: column == 0 ? 13 : 12, valueWidth: 7, noteWidth: isWide ? 16 : 9)
      slider(knob, theme).render(row, layout: layout, &frame, theme, glyphs)
      regions.append(HitRegion(row, .slider(knob, layout)))
    }
    return regions
  }

  private func slider(_ knob: Knob, _ theme: Theme) -> Slider {
    let reading = model.reading(of: knob)
    let isFocused = model.isOnControls && model.selectedKnob == knob
    let value: String =
      if let value = reading.value {
        (reading.isMixed ? "~" : "") + knob.text(value)
      } else {
        reading.insertsAfter == nil ? "–" : "none"
      }
    return Slider(
      label: label(knob), position: reading.value.map { knob.scale.fraction(of: $0) },
      value: value, note: note(knob, reading, theme), isFocused: isFocused,
      isPending: reading.isPending,
      isEnabled: reading.disabledReason == nil && reading.value != nil)
  }

  private func label(_ knob: Knob) -> String {
    let isAdam = model.snapshot?.run.optimizer.lowercased().hasPrefix("adam") ?? false
    return knob == .momentum && isAdam ? "momentum β₁" : knob.title
  }

  private func note(_ knob: Knob, _ reading: KnobReading, _ theme: Theme) -> StyledText {
    switch knob {
    case .learningRate:
      guard let base = reading.value, let latest = model.readings?.latest, latest.learningRate > 0,
        (latest.learningRate / base - 1).magnitude > 0.02
      else { return StyledText("log", theme.faint) }
      return StyledText("now \(NumberText.scientific(latest.learningRate))", theme.label)
    case .maxNorm:
      guard let share = model.readings?.latest.clippedShare else { return "" }
      return StyledText("\(NumberText.percent(share)) clipped", theme.label)
    case .dropout, .multiplier, .layerMaxNorm:
      return StyledText(reading.subject, theme.label)
    case .momentum, .weightDecay:
      return ""
    }
  }

  private func run(_ theme: Theme) -> StyledText {
    guard let run = model.snapshot?.run, !run.optimizer.isEmpty else { return "" }
    let parts = [run.optimizer, run.schedule, "batch \(run.batch)"].filter { !$0.isEmpty }
    return StyledText(parts.joined(separator: " \(glyphs.dot) "), theme.label)
  }
}

/// What stands under the sliders: the end of a run, the newest notice, the edits.
struct LogLines {
  let model: WorkbenchModel
  let theme: Theme
  private var glyphs: GlyphSet { model.glyphs }

  /// At most `count` lines, the most important first.
  func lines(_ count: Int) -> [StyledText] {
    guard count > 0 else { return [] }
    var lines = banner
    let notices = model.log.entries.map(\.notice)
    let edits = (model.snapshot?.edits ?? []).reversed()
    let fresh = model.log.fresh(at: model.now)?.notice
    // Where there is one line only, news goes before history.
    let reserved = fresh ?? (count - lines.count >= 2 ? notices.last : nil)
    if let reserved, !isInBanner(reserved) { lines.append(reserved.line(theme, glyphs)) }
    let room = max(count - lines.count, 0)
    lines += edits.prefix(room).map { EditText.line($0, model, theme) }
    let older = notices.reversed().drop { $0 == reserved || isInBanner($0) }
    lines += older.prefix(max(count - lines.count, 0)).map { $0.line(theme, glyphs) }
    if lines.isEmpty { lines = [hint] }
    return Array(lines.prefix(count))
  }

  private var banner: [StyledText] {
    switch model.state {
    case .finished(let reason):
      return [
        [
          Span(glyphs.check + " finished: ", Style(theme[.liveFg]).bold),
          Span(reason + "   ", theme.text), Span("e", theme.key), Span(" trains on  ", theme.label),
          Span("c", theme.key), Span(" saves  ", theme.label), Span("q", theme.key),
          Span(" leaves", theme.label),
        ]
      ]
    case .failed(let reason):
      let checkpoint: StyledText =
        if let last = model.lastCheckpoint {
          [
            Span("  last good checkpoint: ", theme.label),
            Span("\(last.path), step \(NumberText.count(last.step))", theme.text),
          ]
        } else {
          [Span("  no checkpoint was written on this screen's watch", theme.label)]
        }
      return [
        [Span(glyphs.cross2 + " failed: ", theme.failure), Span(reason, theme.failure)], checkpoint,
      ]
    case .preparing(let what):
      return [[Span(what + " ", theme.accent), Span("the keys work already", theme.faint)]]
    case .running, .validating, .paused:
      return []
    }
  }

  /// Said by the banner already.
  private func isInBanner(_ notice: Notice) -> Bool {
    switch model.state {
    case .finished(let reason): notice.text == "finished: \(reason)"
    case .failed(let reason): notice.text == reason
    default: false
    }
  }

  private var hint: StyledText {
    [
      Span(
        "every change you make is listed here, with what it did to the validation loss",
        theme.faint)
    ]
  }
}
