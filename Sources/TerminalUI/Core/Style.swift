/// How text looks. What a style leaves out (`.inherit`) stays as the cell below has it, so that text
/// drawn over a selected row keeps the row's background.
package struct Style: Hashable, Sendable {
  package struct Attributes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let bold = Attributes(rawValue: 1)
    package static let dim = Attributes(rawValue: 2)
    package static let italic = Attributes(rawValue: 4)
    package static let underline = Attributes(rawValue: 8)
    package static let reverse = Attributes(rawValue: 16)
  }

  package var foreground: Color
  package var background: Color
  package var attributes: Attributes

  package init(
    _ foreground: Color = .inherit, on background: Color = .inherit,
    _ attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  package var bold: Style { adding(.bold) }
  package var dim: Style { adding(.dim) }
  package var italic: Style { adding(.italic) }
  package var underline: Style { adding(.underline) }
  package var reverse: Style { adding(.reverse) }

  package func adding(_ more: Attributes) -> Style {
    Style(foreground, on: background, attributes.union(more))
  }

  package func on(_ color: Color) -> Style { Style(foreground, on: color, attributes) }

  /// This style over another one. Reverse video stays when it was there: it marks a selection where
  /// there are no colours.
  package func over(_ below: Style) -> Style {
    Style(
      foreground == .inherit ? below.foreground : foreground,
      on: background == .inherit ? below.background : background,
      attributes.union(below.attributes.intersection(.reverse)))
  }
}
