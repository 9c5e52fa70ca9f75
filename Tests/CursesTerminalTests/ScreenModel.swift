import TerminalUI

/// As much of a terminal as the painter speaks to: what it would show for the bytes it was sent.
struct ScreenModel {
  private(set) var size: Size
  private(set) var cells: [Cell]
  private(set) var modes: Set<String> = []
  /// Sequences that are not understood.
  private(set) var unknown: [String] = []
  /// The margins within which lines scroll.
  private(set) var top = 0
  private(set) var bottom: Int
  private var x = 0
  private var y = 0
  private var style = Style.blank
  private let erasesWithBackground: Bool

  init(size: Size, erasesWithBackground: Bool = true) {
    self.size = size
    bottom = size.height - 1
    self.erasesWithBackground = erasesWithBackground
    cells = [Cell](repeating: .blank, count: size.width * size.height)
  }

  /// Its rows as text, without what the frame would not tell apart.
  var text: String {
    (0..<size.height).map { row in
      var line = (0..<size.width).map { cells[row * size.width + $0].text }.joined()
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  mutating func take(_ bytes: [UInt8]) {
    let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      guard scalar == "\u{1b}" else {
        put(scalar)
        continue
      }
      guard index < scalars.count else { return }
      guard scalars[index] == "[" else {
        // Two-character sequences, and those that choose a character set.
        index += "()".unicodeScalars.contains(scalars[index]) ? 2 : 1
        continue
      }
      index += 1
      var body = ""
      while index < scalars.count, !(0x40...0x7e).contains(scalars[index].value) {
        body.unicodeScalars.append(scalars[index])
        index += 1
      }
      guard index < scalars.count else { return }
      control(body, scalars[index])
      index += 1
    }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    guard let width = TextWidth.columns(scalar) else {
      switch scalar {
      case "\r": x = 0
      case "\n": y = min(y + 1, size.height - 1)
      case "\u{8}": x = max(0, x - 1)
      default: break
      }
      return
    }
    guard y < size.height else { return }
    if width == 0 {
      guard x > 0 else { return }
      let before = y * size.width + x - 1
      cells[cells[before].width == 0 ? before - 1 : before].text.unicodeScalars.append(scalar)
      return
    }
    guard x + width <= size.width else { return }
    let index = y * size.width + x
    // Half of a wide character does not stay.
    if cells[index].width == 0, x > 0 { cells[index - 1] = Cell(style: cells[index - 1].style) }
    let end = index + width
    if x + width < size.width, cells[end].width == 0 { cells[end] = Cell(style: cells[end].style) }
    cells[index] = Cell(text: String(scalar), width: UInt8(width), style: style)
    if width == 2 { cells[index + 1] = Cell(text: "", width: 0, style: style) }
    x += width
  }

  private mutating func control(_ body: String, _ final: Unicode.Scalar) {
    let numbers = body.split(separator: ";").map { Int($0) ?? 0 }
    switch final {
    case "H":
      y = (numbers.first ?? 1) - 1
      x = (numbers.count > 1 ? numbers[1] : 1) - 1
    // The cursor does not cross the margins by these.
    case "A": y = max(y >= top ? top : 0, y - max(1, numbers.first ?? 1))
    case "B": y = min(y <= bottom ? bottom : size.height - 1, y + max(1, numbers.first ?? 1))
    case "C": x += max(1, numbers.first ?? 1)
    case "D": x = max(0, x - max(1, numbers.first ?? 1))
    case "K":
      for column in x..<max(x, size.width) {
        cells[y * size.width + column] = Cell(style: erased)
      }
    case "J":
      if numbers.first == 2 || body.isEmpty {
        cells = [Cell](repeating: Cell(style: erased), count: cells.count)
      }
    case "m": select(body.isEmpty ? [0] : numbers)
    case "h" where body.hasPrefix("?"): modes.formUnion(Self.modes(body))
    case "l" where body.hasPrefix("?"): modes.subtract(Self.modes(body))
    case "r":
      top = max(1, numbers.first ?? 1) - 1
      bottom = min(numbers.count > 1 ? numbers[1] : size.height, size.height) - 1
      (x, y) = (0, 0)
    case "t", "h", "l", "n", "X": break
    default: unknown.append(body + String(final))
    }
  }

  private static func modes(_ body: String) -> [String] {
    body.dropFirst().split(separator: ";").map(String.init)
  }

  private var erased: Style {
    Style(.terminal, on: erasesWithBackground ? style.background : .terminal)
  }

  private mutating func select(_ codes: [Int]) {
    var rest = codes[...]
    while let code = rest.popFirst() {
      switch code {
      case 0: style = .blank
      case 1: style.attributes.insert(.bold)
      case 2: style.attributes.insert(.dim)
      case 3: style.attributes.insert(.italic)
      case 4: style.attributes.insert(.underline)
      case 7: style.attributes.insert(.reverse)
      case 22: style.attributes.subtract([.bold, .dim])
      case 23: style.attributes.remove(.italic)
      case 24: style.attributes.remove(.underline)
      case 27: style.attributes.remove(.reverse)
      case 30...37: style.foreground = .indexed(UInt8(code - 30))
      case 40...47: style.background = .indexed(UInt8(code - 40))
      case 90...97: style.foreground = .indexed(UInt8(code - 82))
      case 100...107: style.background = .indexed(UInt8(code - 92))
      case 39: style.foreground = .terminal
      case 49: style.background = .terminal
      case 38: style.foreground = color(&rest)
      case 48: style.background = color(&rest)
      default: unknown.append("\(code)m")
      }
    }
  }

  private func color(_ rest: inout ArraySlice<Int>) -> Color {
    switch rest.popFirst() {
    case 5: .indexed(UInt8(rest.popFirst() ?? 0))
    default:
      .rgb(
        UInt8(rest.popFirst() ?? 0), UInt8(rest.popFirst() ?? 0), UInt8(rest.popFirst() ?? 0))
    }
  }
}

extension Frame {
  /// How a terminal shows the frame: colours reduced; a blank's foreground is not seen.
  func shown(at depth: ColorDepth) -> [Cell] {
    cells.map { cell in
      var cell = cell
      cell.style.foreground = cell.style.foreground.reduced(to: depth)
      cell.style.background = cell.style.background.reduced(to: depth)
      return cell
    }.map(\.seen)
  }
}

extension Cell {
  var seen: Cell {
    guard text == " ", style.attributes.intersection([.reverse, .underline]).isEmpty else {
      return self
    }
    return Cell(style: Style(.terminal, on: style.background))
  }
}
