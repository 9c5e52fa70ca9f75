import EngineInterface
import TerminalUI

/// What is said in words: how the run ended, the newest notice, the edits and what came of them.
struct LogLines {
  let model: WorkbenchModel
  let theme: Theme
  private var glyphs: GlyphSet { model.glyphs }

  /// The most important line alone.
  func drawLast(in row: Rect, _ frame: inout Frame) {
    guard let line = lines(row.size).first else { return }
    frame.text(line, in: row, ellipsis: glyphs.ellipsis)
  }

  /// As many lines as there is room for, the most important first.
  func lines(_ size: Size) -> [StyledText] {
    let count = size.height
    guard count > 0 else { return [] }
    var lines = banner(size)
    let notices = model.log.entries.map(\.notice)
    let fresh = model.log.fresh(at: model.now)?.notice
    // Where there is one line only, news goes before history.
    let reserved = fresh ?? (count - lines.count >= 2 ? notices.last : nil)
    if let reserved, !isInBanner(reserved) { lines.append(reserved.line(theme, glyphs)) }
    let edits = (model.snapshot?.edits ?? []).reversed()
    lines += edits.prefix(max(count - lines.count, 0)).map {
      EditText.line($0, columns: size.width, model, theme)
    }
    let older = notices.reversed().drop { $0 == reserved || isInBanner($0) }
    lines += older.prefix(max(count - lines.count, 0)).map { $0.line(theme, glyphs) }
    if lines.isEmpty { lines = [hint] }
    return Array(lines.prefix(count))
  }

  private func banner(_ size: Size) -> [StyledText] {
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
      let failure: StyledText = [
        Span(glyphs.cross2 + " failed: ", theme.failure), Span(reason, theme.failure),
      ]
      let way = wayBack
      if !way.isEmpty { return size.height == 1 ? [way + [Span("  ")] + failure] : [failure, way] }
      let both = failure + [Span("  ")] + checkpoint(isShort: true)
      return size.height == 1 ? [both] : [failure, checkpoint(isShort: false)]
    case .unsaved(let reason):
      let keys: StyledText = [
        Span("  make room: saving is tried again;  ", theme.text), Span("c", theme.key),
        Span(" saves now  ", theme.label), Span("q", theme.key), Span(" leaves", theme.label),
      ]
      let failure: StyledText = [
        Span(glyphs.cross2 + " not saved: ", theme.failure), Span(reason, theme.failure),
      ]
      return size.height == 1 ? [failure] : [failure, keys]
    case .preparing(let what):
      return [[Span(what + "  ", theme.accent), Span("the keys work already", theme.faint)]]
    case .running, .validating, .paused:
      return []
    }
  }

  /// What can be done about a loss that is no number.
  private var wayBack: StyledText {
    guard let breakdown = model.snapshot?.breakdown, let step = breakdown.backTo else { return "" }
    let place = step == 0 ? "the beginning" : "the checkpoint of step \(NumberText.count(step))"
    return [
      Span("  b", theme.key), Span(" back to \(place), at a learning rate of ", theme.text),
      Span(NumberText.short(breakdown.learningRate), theme.strong),
    ]
  }

  private func checkpoint(isShort: Bool) -> StyledText {
    guard let last = model.lastCheckpoint else { return "" }
    let file = last.path.split(separator: "/").last.map(String.init) ?? last.path
    return [
      Span("  last good checkpoint: ", theme.label),
      Span(isShort ? file : "\(last.path), step \(NumberText.count(last.step))", theme.text),
    ]
  }

  /// Said by the banner already.
  private func isInBanner(_ notice: Notice) -> Bool {
    switch model.state {
    case .finished(let reason): notice.text == "finished: \(reason)"
    case .unsaved(let reason): notice.text == "not saved: \(reason)"
    case .failed(let reason): notice.text == reason
    case .preparing, .running, .validating, .paused: false
    }
  }

  private var hint: StyledText {
    StyledText(
      "every change you make is listed here, with what it did to the validation loss", theme.faint)
  }
}
