extension Frame {
  /// The frame as lines of text, spaces at the ends taken off: what tests compare.
  package var text: String {
    (0..<size.height).map { y in
      var line = ""
      for x in 0..<size.width { line += self[x, y].text }
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  /// The text, and under it a map of the same size with one letter a style, `.` for the frame's
  /// commonest, and a legend.
  package var textWithStyles: String {
    var counts: [Style: Int] = [:]
    for cell in cells { counts[cell.style, default: 0] += 1 }
    let common = counts.max { ($0.value, "\($0.key)") < ($1.value, "\($1.key)") }?.key
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    var names: [Style: Character] = [:]
    var legend: [String] = []
    var map: [String] = []
    for y in 0..<size.height {
      var line = ""
      for x in 0..<size.width {
        let style = self[x, y].style
        if style == common {
          line.append(".")
          continue
        }
        if names[style] == nil {
          names[style] = letters[names.count % letters.count]
          legend.append("\(names[style] ?? "?"): \(style.summary)")
        }
        line.append(names[style] ?? "?")
      }
      map.append(line)
    }
    return ([text, ""] + map + [""] + legend).joined(separator: "\n")
  }
}

extension Style {
  fileprivate var summary: String {
    func name(_ color: Color) -> String {
      switch color {
      case .inherit: return "inherit"
      case .terminal: return "default"
      case .indexed(let index): return "color\(index)"
      case .rgb(let red, let green, let blue):
        let value = Int(red) << 16 | Int(green) << 8 | Int(blue)
        let digits = String(value, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
      }
    }
    let flags = [
      (Attributes.bold, "bold"), (.dim, "dim"), (.italic, "italic"), (.underline, "underline"),
      (.reverse, "reverse"),
    ].filter { attributes.contains($0.0) }.map(\.1)
    return ([name(foreground), "on", name(background)] + flags).joined(separator: " ")
  }
}
