extension Frame {
  /// Replaces every character that is not ASCII by the nearest that is, for terminals of another
  /// encoding: what programs and files wrote, beside what widgets drew with their glyphs.
  package mutating func transliterate() {
    for y in 0..<size.height {
      for x in 0..<size.width {
        let cell = self[x, y]
        guard !cell.text.utf8.allSatisfy({ $0 < 0x80 }) else { continue }
        put(Self.ascii[cell.text] ?? "?", width: 1, x: x, y: y, style: cell.style)
        if cell.width == 2 { put("?", width: 1, x: x + 1, y: y, style: cell.style) }
      }
    }
  }

  private static let ascii: [String: String] = [
    "×": "x", "→": ">", "←": "<", "↑": "^", "↓": "v", "–": "-", "—": "-", "−": "-", "‖": "|",
    "∇": "g", "∆": "d", "β": "b", "₁": "1", "…": "~", "±": "~", "÷": "/", "°": "o", "·": ".",
    "•": "*", "€": "E", "µ": "u",
    "≤": "<", "≥": ">", "’": "'", "‘": "'", "“": "\"", "”": "\"", "ä": "a", "ö": "o", "ü": "u",
    "Ä": "A", "Ö": "O", "Ü": "U", "ß": "s", "é": "e", "è": "e", "á": "a", "à": "a", "ñ": "n",
    "ç": "c",
  ]
}
