import EngineInterface
import Files
import TerminalUI

/// What is said in words: how the run ended, and under it, in the order of time, what happened and
/// what was edited, each with its time of day.
struct LogLines {
  let model: Shared
  let theme: Theme
  private var glyphs: GlyphSet { model.glyphs }

  /// The most important line alone.
  func drawLast(_ canvas: inout Canvas) {
    guard let line = answer(canvas.rect.size) ?? lines(canvas.rect.size).first else { return }
    canvas.frame.text(line, in: canvas.rect, ellipsis: glyphs.ellipsis)
  }

  /// What was said just now of a run that has finished, which the header says as well: a key owes an answer.
  private func answer(_ size: Size) -> StyledText? {
    guard case .finished = model.state, model.whatIf == nil,
      let fresh = model.log.fresh(at: model.now), !fresh.isRoutine, !isInBanner(fresh.notice)
    else { return nil }
    return line(.notice(fresh), columns: size.width)
  }

  /// As many lines as there is room for, the newest last.
  func lines(_ size: Size) -> [StyledText] {
    let count = size.height
    guard count > 0 else { return [] }
    var lines = banner(size)
    lines += chosen(max(count - lines.count, 0)).map { line($0, columns: size.width) }
    if lines.isEmpty { lines = [hint] }
    return Array(lines.prefix(count))
  }

  private enum Item {
    case notice(NoticeLog.Entry)
    case edit(EditMarker)

    var time: Double {
      switch self {
      case .notice(let entry): entry.time
      case .edit(let edit): edit.time
      }
    }
  }

  /// The `count` lines that matter most, in the order of time: news, the newest epoch where there is
  /// room for more than one line, edits before other notices of old, and epochs in what is left.
  private func chosen(_ count: Int) -> [Item] {
    let entries = model.log.entries.reversed().filter { !isInBanner($0.notice) }
    let edits = (model.snapshot?.history.edits ?? []).reversed().map(Item.edit)
    let fresh = model.log.fresh(at: model.now).flatMap { isInBanner($0.notice) ? nil : $0 }
    var news = fresh.map { [$0] } ?? []
    if count > 1, let epoch = entries.first(where: \.isRoutine), epoch != fresh {
      news.append(epoch)
    }
    let rest = entries.filter { !news.contains($0) }
    let told = rest.filter { !$0.isRoutine }.map(Item.notice)
    let epochs = rest.filter(\.isRoutine).map(Item.notice)
    // Edits and notices as they came, but an only line is rather an edit's.
    let mixed = count > 1 ? Self.newestFirst(edits, told) : edits + told
    let items = news.map(Item.notice) + mixed + epochs
    return items.prefix(count).enumerated()
      .sorted { ($0.element.time, $1.offset) < ($1.element.time, $0.offset) }.map(\.element)
  }

  private static func newestFirst(_ first: [Item], _ second: [Item]) -> [Item] {
    (first + second).enumerated()
      .sorted { ($1.element.time, $0.offset) < ($0.element.time, $1.offset) }.map(\.element)
  }

  private func line(_ item: Item, columns: Int) -> StyledText {
    switch item {
    case .edit(let edit): return EditText.line(edit, columns: columns, model, theme)
    case .notice(let entry):
      let clock = NumberText.clock(entry.time, offset: model.utcOffset) + " "
      return [Span(clock, theme.faint)] + entry.notice.line(theme, glyphs)
    }
  }

  private func banner(_ size: Size) -> [StyledText] {
    if let whatIf = model.whatIf { return [collected(whatIf)] }
    switch model.state {
    case .finished where model.snapshot?.run.isSearch == true: return [searchEnd]
    case .finished(let ending):
      return [
        [
          Span(glyphs.check + " finished: ", Style(theme[.liveFg]).bold),
          Span(EndingText.text(ending) + "   ", theme.text), Span("e", theme.key),
          Span(" trains on  ", theme.label),
          Span("c", theme.key), Span(" saves  ", theme.label), Span("q", theme.key),
          Span(" leaves", theme.label),
        ]
      ]
    case .failed(let reason):
      let words = EndingText.text(reason)
      let failure: StyledText = [
        Span(glyphs.cross2 + " failed: ", theme.failure), Span(words, theme.failure),
      ]
      let way = wayBack
      if !way.isEmpty { return size.height == 1 ? [way + [Span("  ")] + failure] : [failure, way] }
      let both = failure + [Span("  ")] + checkpoint(isShort: true)
      return size.height == 1 ? [both] : [failure, checkpoint(isShort: false)]
    case .unsaved(let error):
      let keys: StyledText = [
        Span("  make room: saving is tried again;  ", theme.text), Span("c", theme.key),
        Span(" saves now  ", theme.label), Span("q", theme.key), Span(" leaves", theme.label),
      ]
      let failure: StyledText = [
        Span(glyphs.cross2 + " not saved: ", theme.failure),
        Span(EndingText.unsaved(error), theme.failure),
      ]
      return size.height == 1 ? [failure] : [failure, keys]
    case .preparing(let stage):
      return [
        [
          Span(EndingText.text(stage) + "  ", theme.accent),
          Span("the keys work already", theme.faint),
        ]
      ]
    case .running, .validating, .paused:
      return []
    }
  }

  /// Edits that are collected to be compared.
  private func collected(_ whatIf: WhatIf) -> StyledText {
    let edits = whatIf.edits + [model.draft?.edit].compactMap(\.self)
    guard !edits.isEmpty else {
      return [
        Span("what if ", theme.accent.bold),
        Span("you change a value, freeze or thaw? It is collected, and not made.", theme.text),
      ]
    }
    return [
      Span("what if ", theme.accent.bold),
      Span(edits.map(RequestText.describe).joined(separator: ", ") + "?  ", theme.text),
      Span("enter", theme.key), Span(" compares  ", theme.label), Span("z", theme.key),
      Span(" takes back", theme.label),
    ]
  }

  /// How a search ended, and what can follow.
  private var searchEnd: StyledText {
    guard case .over(let ending) = model.search?.phase else {
      return [Span("the search stands; 'thaw resume' goes on with it", theme.text)]
    }
    var text: StyledText = [
      Span(glyphs.check + " over: ", Style(theme[.liveFg]).bold),
      Span(SearchText.ending(ending) + "   ", theme.text),
    ]
    if ending.canBeExtended {
      text.append("+", theme.key)
      text.append(" extends  ", theme.label)
    }
    text.append("q", theme.key)
    text.append(" leaves", theme.label)
    return text
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
    case .finished(let ending): notice.text == "finished: \(EndingText.text(ending))"
    case .unsaved(let error): notice.text == "not saved: \(EndingText.unsaved(error))"
    case .failed(let failure): notice.text == EndingText.text(failure)
    case .preparing, .running, .validating, .paused: false
    }
  }

  private var hint: StyledText {
    StyledText(
      "every change you make is listed here, with what it did to the validation loss", theme.faint)
  }
}
