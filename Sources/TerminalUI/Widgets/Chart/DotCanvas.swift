/// Dots finer than cells: 2×4 a cell in braille, 1×2 in half blocks, one in ASCII.
///
/// A cell has one colour, and so the dots of one curve: those of another would look like part of it.
/// It is the one drawn last, and what is behind, with an odd number, gives way to those in front.
struct DotCanvas {
  let columns: Int
  let rows: Int
  private let level: GlyphLevel
  private var dots: [UInt8]
  private var owners: [UInt8]

  /// `columns` and `rows` in cells.
  init(columns: Int, rows: Int, level: GlyphLevel) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
    self.level = level
    dots = [UInt8](repeating: 0, count: self.columns * self.rows)
    owners = dots
  }

  static func dotsAcross(_ level: GlyphLevel) -> Int { level == .braille ? 2 : 1 }
  static func dotsDown(_ level: GlyphLevel) -> Int {
    switch level {
    case .braille: 4
    case .blocks: 2
    case .ascii: 1
    }
  }

  var width: Int { columns * Self.dotsAcross(level) }
  var height: Int { rows * Self.dotsDown(level) }

  /// Sets the dots of one dot column between two heights, counted from the top; what lies outside
  /// is cut off.
  /// - Parameters:
  ///   - owner: the number of what is drawn, from 1.
  ///   - isSparse: one dot of four, for what has no quieter colour.
  mutating func line(x: Int, from: Int, to: Int, owner: UInt8, isSparse: Bool = false) {
    guard x >= 0, x < width, !isSparse || x % 2 == 0 else { return }
    let top = max(0, min(from, to))
    let bottom = min(height - 1, max(from, to))
    guard top <= bottom else { return }
    for y in top...bottom where !isSparse || y % 2 == 0 { set(x: x, y: y, owner: owner) }
  }

  /// Whether something was drawn in a cell.
  func isSet(column: Int, row: Int) -> Bool {
    column >= 0 && column < columns && row >= 0 && row < rows && dots[row * columns + column] != 0
  }

  /// What stands in a cell, with the number of its owner; `nil` where nothing does.
  func cell(column: Int, row: Int) -> (text: String, owner: UInt8)? {
    guard isSet(column: column, row: row) else { return nil }
    let index = row * columns + column
    let bits = dots[index]
    let text: String
    switch level {
    case .braille: text = Unicode.Scalar(0x2800 + UInt32(bits)).map { String($0) } ?? " "
    case .blocks: text = bits == 3 ? "█" : bits == 1 ? "▀" : "▄"
    case .ascii:
      let marks = ["*", ".", "o", ":", "+", "x"]
      text = marks[Int(owners[index]) % marks.count]
    }
    return (text, owners[index])
  }

  private mutating func set(x: Int, y: Int, owner: UInt8) {
    let down = Self.dotsDown(level)
    let index = y / down * columns + x / Self.dotsAcross(level)
    if dots[index] != 0, owners[index] != owner {
      if owner % 2 == 1, owners[index] % 2 == 0 { return }
      dots[index] = 0
    }
    dots[index] |= Self.bit(x: x, y: y % down, level)
    owners[index] = owner
  }

  /// The bit of a dot: its column, and its row within the cell.
  static func bit(x: Int, y: Int, _ level: GlyphLevel) -> UInt8 {
    switch level {
    case .braille:
      // Dots 1–3 and 7 stand at the left, 4–6 and 8 at the right.
      x % 2 == 0 ? [0x01, 0x02, 0x04, 0x40][y] : [0x08, 0x10, 0x20, 0x80][y]
    case .blocks: y == 0 ? 1 : 2
    case .ascii: 1
    }
  }
}
