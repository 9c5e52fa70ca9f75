import Files

/// A labelled rail with a knob: one number that can be changed.
package struct Slider: Sendable {
  package var label: String
  /// 0…1; `nil`: there is nothing to set, and no knob.
  package var position: Double?
  package var value: String
  /// What else is to say, as far as there is room: `2.1 % clipped`.
  package var note: StyledText
  package var isFocused: Bool
  /// Asked for, and not yet acknowledged by the engine: shown by a `?`, not by colour alone.
  package var isPending: Bool
  /// It does nothing now: drawn quietly.
  package var isEnabled: Bool

  package init(
    label: String, position: Double?, value: String, note: StyledText = "",
    isFocused: Bool = false, isPending: Bool = false, isEnabled: Bool = true
  ) {
    self.label = label
    self.position = position
    self.value = value
    self.note = note
    self.isFocused = isFocused
    self.isPending = isPending
    self.isEnabled = isEnabled
  }

  /// Where its parts lie. Sliders below each other share the columns when they are given the same
  /// widths.
  package struct Layout: Sendable, Equatable {
    package var label, rail, value, note: Rect
  }

  /// Columns of the mark in front of the focused one.
  private static let mark = 2
  private static let shortestRail = 5

  /// - Parameters:
  ///   - labelWidth: columns of the longest label among those that stand below each other.
  ///   - valueWidth: the same of the values, the `?` not counted.
  ///   - noteWidth: columns kept for notes.
  package static func layout(
    in rect: Rect, labelWidth: Int, valueWidth: Int, noteWidth: Int = 0
  ) -> Layout {
    let row = rect.row(0).inset(left: min(mark, rect.width))
    // A column stays free on both sides of the rail, one more is for the `?`.
    var note = noteWidth > 0 ? noteWidth + 1 : 0
    var label = labelWidth
    func rail() -> Int { row.width - label - 1 - 1 - valueWidth - 1 - note }
    // A note is worth a short rail, no rail at all is not.
    if rail() < shortestRail * 2 { note = 0 }
    if rail() < shortestRail { label = max(4, label - (shortestRail - rail())) }
    let length = rail() >= 3 ? rail() : 0
    if length == 0 { label = min(labelWidth, max(0, row.width - valueWidth - 2)) }
    let parts = row.split(
      .horizontal,
      [
        .fixed(label), .fixed(1), .fixed(length), .fixed(length > 0 ? 1 : 0),
        .fixed(valueWidth + 1), .fixed(note > 0 ? 1 : 0), .fixed(max(0, note - 1)),
      ])
    return Layout(label: parts[0], rail: parts[2], value: parts[4], note: parts[6])
  }

  /// The position 0…1 that a click or drag at a column means.
  package static func position(atX x: Int, in layout: Layout) -> Double {
    let last = layout.rail.width - 1
    guard last > 0 else { return 0 }
    return min(max(Double(x - layout.rail.x) / Double(last), 0), 1)
  }

  /// `layout` is one that this type made for `rect`.
  package func render(
    _ rect: Rect, layout: Layout, _ frame: inout Frame, _ theme: Theme, _ glyphs: GlyphSet
  ) {
    guard !rect.isEmpty else { return }
    let row = rect.row(0)
    if isFocused {
      frame.fill(row, style: theme.selection)
      frame.text(glyphs.selected, in: row, style: theme.strong)
    }
    let quiet = theme.faint
    frame.text(
      label, in: layout.label, style: !isEnabled ? quiet : isFocused ? theme.strong : theme.text,
      ellipsis: glyphs.ellipsis)
    renderRail(layout.rail, &frame, theme, glyphs)
    let style = !isEnabled ? quiet : isPending ? theme.accent.italic : Style(theme[.title])
    frame.text(
      StyledText(isPending ? value + "?" : value, style), in: layout.value,
      ellipsis: glyphs.ellipsis)
    frame.text(note, in: layout.note, ellipsis: glyphs.ellipsis)
  }

  private func renderRail(
    _ rail: Rect, _ frame: inout Frame, _ theme: Theme, _ glyphs: GlyphSet
  ) {
    guard rail.width > 0 else { return }
    frame.fill(rail, glyphs.railEmpty, style: theme.faint)
    guard let position, isEnabled else { return }
    let knob = Int(saturating: (min(max(position, 0), 1) * Double(rail.width - 1)).rounded())
    let color = isPending ? theme[.accentFg] : theme[.liveFg]
    frame.fill(
      Rect(x: rail.x, y: rail.y, width: knob, height: 1), glyphs.railFilled, style: Style(color))
    frame.put(
      glyphs.knob, width: 1, x: rail.x + knob, y: rail.y,
      style: isPending ? theme.accent : theme.strong)
  }
}
