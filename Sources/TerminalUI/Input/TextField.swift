/// One line of text that is being typed.
package struct TextField: Hashable, Sendable {
  package private(set) var text: String
  /// Characters before the cursor.
  package private(set) var cursor: Int
  private static let longest = 500

  package init(_ text: String = "") {
    self.text = text
    cursor = text.count
  }

  /// Takes a key; false when it is none for a text field.
  package mutating func handle(_ key: Key) -> Bool {
    switch (key.code, key.modifiers) {
    case (.character(let character), []): insert(String(character))
    case (.backspace, []):
      if cursor > 0 { remove(cursor - 1..<cursor) }
    case (.delete, []):
      if cursor < text.count { remove(cursor..<cursor + 1) }
    case (.left, []): cursor = max(0, cursor - 1)
    case (.right, []): cursor = min(text.count, cursor + 1)
    case (.home, _), (.character("a"), .control): cursor = 0
    case (.end, _), (.character("e"), .control): cursor = text.count
    case (.character("u"), .control): remove(0..<cursor)
    case (.character("k"), .control): remove(cursor..<text.count)
    case (.character("w"), .control): remove(wordStart..<cursor)
    default: return false
    }
    return true
  }

  /// Puts text in at the cursor, its control characters and line breaks left out.
  package mutating func insert(_ more: String) {
    let clean = String(
      String.UnicodeScalarView(more.unicodeScalars.filter { TextWidth.columns($0) != nil }))
    guard text.count + clean.count <= Self.longest else { return }
    text.insert(contentsOf: clean, at: text.index(text.startIndex, offsetBy: cursor))
    // A mark may have joined the character before it.
    cursor = min(text.count, cursor + clean.count)
  }

  /// Draws the end of the text that fits, with the cursor's cell in reverse.
  package func render(_ canvas: inout Canvas, style: Style) {
    let rect = canvas.rect
    guard !rect.isEmpty else { return }
    let before = TextWidth.truncatedAtStart(
      String(text.prefix(cursor)), columns: rect.width - 1, ellipsis: "")
    let after = String(text.dropFirst(cursor))
    canvas.clipped(to: rect.row(0)) { canvas in
      let x = canvas.frame.text(before, x: rect.x, y: rect.y, style: style)
      canvas.frame.text(after, x: x, y: rect.y, style: style)
      canvas.frame.restyle(Rect(x: x, y: rect.y, width: 1, height: 1), Style().reverse)
    }
  }

  private var wordStart: Int {
    var characters = Array(text.prefix(cursor))
    while let last = characters.last, last == " " { characters.removeLast() }
    while let last = characters.last, last != " " { characters.removeLast() }
    return characters.count
  }

  private mutating func remove(_ range: Range<Int>) {
    let start = text.index(text.startIndex, offsetBy: range.lowerBound)
    let end = text.index(text.startIndex, offsetBy: range.upperBound)
    text.removeSubrange(start..<end)
    cursor = range.lowerBound
  }
}
