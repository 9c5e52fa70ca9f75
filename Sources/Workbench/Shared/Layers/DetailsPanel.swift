import EngineInterface
import Files
import TerminalUI

/// All about the selected layer or block.
struct DetailsPanel {
  let model: Shared
  /// The value that `-` and `+` change now.
  let adjusted: Knob
  private var glyphs: GlyphSet { model.glyphs }

  private struct Line {
    var label: String
    var value: StyledText
    /// Shown where there is room for all of it.
    var note: StyledText = ""
    var knob: Knob?
  }

  func draw(_ rect: Rect, _ frame: inout Frame, _ theme: Theme) {
    guard !rect.isEmpty else { return }
    let members = model.selectedLayers
    let title = members.isEmpty ? "Layer" : model.selectionTitle
    let status = members.count == 1 ? members[0].kindText : ""
    let box = Box(
      border: Style(theme[.layerBox]), title: StyledText(title, theme.strong),
      status: StyledText(status, theme.label))
    let inside = frame.box(rect, box, glyphs: glyphs).inset(columns: 1, rows: 0)
    guard !members.isEmpty else {
      frame.text("nothing is selected", in: inside.row(0), style: theme.faint)
      return
    }
    var y = 0
    for line in lines(members, theme) where y < inside.height {
      draw(line, in: inside.row(y), &frame, theme)
      y += 1
    }
  }

  /// Lines of all there is to say.
  func lineCount(_ theme: Theme) -> Int { max(lines(model.selectedLayers, theme).count, 1) }

  /// Name, state, the value that `-` and `+` change, size: a line where there is no room for more.
  func summary(_ theme: Theme) -> StyledText {
    let members = model.selectedLayers
    guard !members.isEmpty else { return "" }
    var text = StyledText(model.selectionTitle, theme.strong)
    text.append("  ")
    text = text + state(members, theme)
    for line in knobs(members, theme) where line.knob == adjusted {
      text.append("  \(line.label) ", theme.label)
      text = text + line.value
    }
    let parameters = members.reduce(0) { $0 + $1.parameterCount }
    if parameters > 0 {
      text.append("  \(NumberText.count(parameters, width: 8)) parameters", theme.label)
    }
    return text
  }

  private func draw(_ line: Line, in row: Rect, _ frame: inout Frame, _ theme: Theme) {
    let isAdjusted = line.knob == adjusted
    if isAdjusted { frame.fill(row, style: theme.selection) }
    let width = 11
    frame.text(
      line.label, in: Rect(x: row.x, y: row.y, width: width, height: 1),
      style: isAdjusted ? theme.strong : theme.label, ellipsis: glyphs.ellipsis)
    let room = row.inset(left: width + 1)
    let whole = line.value + line.note
    frame.text(
      whole.columns <= room.width ? whole : line.value, in: room, ellipsis: glyphs.ellipsis)
    if isAdjusted {
      let hint: StyledText = [Span(" - + ", theme.key)]
      if row.width >= width + line.value.columns + 8 {
        frame.text(hint, in: row, align: .right)
      }
    }
  }

  private func lines(_ members: [LayerSummary], _ theme: Theme) -> [Line] {
    let isBlock = members.count > 1
    let parameters = members.reduce(0) { $0 + $1.parameterCount }
    let trainable = members.reduce(0) { $0 + $1.trainableParameterCount }
    var lines: [Line] = []
    if isBlock {
      lines.append(
        Line(label: "layers", value: StyledText(NumberText.count(members.count), theme.text)))
    }
    lines += flow(members, theme)
    var count = StyledText(NumberText.count(parameters), theme.text)
    if trainable != parameters, parameters > 0 {
      count.append("  \(NumberText.count(trainable)) can train", theme.label)
    }
    lines.append(Line(label: "parameters", value: count))
    lines.append(Line(label: "state", value: state(members, theme)))
    lines += knobs(members, theme)
    if model.refusal(of: LayerAction.moveHead) == nil {
      var hint: StyledText = [Span("H", theme.key)]
      hint.append("  cuts the network here, and puts a new head on it", theme.label)
      lines.append(Line(label: "head here", value: hint))
    }
    return lines + norms(members, theme) + costs(members, theme)
  }

  /// What comes in from outside of them, and what goes out.
  private func flow(_ members: [LayerSummary], _ theme: Theme) -> [Line] {
    let names = Set(members.map(\.name))
    let sources = members.flatMap(\.inputs).filter { !names.contains($0) }
    let shapes = sources.map { name in
      model.layers.first { $0.name == name }?.outputShape ?? model.snapshot?.run.inputShape ?? []
    }
    var input = StyledText(NumberText.shape(shapes.first ?? []), theme.text)
    let from = sources.map { $0.isEmpty ? "the images" : $0 }
    if !from.isEmpty {
      input.append(" \(glyphs.arrowLeft) \(from.joined(separator: ", "))", theme.label)
    }
    let targets = model.layers.filter { layer in
      !names.contains(layer.name) && layer.inputs.contains { names.contains($0) }
    }.map(\.name)
    var output = StyledText(NumberText.shape(members.last?.outputShape ?? []), theme.text)
    output.append(
      " \(glyphs.arrowRight) \(targets.isEmpty ? "the loss" : targets.joined(separator: ", "))",
      theme.label)
    var lines = [Line(label: "input", value: input)]
    if sources.contains(""), let run = model.snapshot?.run, !run.pixels.isEmpty {
      var pixels = StyledText(run.pixels, theme.text)
      pixels.append(" \(run.pixelsReason)", theme.label)
      lines.append(Line(label: "pixels", value: pixels))
    }
    return lines + [Line(label: "output", value: output)]
  }

  private func state(_ members: [LayerSummary], _ theme: Theme) -> StyledText {
    let values = model.layerValues
    let look = LayerLook(members, values)
    let freezable = members.filter(\.canFreeze)
    let words: String
    switch look {
    case .live: words = "live"
    case .frozen: words = "frozen"
    case .mixed:
      let frozen = freezable.count { values.isFrozen($0) }
      words = "\(frozen) of \(freezable.count) frozen"
    case .inert: words = "nothing to train"
    case .inertFrozen: words = "in the frozen part"
    }
    let isPending = freezable.contains { values.isFreezePending($0) }
    var text: StyledText = [
      Span(look.mark(glyphs) + " ", look.style(theme)),
      Span(words + (isPending ? "?" : ""), isPending ? theme.accent.italic : look.style(theme)),
    ]
    let since = freezable.compactMap(\.stateSinceStep)
    if !isPending, let step = since.max(), look == .live || look == .frozen {
      text.append(" since step \(NumberText.count(step))", theme.label)
    }
    return text
  }

  private func knobs(_ members: [LayerSummary], _ theme: Theme) -> [Line] {
    Knob.columns.map { knob in
      let reading = model.reading(of: knob)
      let value: StyledText
      if let number = reading.value {
        let text = (reading.isMixed ? "~" : "") + knob.text(number)
        var line = StyledText(
          text + (reading.isPending ? "?" : ""),
          reading.isPending ? theme.accent.italic : theme.text)
        if knob == .dropout, reading.subject != members.last?.name {
          line.append(" in \(reading.subject)", theme.label)
        }
        value = line
      } else if reading.insertsAfter != nil {
        value = [
          Span("none  ", theme.faint), Span("i", theme.key), Span(" inserts it", theme.label),
        ]
      } else {
        value = StyledText("–", theme.faint)
      }
      let label = knob == .layerMaxNorm ? "max-norm" : knob.title
      return Line(label: label, value: value, knob: knob)
    }
  }

  /// What they take of a step, and of memory.
  private func costs(_ members: [LayerSummary], _ theme: Theme) -> [Line] {
    var lines: [Line] = []
    let times = members.compactMap(\.milliseconds)
    if !times.isEmpty {
      let time = StyledText(NumberText.milliseconds(times.reduce(0, +)) + " ms", theme.text)
      lines.append(
        Line(label: "time", value: time, note: StyledText(" of each step", theme.label)))
    }
    let bytes = members.reduce(0) { $0 + ($1.memoryBytes ?? 0) }
    if bytes > 0 {
      lines.append(
        Line(
          label: "memory", value: StyledText(NumberText.bytes(bytes), theme.text),
          note: StyledText(" of weights, optimiser and activations", theme.label)))
    }
    return lines
  }

  private func norms(_ members: [LayerSummary], _ theme: Theme) -> [Line] {
    let norms: (KeyPath<LayerSummary, Double?>) -> Double? = { path in
      let known = members.compactMap { $0[keyPath: path] }
      guard !known.isEmpty else { return nil }
      return known.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    func text(_ value: Double?, _ words: (Double) -> String = NumberText.metric) -> StyledText {
      value.map { StyledText(words($0), $0.isFinite ? theme.text : theme.failure) }
        ?? StyledText("–", theme.faint)
    }
    guard members.contains(where: \.canFreeze) else { return [] }
    var gradient = text(norms(\.gradientNorm))
    let history = GradientNorms.combined(members)
    if !history.isEmpty {
      let spark = Sparkline(history, style: Style(theme[.liveFg]))
      gradient.append(
        "  "
          + spark.text(
            columns: min(16, (history.count + 1) / Sparkline.count(columns: 1, glyphs: glyphs)),
            glyphs: glyphs), spark.style)
    }
    var lines = [
      Line(label: "‖∇‖", value: gradient),
      Line(label: "‖w‖", value: text(norms(\.weightNorm))),
    ]
    if members.count == 1 {
      lines.append(Line(label: "‖∆w‖ / ‖w‖", value: text(members[0].updateRatio, NumberText.short)))
      if let share = members[0].clippedShare {
        lines.append(
          Line(label: "clipped", value: StyledText(NumberText.percent(share), theme.text)))
      }
    }
    return lines
  }
}
