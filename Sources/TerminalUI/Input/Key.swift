/// One key press.
package struct Key: Hashable, Sendable {
  package struct Modifiers: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let control = Modifiers(rawValue: 1)
    package static let alt = Modifiers(rawValue: 2)
    /// Only with keys that give no character: a shifted letter is another character.
    package static let shift = Modifiers(rawValue: 4)
  }

  package enum Code: Hashable, Sendable {
    case character(Character)
    case up, down, left, right
    case pageUp, pageDown, home, end
    case tab, backTab, enter, escape, backspace, delete, insert
    case function(Int)
  }

  package var code: Code
  package var modifiers: Modifiers

  package init(_ code: Code, _ modifiers: Modifiers = []) {
    self.code = code
    self.modifiers = modifiers
  }

  package init(_ character: Character, _ modifiers: Modifiers = []) {
    self.init(.character(character), modifiers)
  }

  /// The character that the key types into a text field, if any.
  package var typed: Character? {
    guard case .character(let character) = code, modifiers.isEmpty else { return nil }
    return character
  }
}

extension Key: ExpressibleByStringLiteral {
  private static let names: [String: Code] = [
    "up": .up, "down": .down, "left": .left, "right": .right, "pgup": .pageUp,
    "pgdn": .pageDown, "home": .home, "end": .end, "tab": .tab, "backtab": .backTab,
    "enter": .enter, "esc": .escape, "backspace": .backspace, "delete": .delete,
    "insert": .insert, "space": .character(" "),
  ]

  /// Reads a name as the help page has it: `x`, `space`, `pgup`, `f1`, `ctrl-y`, `alt-left`.
  package init?(named name: String) {
    var rest = Substring(name)
    var modifiers: Modifiers = []
    while rest.count > 1 {
      if rest.hasPrefix("ctrl-"), rest.count > 5 {
        modifiers.insert(.control)
        rest = rest.dropFirst(5)
      } else if rest.hasPrefix("alt-"), rest.count > 4 {
        modifiers.insert(.alt)
        rest = rest.dropFirst(4)
      } else if rest.hasPrefix("shift-"), rest.count > 6 {
        modifiers.insert(.shift)
        rest = rest.dropFirst(6)
      } else {
        break
      }
    }
    if rest.count == 1, let character = rest.first {
      self.init(.character(character), modifiers)
    } else if let code = Self.names[String(rest)] {
      self.init(code, modifiers)
    } else if rest.first == "f", let number = Int(rest.dropFirst()), (1...24).contains(number) {
      self.init(.function(number), modifiers)
    } else {
      return nil
    }
  }

  /// A literal that names no key is a mistake in the program.
  package init(stringLiteral value: String) {
    guard let key = Key(named: value) else { preconditionFailure("no key is named \(value)") }
    self = key
  }

  /// What a person calls it: `space`, `ctrl-y`, `F1`, `↑`.
  package func label(_ glyphs: GlyphSet) -> String {
    var prefix = ""
    if modifiers.contains(.control) { prefix += "ctrl-" }
    if modifiers.contains(.alt) { prefix += "alt-" }
    if modifiers.contains(.shift) { prefix += "shift-" }
    let isUnicode = glyphs.level != .ascii
    switch code {
    case .character(" "): return prefix + "space"
    case .character(let character): return prefix + String(character)
    case .up where isUnicode: return prefix + "↑"
    case .down where isUnicode: return prefix + "↓"
    case .left where isUnicode: return prefix + "←"
    case .right where isUnicode: return prefix + "→"
    case .backTab: return "shift-tab"
    case .function(let number): return prefix + "F\(number)"
    default: return prefix + (Self.names.first { $0.value == code }?.key ?? "?")
    }
  }
}
