/// One cell of a frame.
package struct Cell: Hashable, Sendable {
  /// A scalar that takes room, with the marks that combine with it; empty for the right half of a
  /// wide one.
  package var text: String
  /// Columns it takes: 1, 2, or 0 for the right half of a wide one.
  package var width: UInt8
  /// Both colours are set: `.inherit` has been resolved.
  package var style: Style

  package init(text: String = " ", width: UInt8 = 1, style: Style = .blank) {
    self.text = text
    self.width = width
    self.style = style
  }

  package static let blank = Cell()

  /// A space of which only the background is seen.
  package var isBlank: Bool { text == " " && !style.isSeenOnSpaces }

  /// Nobody could tell the two apart.
  func looksLike(_ other: Cell) -> Bool {
    self == other || isBlank && other.isBlank && style.background == other.style.background
  }
}

extension Style {
  /// The terminal's own colours.
  package static let blank = Style(.terminal, on: .terminal)

  /// It shows on spaces more than a background.
  package var isSeenOnSpaces: Bool { !attributes.isDisjoint(with: [.reverse, .underline]) }
}
