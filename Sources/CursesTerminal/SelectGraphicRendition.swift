import TerminalUI

/// The parameters of ECMA-48's SGR, with xterm's for 256 and for direct colours.
///
/// Of 16 colours, a terminal of 8 shows the brighter ones as the darker ones in bold, and bright black,
/// which would be black there, as dim white.
enum SelectGraphicRendition {
  /// What leads from one style to another; from `nil`, everything is set anew. Empty where they look
  /// the same: a sequence without parameters would take everything back.
  static func codes(from old: Style?, to new: Style, colorCount: Int) -> String {
    guard let old else {
      let rest = codes(from: .blank, to: new, colorCount: colorCount)
      return rest.isEmpty ? "0" : "0;" + rest
    }
    var parts: [String] = []
    let was = attributes(old, colorCount)
    let wants = attributes(new, colorCount)
    let removed = was.subtracting(wants)
    var added = wants.subtracting(was)
    if !removed.isDisjoint(with: [.bold, .dim]) {
      // One code ends both.
      parts.append("22")
      added.formUnion(wants.intersection([.bold, .dim]))
    }
    if removed.contains(.italic) { parts.append("23") }
    if removed.contains(.underline) { parts.append("24") }
    if removed.contains(.reverse) { parts.append("27") }
    if added.contains(.bold) { parts.append("1") }
    if added.contains(.dim) { parts.append("2") }
    if added.contains(.italic) { parts.append("3") }
    if added.contains(.underline) { parts.append("4") }
    if added.contains(.reverse) { parts.append("7") }
    if old.foreground != new.foreground {
      parts.append(color(new.foreground, base: 30, colorCount))
    }
    if old.background != new.background {
      parts.append(color(new.background, base: 40, colorCount))
    }
    return parts.joined(separator: ";")
  }

  private static func attributes(_ style: Style, _ colorCount: Int) -> Style.Attributes {
    guard colorCount < 16, case .indexed(let index) = style.foreground else {
      return style.attributes
    }
    switch index {
    case 8: return style.attributes.union(.dim)
    case 9..<16: return style.attributes.union(.bold)
    default: return style.attributes
    }
  }

  private static func color(_ color: Color, base: Int, _ colorCount: Int) -> String {
    switch color {
    case .inherit, .terminal: "\(base + 9)"
    case .rgb(let red, let green, let blue): "\(base + 8);2;\(red);\(green);\(blue)"
    case .indexed(8) where colorCount < 16: "\(base == 30 ? base + 7 : base)"
    case .indexed(let index) where index < 8: "\(base + Int(index))"
    case .indexed(let index) where index < 16:
      // aixterm's codes, known wherever there are 16 colours.
      "\(base + Int(index) - 8 + (colorCount >= 16 ? 60 : 0))"
    case .indexed(let index): "\(base + 8);5;\(index)"
    }
  }
}
