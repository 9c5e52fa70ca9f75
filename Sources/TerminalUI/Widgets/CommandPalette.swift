/// Every command by name: type a few letters of it.
package struct CommandPalette<Action>: Sendable where Action: Sendable {
  /// An item that fits what was typed.
  package struct Entry: Sendable {
    /// Its number among the items.
    package var index: Int
    package var match: FuzzyMatch
  }

  package var items: [PaletteItem<Action>]
  package var query: TextField
  /// Among the entries.
  package var selected: Int

  package init(items: [PaletteItem<Action>], query: TextField, selected: Int = 0) {
    self.items = items
    self.query = query
    self.selected = selected
  }

  /// The items that fit, the best first and what does nothing now last; in their order while nothing
  /// is typed. What was asked for outright stands above all, whether it can be done or not.
  package var entries: [Entry] {
    let found = items.enumerated().compactMap { index, item in
      FuzzyMatch(query.text, in: item.description).map { Entry(index: index, match: $0) }
        ?? FuzzyMatch(query.text, in: item.title).map {
          Entry(index: index, match: FuzzyMatch(score: $0.score, positions: []))
        }
    }
    func rank(_ entry: Entry) -> Int {
      let item = items[entry.index]
      return item.isAskedFor ? 0 : item.disabledReason == nil ? 1 : 2
    }
    return found.sorted {
      (rank($0), $1.match.score, $0.index) < (rank($1), $0.match.score, $1.index)
    }
  }

  /// Draws it over the upper part of `rect`; returns the entries in view by number.
  package func render(_ canvas: inout Canvas) -> [HitRegion<Int>] {
    let (rect, theme) = (canvas.rect, canvas.theme)
    guard !rect.isEmpty else { return [] }
    let entries = entries
    let width = min(rect.width, max(64, rect.width * 3 / 5))
    let height = min(rect.height, min(max(items.count, 1), 14) + 3)
    let area = Rect(
      x: rect.x + (rect.width - width) / 2, y: rect.y + min(3, max(0, rect.height - height) / 2),
      width: width, height: height)
    canvas.frame.fill(area, style: theme.ground)
    let box = Box(
      border: Style(theme[.hiFg]), title: StyledText("Commands", theme.strong),
      status: StyledText("\(entries.count) of \(items.count)", theme.label), isFocused: true)
    let inside = canvas.frame.box(area, box, glyphs: canvas.glyphs).inset(columns: 1, rows: 0)
    canvas.frame.text(": ", in: inside, style: theme.key)
    canvas.within(inside.row(0).inset(left: 2)) { query.render(&$0, style: theme.strong) }
    let list = inside.inset(top: 1)
    if entries.isEmpty {
      canvas.frame.text("nothing is called that", in: list.row(0), style: theme.faint)
    }
    let chosen = min(max(0, selected), max(0, entries.count - 1))
    let offset = Scroll.offset(
      current: 0, selected: chosen, visible: list.height, count: entries.count)
    var regions: [HitRegion<Int>] = []
    for row in 0..<list.height where offset + row < entries.count {
      let place = list.row(row)
      draw(
        entries[offset + row], isSelected: offset + row == chosen, in: place, &canvas)
      regions.append(HitRegion(place, offset + row))
    }
    return regions
  }

  private func draw(_ entry: Entry, isSelected: Bool, in rect: Rect, _ canvas: inout Canvas) {
    let (theme, glyphs) = (canvas.theme, canvas.glyphs)
    let item = items[entry.index]
    if isSelected {
      canvas.frame.fill(rect, style: theme.selection)
      canvas.frame.text(glyphs.selected, in: rect, style: theme.key)
    }
    let isEnabled = item.disabledReason == nil
    let plain = isEnabled ? theme.text : theme.faint
    var line = StyledText()
    for (index, character) in item.description.enumerated() {
      let isHit = entry.match.positions.contains(index)
      line.append(String(character), isHit ? theme.accent.bold.underline : plain)
    }
    if let reason = item.disabledReason { line.append("  " + reason, theme.faint.italic) }
    let keys = TextWidth.columns(item.keys)
    let parts = rect.inset(left: 2).split(
      .horizontal, [.share(1), .fixed(keys > 0 ? 1 : 0), .fixed(keys)])
    canvas.frame.text(line, in: parts[0], ellipsis: glyphs.ellipsis)
    canvas.frame.text(item.keys, in: parts[2], style: isEnabled ? theme.key : theme.faint)
  }
}

extension FuzzyMatch {
  init(score: Int, positions: [Int]) {
    self.score = score
    self.positions = positions
  }
}
