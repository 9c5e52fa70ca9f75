/// What a terminal can draw, from the locale and its kind.
package enum GlyphLevel: Int, Sendable, Comparable, CaseIterable {
  /// 7-bit ASCII.
  case ascii
  /// Lines and blocks, as fonts of consoles have them.
  case blocks
  /// Braille dots too.
  case braille

  package static func < (a: GlyphLevel, b: GlyphLevel) -> Bool { a.rawValue < b.rawValue }
}

/// The characters that widgets draw with.
package struct GlyphSet: Sendable {
  package struct Lines: Sendable {
    package let horizontal, vertical: String
    package let topLeft, topRight, bottomLeft, bottomRight: String

    init(_ glyphs: [String]) {
      precondition(glyphs.count == 6, "six glyphs, not \(glyphs.count)")
      (horizontal, vertical) = (glyphs[0], glyphs[1])
      (topLeft, topRight, bottomLeft, bottomRight) = (glyphs[2], glyphs[3], glyphs[4], glyphs[5])
    }
  }

  package let level: GlyphLevel
  package let box, focusedBox: Lines
  /// Where an edge leaves a line or joins it, named by the arms besides the straight ones.
  package let teeLeft, teeRight, teeUp, teeDown, cross: String
  /// The tick where an axis meets its label.
  package let axisTick: String
  package let arrowUp, arrowDown, arrowLeft, arrowRight: String
  /// A frozen layer, one that trains, several of which some are frozen, one that has nothing to
  /// train.
  package let frozen, live, partly, inert: String
  package let collapsed, expanded, selected: String
  package let play, pause, stop: String
  package let railFilled, railEmpty, knob: String
  /// Bars of rising height, the lowest first; a space is not among them.
  package let bars: [String]
  /// A cell of a bar that leaves room above it.
  package let lowBar: String
  package let merge: String
  package let markerLine, crosshairLine, notANumber: String
  package let edit, check, cross2, warning: String
  package let ellipsis, dot, times, arrowTo: String
  package let scrollThumb, scrollTrack: String
  package let solid, halfSolid, hatched: String

  package init(_ level: GlyphLevel) {
    self.level = level
    // The console's fonts lack rounded corners and most symbols.
    let full = level == .braille
    func pick(_ best: String, _ blocks: String, _ ascii: String) -> String {
      full ? best : level == .blocks ? blocks : ascii
    }
    let ascii = Lines(["-", "|", "+", "+", "+", "+"])
    box =
      full
      ? Lines(["─", "│", "╭", "╮", "╰", "╯"])
      : level == .blocks ? Lines(["─", "│", "┌", "┐", "└", "┘"]) : ascii
    focusedBox =
      full
      ? Lines(["━", "┃", "┏", "┓", "┗", "┛"])
      : level == .blocks
        ? Lines(["═", "║", "╔", "╗", "╚", "╝"]) : Lines(["=", "|", "+", "+", "+", "+"])
    teeLeft = pick("┤", "┤", "+")
    teeRight = pick("├", "├", "+")
    teeUp = pick("┴", "┴", "+")
    teeDown = pick("┬", "┬", "+")
    cross = pick("┼", "┼", "+")
    axisTick = pick("┤", "┤", "|")
    arrowUp = pick("↑", "↑", "^")
    arrowDown = pick("↓", "↓", "v")
    arrowLeft = pick("←", "←", "<")
    arrowRight = pick("→", "→", ">")
    frozen = pick("❄", "*", "*")
    live = pick("●", "●", "o")
    partly = pick("◐", "◘", "%")
    inert = pick("·", "·", ".")
    collapsed = pick("▸", "►", ">")
    expanded = pick("▾", "▼", "v")
    selected = pick("▶", "►", ">")
    play = pick("▶", "►", ">")
    pause = pick("‖", "‖", "=")
    stop = pick("■", "■", "#")
    railFilled = pick("━", "═", "=")
    railEmpty = pick("─", "─", "-")
    knob = pick("●", "█", "O")
    bars =
      full
      ? ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
      : level == .blocks ? ["▄", "█"] : ["_", ".", "-", "=", "#"]
    lowBar = pick("▆", "▄", "#")
    merge = pick("⊕", "+", "+")
    markerLine = pick("╎", "│", ":")
    crosshairLine = pick("│", "│", "|")
    notANumber = pick("✕", "x", "X")
    edit = pick("✎", "*", "*")
    check = pick("✓", "√", "+")
    cross2 = pick("✗", "x", "x")
    warning = pick("⚠", "!", "!")
    ellipsis = pick("…", "…", "~")
    dot = pick("·", "·", ".")
    times = pick("×", "×", "x")
    arrowTo = pick("→", "→", ">")
    scrollThumb = pick("┃", "█", "#")
    scrollTrack = pick("│", "│", "|")
    solid = pick("█", "█", "#")
    halfSolid = pick("▓", "▓", "%")
    hatched = pick("▒", "▒", ":")
  }

  package static let braille = GlyphSet(.braille)
  package static let blocks = GlyphSet(.blocks)
  package static let ascii = GlyphSet(.ascii)
}
