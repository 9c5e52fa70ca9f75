import EngineInterface
import Files
import TerminalUI

/// The sliders, and under them what was done and what came of it.
struct ControlsView {
  let model: Scene<TrainScreen>
  private var glyphs: GlyphSet { model.glyphs }

  /// Sliders below each other: two columns of them, or one where that would leave no rails.
  private static func rowCount(_ inside: Rect) -> Int {
    inside.width < 64 ? Knob.controls.count : (Knob.controls.count + 1) / 2
  }

  func draw(_ rect: Rect, _ frame: inout Frame, _ theme: Theme) -> [HitRegion<TrainScreen.Target>] {
    let box = Box(
      border: Style(theme[.knobBox]), title: StyledText("Controls", theme.strong),
      status: run(isWide: rect.width >= 110, theme), isFocused: model.isOnControls)
    let inside = frame.box(rect, box, glyphs: glyphs).inset(columns: 1, rows: 0)
    let regions = drawSliders(inside, &frame, theme)
    let rowCount = Self.rowCount(inside)
    // A blank row sets the words off from the numbers where there is one to spare.
    let gap = inside.height >= rowCount + 4 ? 1 : 0
    let lines = inside.inset(top: rowCount + gap)
    for (index, line) in LogLines(model: model.shared, theme: theme).lines(
      lines.size
    ).enumerated() {
      frame.text(line, in: lines.row(index), ellipsis: glyphs.ellipsis)
    }
    return regions
  }

  private func drawSliders(_ inside: Rect, _ frame: inout Frame, _ theme: Theme)
    -> [HitRegion<TrainScreen.Target>]
  {
    let isWide = inside.width >= 106
    let rowCount = Self.rowCount(inside)
    let columns =
      rowCount == Knob.controls.count
      ? [inside] : inside.split(.horizontal, [.share(1), .fixed(isWide ? 2 : 1), .share(1)])
    var regions: [HitRegion<TrainScreen.Target>] = []
    for (index, knob) in Knob.controls.enumerated() {
      let column = index / rowCount
      let row = columns[column * 2].row(index % rowCount)
      guard !row.isEmpty else { continue }
      let layout = Slider.layout(
        in: row, labelWidth: columns.count > 1 && column == 0 ? 13 : isWide ? 12 : 17,
        valueWidth: 7,
        noteWidth: isWide ? 16 : 0)
      slider(knob, isWide: isWide, theme).render(row, layout: layout, &frame, theme, glyphs)
      regions.append(HitRegion(row, .slider(knob, layout)))
    }
    return regions
  }

  private func slider(_ knob: Knob, isWide: Bool, _ theme: Theme) -> Slider {
    let reading = model.shared.reading(of: knob)
    let isFocused = model.isOnControls && model.selectedKnob == knob
    let value: String =
      if let value = reading.value {
        (reading.isMixed ? "~" : "") + knob.text(value)
      } else {
        reading.insertsAfter == nil ? "–" : "none"
      }
    // Whom it acts on stands after the value, or where there is no room there, in the label.
    let subject = isWide || reading.subject.isEmpty ? "" : " " + reading.subject
    return Slider(
      // A limit that is off has no place on its rail: a full one would say that it is at its highest.
      label: label(knob) + subject,
      position: reading.value.flatMap { $0.isFinite ? knob.scale.fraction(of: $0) : nil },
      value: value, note: note(knob, reading, theme), isFocused: isFocused,
      isPending: reading.isPending,
      isEnabled: reading.disabledReason == nil && reading.value != nil)
  }

  private func label(_ knob: Knob) -> String {
    let isAdam = [.adam, .adamw].contains(model.snapshot?.run.optimizer)
    return knob == .momentum && isAdam ? "momentum β₁" : knob.title
  }

  private func note(_ knob: Knob, _ reading: KnobReading, _ theme: Theme) -> StyledText {
    switch knob {
    case .learningRate:
      guard let base = reading.value, let latest = model.snapshot?.latest, latest.learningRate > 0,
        (latest.learningRate / base - 1).magnitude > 0.02
      else { return StyledText("log", theme.faint) }
      return StyledText("now \(NumberText.short(latest.learningRate))", theme.label)
    case .maxNorm:
      guard let share = model.snapshot?.latest.clippedShare else { return "" }
      return StyledText("\(NumberText.percent(share)) clipped", theme.label)
    case .dropout where reading.insertsAfter != nil && reading.disabledReason == nil:
      return [Span("i", theme.key), Span(" inserts it", theme.label)]
    case .dropout, .multiplier, .layerMaxNorm:
      return StyledText(reading.subject, theme.label)
    case .momentum, .weightDecay:
      return ""
    }
  }

  private func run(isWide: Bool, _ theme: Theme) -> StyledText {
    guard let run = model.snapshot?.run, !run.schedule.isEmpty else { return "" }
    let source = isWide && !run.pixelsSource.isEmpty ? " (\(run.pixelsSource))" : ""
    let pixels = run.pixels.isEmpty ? "" : "pixels \(run.pixels)\(source)"
    let parts = [run.optimizer.title, run.schedule, "batch \(run.batch)", pixels].filter {
      !$0.isEmpty
    }
    return StyledText(parts.joined(separator: " \(glyphs.dot) "), theme.label)
  }
}
