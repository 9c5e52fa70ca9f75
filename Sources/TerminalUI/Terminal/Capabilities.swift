/// What a terminal can show.
package struct Capabilities: Hashable, Sendable {
  package var colors: ColorDepth
  package var glyphs: GlyphLevel

  package init(colors: ColorDepth = .trueColor, glyphs: GlyphLevel = .braille) {
    self.colors = colors
    self.glyphs = glyphs
  }

  package var glyphSet: GlyphSet { GlyphSet(glyphs) }

  /// Works them out from the environment.
  /// - Parameters:
  ///   - terminalColors: the number of colours of the terminal's description, if it has any.
  ///   - isUTF8: whether the locale's encoding is UTF-8.
  package init(environment: [String: String], terminalColors: Int, isUTF8: Bool) {
    let term = environment["TERM"] ?? ""
    let colorTerm = (environment["COLORTERM"] ?? "").lowercased()
    // no-color.org: present and not empty, whatever its value.
    if !(environment["NO_COLOR"] ?? "").isEmpty {
      colors = .none
    } else if colorTerm == "truecolor" || colorTerm == "24bit" || term.hasSuffix("-direct") {
      colors = .trueColor
    } else if terminalColors >= 256 {
      colors = .indexed256
    } else if terminalColors >= 8 {
      colors = .indexed16
    } else {
      colors = .none
    }
    // The console of Linux and BSD, and the old hardware, have fonts of 256 or 512 characters.
    let isConsole = ["linux", "cons25", "vt100", "vt102", "vt220", "ansi"].contains(term)
    glyphs = !isUTF8 ? .ascii : isConsole ? .blocks : .braille
  }
}
