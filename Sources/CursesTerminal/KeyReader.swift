import CNcurses
import Glibc
import TerminalUI

/// Turns what curses reads into events.
final class KeyReader {
  private let pad: UnsafeMutablePointer<WINDOW>
  /// Codes that curses leaves to the program begin above its own and those of extended names.
  private static let mouseCode: Int32 = 0x7001
  private static let pasteStartCode: Int32 = 0x7002
  private static let pasteEndCode: Int32 = 0x7003

  private var paste: Paste?
  /// Read already, and to be read again before anything else.
  private var ahead: [Input] = []
  /// Seconds that only go forward.
  private let clock: () -> Double
  private let sequences: KeySequences

  /// What may be read at a time, so that a flood of input does not keep the screen from being drawn.
  private static let longestRead = 64 * 1024

  /// `nil` when curses has no memory.
  init?(clock: @escaping () -> Double = KeyReader.monotonicSeconds) {
    guard let pad = thaw_input_pad() else { return nil }
    self.pad = pad
    self.clock = clock
    sequences = KeySequences()
    // Mouse reports of the SGR kind, whatever the description says of mice, and pasted text.
    define_key("\u{1b}[<", Self.mouseCode)
    define_key("\u{1b}[200~", Self.pasteStartCode)
    define_key("\u{1b}[201~", Self.pasteEndCode)
  }

  func close() { delwin(pad) }

  private enum Input {
    case none
    case character(UInt32)
    case code(Int32)
  }

  private func read() -> Input {
    if !ahead.isEmpty { return ahead.removeFirst() }
    var value: wint_t = 0
    switch wget_wch(pad, &value) {
    case OK: return .character(UInt32(value))
    case KEY_CODE_YES: return .code(Int32(value))
    default: return .none
    }
  }

  /// Everything that can be read without waiting. `size` is asked when the terminal was resized.
  func events(size: () -> Size) -> [InputEvent] {
    var events: [InputEvent] = []
    giveUpPaste(&events)
    var count = 0
    while count < Self.longestRead, events.count < 256 {
      let input = read()
      if case .none = input { break }
      count += 1
      if paste != nil {
        continuePaste(input, &events)
      } else if let event = event(input, size) {
        events.append(event)
      }
    }
    if count > 0 { paste?.lastReadAt = clock() }
    return events
  }

  // MARK: Pasted text

  private func continuePaste(_ input: Input, _ events: inout [InputEvent]) {
    switch input {
    case .code(Self.pasteEndCode): finishPaste(&events)
    case .character(let value):
      paste?.append(value)
      if paste?.hasEnded ?? false {
        finishPaste(&events)
      } else if paste?.isFull ?? false {
        // The rest follows in other events.
        finishPaste(&events)
        paste = Paste()
      }
    case .code, .none: break
    }
  }

  private func finishPaste(_ events: inout [InputEvent]) {
    if let text = paste?.text, !text.isEmpty { events.append(.paste(text)) }
    paste = nil
  }

  /// A paste whose end was lost must not swallow every later key. Pasted text comes in one go: what
  /// comes after a silence, and alone, is a key.
  private func giveUpPaste(_ events: inout [InputEvent]) {
    guard let paste, clock() - paste.lastReadAt >= Paste.longestSilence else { return }
    var inputs: [Input] = []
    // A key with alt is two.
    for _ in 0..<3 {
      let input = read()
      if case .none = input { break }
      inputs.append(input)
    }
    ahead = inputs + ahead
    let isEnd = inputs.contains {
      if case .code(Self.pasteEndCode) = $0 { true } else { false }
    }
    if (1...2).contains(inputs.count), !isEnd { finishPaste(&events) }
  }

  static func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  // MARK: Keys

  private func event(_ input: Input, _ size: () -> Size) -> InputEvent? {
    switch input {
    case .none: return nil
    case .character(27): return escape(size)
    case .character(let value): return Self.key(value).map { .key($0) }
    case .code(KEY_RESIZE): return .resize(size())
    case .code(Self.mouseCode): return mouse()
    case .code(Self.pasteStartCode):
      paste = Paste()
      return nil
    case .code(Self.pasteEndCode): return nil
    case .code(let code): return (sequences.key(code) ?? Self.key(code: code)).map { .key($0) }
    }
  }

  /// An escape alone is the key of that name; followed at once by another key, it means alt. A
  /// sequence that nobody knows is nothing: its parts are not keys.
  private func escape(_ size: () -> Size) -> InputEvent? {
    let next = read()
    switch next {
    case .none, .character(27): return .key(Key(.escape))
    case .character(0x5b), .character(0x4f):
      if skipSequence(after: next) { return nil }
    default: break
    }
    guard let event = event(next, size) else { return .key(Key(.escape)) }
    guard case .key(var key) = event else { return event }
    key.modifiers.insert(.alt)
    return .key(key)
  }

  /// Reads the rest of an unknown sequence, as ECMA-48 lays it out; false where there is none, and
  /// it was the key `[` or `O` with alt.
  private func skipSequence(after introducer: Input) -> Bool {
    var count = 0
    while count < 64 {
      let input = read()
      guard case .character(let value) = input, (0x20...0x7e).contains(value) else {
        if case .none = input { return count > 0 }
        ahead.insert(input, at: 0)
        return count > 0
      }
      count += 1
      // A single shift is followed by one character, a control sequence ends with one of these.
      if case .character(0x4f) = introducer { return true }
      if (0x40...0x7e).contains(value) { return true }
    }
    return true
  }

  /// The rest of a mouse report; it comes in one piece with its beginning.
  private func mouse() -> InputEvent? {
    var body = ""
    while body.utf8.count < 24 {
      guard case .character(let value) = read(), let scalar = Unicode.Scalar(value) else {
        return nil
      }
      body.unicodeScalars.append(scalar)
      if scalar == "M" || scalar == "m" { break }
    }
    return MouseEvent(sgr: body).map { .mouse($0) }
  }

  /// A character as it comes from a terminal.
  static func key(_ value: UInt32) -> Key? {
    switch value {
    case 0: return Key(" ", .control)
    case 8, 127: return Key(.backspace)
    case 9: return Key(.tab)
    case 10, 13: return Key(.enter)
    case 27: return Key(.escape)
    case 1...26: return Unicode.Scalar(value + 0x60).map { Key(Character($0), .control) }
    case 28...31: return Unicode.Scalar(value + 0x40).map { Key(Character($0), .control) }
    default: return Unicode.Scalar(value).map { Key(Character($0)) }
    }
  }

  private static let codes: [Int32: Key] = [
    KEY_UP: "up", KEY_DOWN: "down", KEY_LEFT: "left", KEY_RIGHT: "right",
    KEY_PPAGE: "pgup", KEY_NPAGE: "pgdn", KEY_HOME: "home", KEY_END: "end",
    KEY_BTAB: "backtab", KEY_ENTER: "enter", KEY_BACKSPACE: "backspace", KEY_DC: "delete",
    KEY_IC: "insert", KEY_SLEFT: "shift-left", KEY_SRIGHT: "shift-right", KEY_SF: "shift-down",
    KEY_SR: "shift-up", KEY_SHOME: "shift-home", KEY_SEND: "shift-end",
    KEY_SPREVIOUS: "shift-pgup", KEY_SNEXT: "shift-pgdn", KEY_SDC: "shift-delete",
    KEY_A1: "home", KEY_A3: "pgup", KEY_C1: "end", KEY_C3: "pgdn",
  ]
  private static let names: [String: Key.Code] = [
    "kUP": .up, "kDN": .down, "kLFT": .left, "kRIT": .right, "kHOM": .home, "kEND": .end,
    "kPRV": .pageUp, "kNXT": .pageDown, "kDC": .delete, "kIC": .insert,
  ]

  private static func key(code: Int32) -> Key? {
    if let key = codes[code] { return key }
    if code > KEY_F0, code <= KEY_F0 + 63 { return functionKey(Int(code - KEY_F0)) }
    guard let text = keyname(code) else { return nil }
    return key(named: String(cString: text))
  }

  /// xterm counts F13 … on for F1 … with shift, ctrl and so on.
  private static func functionKey(_ number: Int) -> Key {
    let modifiers: [Key.Modifiers] = [
      [], .shift, .control, [.control, .shift], .alt, [.alt, .shift],
    ]
    return Key(.function((number - 1) % 12 + 1), modifiers[min((number - 1) / 12, 5)])
  }

  /// xterm's names of keys with modifiers: `kLFT5` is left with ctrl.
  static func key(named name: String) -> Key? {
    guard let digit = name.last?.wholeNumberValue, (2...8).contains(digit),
      let code = names[String(name.dropLast())]
    else { return names[name].map { Key($0) } }
    return Key(code, KeySequences.modifiers(digit))
  }
}
