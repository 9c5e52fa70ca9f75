/// Breaks text into lines at spaces.
package enum TextWrap {
  /// Lines of at most `columns`; words that are longer are cut. Line breaks of the text stay.
  package static func lines(_ text: String, columns: Int) -> [String] {
    guard columns > 0 else { return [] }
    var result: [String] = []
    for paragraph in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      var line = ""
      var width = 0
      for word in paragraph.split(separator: " ") {
        var word = String(word)
        let length = TextWidth.columns(word)
        if width > 0, width + 1 + length <= columns {
          line += " " + word
          width += 1 + length
          continue
        }
        if width > 0 { result.append(line) }
        while TextWidth.columns(word) > columns {
          let head = TextWidth.truncated(word, columns: columns, ellipsis: "")
          // A character wider than a line: nothing can be done.
          guard !head.isEmpty, head.unicodeScalars.count < word.unicodeScalars.count else { break }
          result.append(head)
          word = String(word.unicodeScalars.dropFirst(head.unicodeScalars.count))
        }
        line = word
        width = TextWidth.columns(word)
      }
      result.append(line)
    }
    return result
  }
}
