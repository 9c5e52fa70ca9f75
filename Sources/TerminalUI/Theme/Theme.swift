/// The colours of everything on the screen.
package struct Theme: Sendable, Equatable {
  /// The file's name without its ending.
  package let name: String
  private var colors: [Color]
  /// Selections are shown in reverse video, because their background would not be seen.
  package private(set) var reversesSelection = false
  /// What the terminal shows.
  package private(set) var depth = ColorDepth.trueColor

  /// Fills what `values` lacks: a key of Thaw's from its default key, any other from the built-in
  /// theme.
  package init(name: String, values: [ThemeKey: Color] = [:]) {
    self.name = name
    colors = ThemeKey.allCases.map { Self.resolve($0, values) }
  }

  /// The built-in theme.
  package static let standard = Theme(name: "default")

  package subscript(key: ThemeKey) -> Color { colors[Self.positions[key] ?? 0] }

  /// A colour between the `start`, `mid` and `end` of a gradient: `share` 0…1.
  package func gradient(
    _ start: ThemeKey, _ middle: ThemeKey, _ end: ThemeKey, share: Double
  ) -> Color {
    let share = min(max(share.isNaN ? 0 : share, 0), 1)
    return share < 0.5
      ? self[start].mixed(with: self[middle], share: share * 2)
      : self[middle].mixed(with: self[end], share: share * 2 - 1)
  }

  package func heat(_ share: Double) -> Color {
    gradient(.heatStart, .heatMid, .heatEnd, share: share)
  }

  /// A quiet version of a colour, towards the background: what stands behind.
  package func quiet(_ key: ThemeKey, share: Double = 0.55) -> Color {
    // Between sixteen colours there is only grey.
    if depth == .indexed16, self[key] != .terminal { return .indexed(8) }
    return self[key].mixed(
      with: self[.mainBg] == .terminal ? Color(hex: 0x101010) : self[.mainBg], share: share
    ).reduced(to: depth)
  }

  /// Colours are too few to tell curves apart by them alone.
  var hasFewColors: Bool { depth <= .indexed16 }

  /// The theme as a terminal with fewer colours shows it best.
  package func adapted(to depth: ColorDepth) -> Theme {
    var result = self
    result.depth = depth
    result.colors = colors.map { $0.reduced(to: depth) }
    // Whatever stands on it must be read: where grey has become one with grey, another ground is.
    let texts: [ThemeKey] = [
      .selectedFg, .mainFg, .title, .inactiveFg, .graphText, .hiFg, .accentFg, .liveFg, .frozenFg,
    ]
    func isUsable(_ ground: Color) -> Bool {
      ground != result[.mainBg] && !texts.contains { result[$0] == ground }
    }
    let grounds = [result[.selectedBg]] + (depth == .indexed16 ? [4, 6, 5].map(Color.indexed) : [])
    let ground = grounds.first(where: isUsable)
    if let ground { result.colors[Self.positions[.selectedBg] ?? 0] = ground }
    result.reversesSelection =
      ground == nil
      || (depth == .indexed16 && result[.mainBg] == .terminal
        && result[.selectedBg] == .indexed(0))
    return result
  }

  private static let positions: [ThemeKey: Int] = Dictionary(
    uniqueKeysWithValues: ThemeKey.allCases.enumerated().map { ($0.element, $0.offset) })

  private static func resolve(_ key: ThemeKey, _ values: [ThemeKey: Color]) -> Color {
    if let value = values[key] {
      guard value == .terminal, !key.isBackground else { return value }
      // Empty: a gradient goes on as it began, anything else is the terminal's own colour.
      return key.gradientStart.map { resolve($0, values) } ?? .terminal
    }
    // A file that says nothing of Thaw's keys still decides them through btop's.
    if let fallback = key.fallback, builtIn[key] == nil || !values.isEmpty {
      return resolve(fallback, values)
    }
    return builtIn[key] ?? .terminal
  }
}

extension Theme {
  package var text: Style { Style(self[.mainFg]) }
  package var strong: Style { Style(self[.title]).bold }
  package var faint: Style { Style(self[.inactiveFg]) }
  package var label: Style { Style(self[.graphText]) }
  package var accent: Style { Style(self[.accentFg]) }
  package var key: Style { Style(self[.hiFg]).bold }
  package var failure: Style { Style(self[.nanFg]).bold }
  /// The frame's ground: everything is drawn over it.
  package var ground: Style { Style(self[.mainFg], on: self[.mainBg]) }
  package var bar: Style { Style(self[.mainFg], on: self[.barBg]) }
  /// The selected row of a list. Lay it under what is drawn, or over it with `restyle`.
  package var selection: Style {
    reversesSelection ? Style().reverse : Style(.inherit, on: self[.selectedBg])
  }
  /// A row within a marked range: quieter than the selection.
  package var range: Style {
    let ground = self[.selectedBg].mixed(with: self[.mainBg], share: 0.45)
    // With few colours there is none between the two.
    return reversesSelection || hasFewColors || ground == self[.selectedBg]
      ? Style().underline : Style(.inherit, on: ground)
  }
}
