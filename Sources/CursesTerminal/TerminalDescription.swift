import CNcurses
import Foundation

/// What terminfo says of the current terminal, read once.
struct TerminalDescription {
  let colors: Int
  /// Speaks ECMA-48 (ANSI) for colours and attributes, as everything of the last decades does.
  let isANSI: Bool
  /// Erasing fills with the current background.
  let erasesWithBackground: Bool
  /// Writing the last column of the last row scrolls.
  let scrollsAtLastCell: Bool
  /// To start and to end, in this order, each without padding.
  let enter: [UInt8]
  let leave: [UInt8]
  let bold, reverse, underline, resetAttributes: [UInt8]
  private let moveCursor: [CChar]

  /// Reads what `setupterm` or `newterm` has loaded.
  init() {
    colors = Int(tigetnum("colors"))
    isANSI =
      Self.bytes("cup").starts(with: [0x1b, 0x5b])
      && (colors < 8 || Self.bytes("setaf").starts(with: [0x1b, 0x5b]))
    erasesWithBackground = tigetflag("bce") > 0
    scrollsAtLastCell = tigetflag("am") > 0 && tigetflag("xenl") <= 0
    bold = Self.bytes("bold")
    reverse = Self.bytes("rev")
    underline = Self.bytes("smul")
    resetAttributes = Self.bytes("sgr0")
    // Buttons, drags and wheel as SGR reports; pasted text between brackets. A terminal without
    // these ignores them.
    // The margins are those of the screen: curses sets them for the size that it was told.
    let modes = isANSI
    enter =
      Self.bytes("smcup") + (modes ? Array("\u{1b}[r".utf8) : []) + Self.bytes("smkx")
      + Self.bytes("civis")
      + (modes ? Array("\u{1b}[?1000h\u{1b}[?1002h\u{1b}[?1006h\u{1b}[?2004h".utf8) : [])
    leave =
      (modes ? Array("\u{1b}[?2026l\u{1b}[?2004l\u{1b}[?1006l\u{1b}[?1002l\u{1b}[?1000l".utf8) : [])
      + Self.bytes("sgr0") + Self.bytes("op") + Self.bytes("rmkx") + Self.bytes("cnorm")
      + Self.bytes("rmcup")
    moveCursor = Self.raw("cup").map { Array($0) + [0] } ?? [0]
  }

  static var canMoveCursor: Bool { !bytes("cup").isEmpty }

  /// The bytes that put the cursor at a place.
  func cursor(x: Int, y: Int) -> [UInt8] {
    if isANSI { return Array("\u{1b}[\(y + 1);\(x + 1)H".utf8) }
    guard let text = thaw_tiparm2(moveCursor, Int32(y), Int32(x)) else { return [] }
    return Self.unpadded(UnsafeBufferPointer(start: text, count: strlen(text)))
  }

  private static func raw(_ name: String) -> UnsafeBufferPointer<CChar>? {
    guard let text = thaw_tigetstr(name) else { return nil }
    return UnsafeBufferPointer(start: text, count: strlen(text))
  }

  private static func bytes(_ name: String) -> [UInt8] { raw(name).map(unpadded) ?? [] }

  /// A string without its delays, `$<5>`: they were for terminals on slow serial lines.
  private static func unpadded(_ text: UnsafeBufferPointer<CChar>) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < text.count {
      if text[index] == 0x24, index + 1 < text.count, text[index + 1] == 0x3c,
        let end = text[index...].firstIndex(of: 0x3e)
      {
        index = end + 1
      } else {
        result.append(UInt8(bitPattern: text[index]))
        index += 1
      }
    }
    return result
  }
}
