/// All keys by group, from the binding table. Scrolls; two columns where there is room.
package struct HelpPage: Sendable {
  package var title: String
  package var sections: [HelpSection]
  /// The first line in view.
  package var offset: Int

  package init(title: String = "Keys", sections: [HelpSection], offset: Int = 0) {
    self.title = title
    self.sections = sections
    self.offset = offset
  }

  private static let twoColumnsFrom = 96

  /// The largest sensible `offset` for a page in `rect`.
  package func lastOffset(in rect: Rect) -> Int {
    let width = rect.inset(columns: 2, rows: 1).width
    let height = columns(width: width).map(\.count).max() ?? 0
    return max(0, height - max(0, rect.height - 2))
  }

  package func render(_ canvas: inout Canvas) {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    guard !rect.isEmpty else { return }
    canvas.frame.fill(rect, style: theme.ground)
    let box = Box(
      border: Style(theme[.procBox]), title: StyledText(title, theme.strong),
      status: [Span("esc", theme.key), Span(" closes", theme.label)])
    let inside = canvas.frame.box(rect, box, glyphs: glyphs).inset(columns: 1, rows: 0)
    let columns = columns(width: inside.width)
    let top = min(max(0, offset), lastOffset(in: rect))
    let places = inside.split(.horizontal, columns.map { _ in .share(1) })
    for (lines, place) in zip(columns, places) {
      let place = place.inset(right: columns.count > 1 ? 1 : 0)
      for row in 0..<place.height where top + row < lines.count {
        draw(lines[top + row], in: place.row(row), &canvas)
      }
    }
    let height = columns.map(\.count).max() ?? 0
    canvas.within(Rect(x: rect.maxX - 1, y: inside.y, width: 1, height: inside.height)) {
      Scroll.bar(&$0, offset: top, visible: inside.height, count: height, style: theme.label)
    }
  }

  private enum Line {
    case heading(String)
    case entry(HelpSection.Entry, keyWidth: Int)
    /// What of an entry has no room on its first line.
    case rest(StyledRest, keyWidth: Int)
    case blank
  }

  private struct StyledRest {
    var text: String
    var isEnabled: Bool
  }

  /// The lines of one or two columns, sections kept whole, as even as that allows.
  private func columns(width: Int) -> [[Line]] {
    guard width >= Self.twoColumnsFrom, sections.count > 1 else {
      return [blocks(width: width).flatMap { $0 }]
    }
    let blocks = blocks(width: width / 2 - 1)
    let total = blocks.reduce(0) { $0 + $1.count }
    var best = (cut: 1, height: Int.max)
    var height = 0
    for cut in 1..<blocks.count {
      height += blocks[cut - 1].count
      let tallest = max(height, total - height)
      if tallest < best.height { best = (cut, tallest) }
    }
    return [blocks[..<best.cut].flatMap { $0 }, blocks[best.cut...].flatMap { $0 }]
  }

  private func blocks(width: Int) -> [[Line]] {
    let widest = sections.flatMap(\.entries).map { TextWidth.columns($0.keys) }.max() ?? 0
    let keyWidth = min(widest, 16)
    return sections.map { section in
      var lines = [Line.heading(section.title)]
      for entry in section.entries {
        let wrapped = TextWrap.lines(Self.words(entry), columns: max(width - keyWidth - 3, 1))
        var first = entry
        first.description = wrapped.first ?? ""
        lines.append(.entry(first, keyWidth: keyWidth))
        lines += wrapped.dropFirst().map {
          .rest(StyledRest(text: $0, isEnabled: entry.disabledReason == nil), keyWidth: keyWidth)
        }
      }
      return lines + [.blank]
    }
  }

  private static func words(_ entry: HelpSection.Entry) -> String {
    entry.description + (entry.disabledReason.map { " (\($0))" } ?? "")
  }

  private func draw(_ line: Line, in rect: Rect, _ canvas: inout Canvas) {
    let (theme, glyphs) = (canvas.theme, canvas.glyphs)
    switch line {
    case .blank: break
    case .heading(let text): canvas.frame.text(text, in: rect, style: theme.accent.bold)
    case .entry(let entry, let keyWidth):
      let isEnabled = entry.disabledReason == nil
      canvas.frame.text(
        entry.keys,
        in: Rect(x: rect.x + 1, y: rect.y, width: min(keyWidth, rect.width - 1), height: 1),
        style: isEnabled ? theme.key : theme.faint, align: .right, ellipsis: glyphs.ellipsis)
      canvas.frame.text(
        entry.description, in: rect.inset(left: keyWidth + 3),
        style: isEnabled ? theme.text : theme.faint, ellipsis: glyphs.ellipsis)
    case .rest(let rest, let keyWidth):
      canvas.frame.text(
        rest.text, in: rect.inset(left: keyWidth + 3),
        style: rest.isEnabled ? theme.text : theme.faint, ellipsis: glyphs.ellipsis)
    }
  }
}
