/// What keys do, as data: the help page, the bottom bar and the palette are made from the same
/// table that the keyboard goes through.
package struct KeyBinding<Model, Action>: Sendable where Action: Sendable {
  package var keys: [Key]
  package var action: Action
  /// One or two words for the bottom bar: `freeze`.
  package var title: String
  /// A sentence's worth for the help page and the palette.
  package var description: String
  /// The heading it stands under on the help page.
  package var group: String
  /// Its place on the bottom bar, smaller first and kept longest; `nil` keeps it off.
  package var barOrder: Int?
  /// Whether the palette offers it.
  package var isInPalette: Bool
  /// Whether its keys work, and it is shown, where the model is now: on this screen, in this pane.
  package var isPresent: @Sendable (Model) -> Bool
  /// Why it does nothing now, as words; `nil` when it works.
  package var disabledReason: @Sendable (Model) -> String?

  package init(
    _ keys: [Key], _ action: Action, title: String, description: String, group: String,
    barOrder: Int? = nil, isInPalette: Bool = true,
    isPresent: @escaping @Sendable (Model) -> Bool = { _ in true },
    disabledReason: @escaping @Sendable (Model) -> String? = { _ in nil }
  ) {
    self.keys = keys
    self.action = action
    self.title = title
    self.description = description
    self.group = group
    self.barOrder = barOrder
    self.isInPalette = isInPalette
    self.isPresent = isPresent
    self.disabledReason = disabledReason
  }

  /// Its keys as a person reads them: `-/+`, `ctrl-y`.
  package func keyLabel(_ glyphs: GlyphSet, limit: Int = 3) -> String {
    var seen: [String] = []
    for key in keys.prefix(limit) {
      let label = key.label(glyphs)
      if !seen.contains(label) { seen.append(label) }
    }
    // Arrows read well without strokes between them.
    return seen.joined(separator: seen.allSatisfy { "↑↓←→".contains($0) } ? "" : "/")
  }
}
