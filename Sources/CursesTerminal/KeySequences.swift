import CNcurses
import TerminalUI

/// The sequences of the keys that give no character, in all forms that terminals of today send,
/// whatever the description says: not every terminal follows the mode that it asks for, and a form
/// that curses does not know would wait out the delay of the escape key.
struct KeySequences {
  /// Codes for `define_key`, above those of curses.
  private static let firstCode: Int32 = 0x7100
  private var keys: [Key] = []

  /// Tells curses of them, for the terminal that is set up.
  init() {
    let arrows: [(Character, Key.Code)] = [
      ("A", .up), ("B", .down), ("C", .right), ("D", .left), ("H", .home), ("F", .end),
    ]
    let functions: [(Character, Key.Code)] = [
      ("P", .function(1)), ("Q", .function(2)), ("R", .function(3)), ("S", .function(4)),
    ]
    for (final, code) in arrows {
      define("[\(final)", Key(code))
      define("O\(final)", Key(code))
    }
    for (final, code) in functions { define("O\(final)", Key(code)) }
    for (final, code) in arrows + functions {
      for modifier in 2...8 {
        define("[1;\(modifier)\(final)", Key(code, Self.modifiers(modifier)))
      }
    }
    let numbered: [(Int, Key.Code)] =
      [
        (1, .home), (2, .insert), (3, .delete), (4, .end), (5, .pageUp), (6, .pageDown),
        (7, .home), (8, .end),
      ] + zip([11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24], 1...12).map { ($0, .function($1)) }
    for (number, code) in numbered {
      define("[\(number)~", Key(code))
      for modifier in 2...8 {
        define("[\(number);\(modifier)~", Key(code, Self.modifiers(modifier)))
      }
    }
    // The console of Linux; shift-tab; enter of the number pad.
    for (final, number) in zip("ABCDE", 1...5) { define("[[\(final)", Key(.function(number))) }
    define("[Z", Key(.backTab))
    define("OM", Key(.enter))
  }

  /// The key of a code that `define_key` was given here.
  func key(_ code: Int32) -> Key? {
    let index = Int(code - Self.firstCode)
    return keys.indices.contains(index) ? keys[index] : nil
  }

  private mutating func define(_ sequence: String, _ key: Key) {
    if define_key("\u{1b}" + sequence, Self.firstCode + Int32(keys.count)) == OK {
      keys.append(key)
    }
  }

  /// xterm's number: one more than the sum of shift 1, alt 2, ctrl 4.
  static func modifiers(_ number: Int) -> Key.Modifiers {
    let bits = number - 1
    var modifiers: Key.Modifiers = []
    if bits & 1 != 0 { modifiers.insert(.shift) }
    if bits & 2 != 0 { modifiers.insert(.alt) }
    if bits & 4 != 0 { modifiers.insert(.control) }
    return modifiers
  }
}
