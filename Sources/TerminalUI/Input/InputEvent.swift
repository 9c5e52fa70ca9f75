/// What a person does at a terminal.
package enum InputEvent: Hashable, Sendable {
  case key(Key)
  case mouse(MouseEvent)
  /// Text that was pasted, as it came; control characters are among it.
  case paste(String)
  case resize(Size)
  /// The terminal was given back after the program had been stopped, or needs drawing anew.
  case redraw
  /// The terminal is gone, or its owner asked the program to end.
  case hangUp
}

package struct MouseEvent: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case press, release
    /// Moved with the button held.
    case drag
    case wheelUp, wheelDown
  }
  package enum Button: Hashable, Sendable {
    case left, middle, right, none
  }

  package var kind: Kind
  package var button: Button
  package var x: Int
  package var y: Int
  package var modifiers: Key.Modifiers

  package init(
    _ kind: Kind, button: Button = .left, x: Int, y: Int, modifiers: Key.Modifiers = []
  ) {
    self.kind = kind
    self.button = button
    self.x = x
    self.y = y
    self.modifiers = modifiers
  }

  /// Reads the body of an SGR report (xterm's mode 1006), `b;x;yM` or `b;x;ym`, without the
  /// introducing `ESC [ <`. `nil` for what is none, or for a movement without a button.
  package init?(sgr body: some StringProtocol) {
    guard let last = body.last, last == "M" || last == "m" else { return nil }
    let fields = body.dropLast().split(separator: ";", omittingEmptySubsequences: false)
    guard fields.count == 3, let code = Int(fields[0]), let column = Int(fields[1]),
      let row = Int(fields[2]), code >= 0, (1...32767).contains(column), (1...32767).contains(row)
    else { return nil }
    x = column - 1
    y = row - 1
    modifiers = []
    if code & 4 != 0 { modifiers.insert(.shift) }
    if code & 8 != 0 { modifiers.insert(.alt) }
    if code & 16 != 0 { modifiers.insert(.control) }
    switch code & ~(4 | 8 | 16) {
    case 64: (kind, button) = (.wheelUp, .none)
    case 65: (kind, button) = (.wheelDown, .none)
    case 0...2: (kind, button) = (last == "m" ? .release : .press, Self.button(code))
    case 32...34: (kind, button) = (.drag, Self.button(code))
    default: return nil
    }
  }

  private static func button(_ code: Int) -> Button {
    switch code & 3 {
    case 0: .left
    case 1: .middle
    case 2: .right
    default: .none
    }
  }
}
