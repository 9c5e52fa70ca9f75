import TerminalUI

/// Follows what a program writes to a terminal, and counts each byte for the pane whose cell it
/// serves: the text that stands there, and the sequences that lead to it.
struct TerminalMeter {
  struct Count {
    var text = 0
    var moves = 0
    var attributes = 0
    var other = 0
    var total: Int { text + moves + attributes + other }

    mutating func add(_ more: Count) {
      text += more.text
      moves += more.moves
      attributes += more.attributes
      other += more.other
    }
  }

  private(set) var counts: [String: Count] = [:]
  /// Times that the program wrote something.
  private(set) var pictures = 0
  var total: Int { counts.values.reduce(0) { $0 + $1.total } }

  private let size: Size
  private let panes: [(name: String, rect: Rect)]
  private var x = 0
  private var y = 0
  /// Sequences since the last cell: they belong to the next one.
  private var waiting = Count()
  /// The beginning of a sequence or character whose rest has not come yet.
  private var rest: [UInt8] = []

  init(size: Size, panes: [(name: String, rect: Rect)]) {
    self.size = size
    self.panes = panes
  }

  mutating func reset() {
    counts = [:]
    pictures = 0
    waiting = Count()
  }

  /// Takes in what came at once.
  mutating func take(_ bytes: [UInt8]) {
    pictures += 1
    let all = rest + bytes
    var index = 0
    while index < all.count {
      guard let length = Self.length(all[index...]) else { break }
      let piece = all[index..<index + length]
      if piece.first == 0x1b { sequence(piece) } else { character(piece) }
      index += length
    }
    rest = Array(all[index...])
    flush()
  }

  /// Bytes of the character or sequence at the beginning; `nil` where its end is missing.
  private static func length(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard let first = bytes.first else { return nil }
    guard first == 0x1b else {
      let length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
      return bytes.count >= length ? length : nil
    }
    guard bytes.count >= 2 else { return nil }
    let second = bytes[bytes.startIndex + 1]
    // ESC ( B and its like choose a character set.
    guard second == 0x5b else {
      let length = second == 0x28 || second == 0x29 ? 3 : 2
      return bytes.count >= length ? length : nil
    }
    let end = bytes.dropFirst(2).firstIndex { (0x40...0x7e).contains($0) }
    return end.map { $0 - bytes.startIndex + 1 }
  }

  private mutating func character(_ bytes: ArraySlice<UInt8>) {
    switch bytes.first {
    case 0x0d: (x, waiting.moves) = (0, waiting.moves + 1)
    case 0x08: (x, waiting.moves) = (max(0, x - 1), waiting.moves + 1)
    case 0x0a: (y, waiting.moves) = (min(y + 1, size.height - 1), waiting.moves + 1)
    default:
      waiting.text += bytes.count
      flush()
      x += TextWidth.columns(String(decoding: bytes, as: UTF8.self))
    }
  }

  private mutating func sequence(_ bytes: ArraySlice<UInt8>) {
    let body = String(decoding: bytes.dropFirst(2).dropLast(), as: UTF8.self)
    let numbers = body.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    let first = max(1, numbers.first ?? 1)
    guard bytes.dropFirst().first == 0x5b else {
      waiting.other += bytes.count
      return
    }
    switch bytes.last {
    case UInt8(ascii: "m"):
      waiting.attributes += bytes.count
      return
    case UInt8(ascii: "K"):
      // Erasing stands for the text that it saves.
      waiting.text += bytes.count
      flush()
      return
    case UInt8(ascii: "H"):
      y = first - 1
      x = max(1, numbers.count > 1 ? numbers[1] : 1) - 1
    case UInt8(ascii: "A"): y = max(0, y - first)
    case UInt8(ascii: "B"): y += first
    case UInt8(ascii: "C"): x += first
    case UInt8(ascii: "D"): x = max(0, x - first)
    case UInt8(ascii: "G"): x = first - 1
    case UInt8(ascii: "d"): y = first - 1
    default:
      waiting.other += bytes.count
      return
    }
    waiting.moves += bytes.count
  }

  /// Gives what waits to the pane that the cursor stands in.
  private mutating func flush() {
    guard waiting.total > 0 else { return }
    let pane = panes.first { $0.rect.contains(x: x, y: y) }?.name ?? "elsewhere"
    counts[pane, default: Count()].add(waiting)
    waiting = Count()
  }
}
