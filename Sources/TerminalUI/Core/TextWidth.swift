import Files

/// How text falls into columns, by the rules that terminals and `wcwidth` share: every scalar alone
/// is 0, 1 or 2 columns wide, and one of width 0 joins the cell before it.
package enum TextWidth {
  /// Columns that `text` takes when it is drawn.
  package static func columns(_ text: String) -> Int {
    var sum = 0
    for scalar in text.unicodeScalars { sum += columns(scalar) ?? 0 }
    return sum
  }

  /// Columns of one scalar; `nil` for what is never drawn, because it is not safe to print.
  package static func columns(_ scalar: Unicode.Scalar) -> Int? {
    let value = scalar.value
    if value < 0x7f { return value >= 0x20 ? 1 : nil }
    if value < 0xa0 { return nil }
    if value < 0x300 { return value == 0xad ? nil : 1 }
    if isIn(boxAndSymbols, value) { return 1 }
    guard Printable.isSafe(scalar) else { return nil }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    // The vowels and final consonants of a Hangul syllable combine with its first consonant.
    if (0x1160...0x11ff).contains(value) || (0xd7b0...0xd7fb).contains(value) { return 0 }
    return isIn(wide, value) || scalar.properties.isEmojiPresentation ? 2 : 1
  }

  /// As one of several columns: there is a space behind it at least.
  package static func padded(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(1, columns - Self.columns(text)))
  }

  /// The longest beginning of `text` that fits into `columns`, with `ellipsis` at its end when
  /// something was cut.
  package static func truncated(_ text: String, columns: Int, ellipsis: String = "…") -> String {
    guard Self.columns(text) > columns else { return text }
    let room = columns - Self.columns(ellipsis)
    guard room >= 0 else { return columns > 0 ? prefix(text, columns: columns) : "" }
    return prefix(text, columns: room) + ellipsis
  }

  /// The longest end of `text` that fits, with the ellipsis at its beginning: for paths, where the
  /// end says more.
  package static func truncatedAtStart(
    _ text: String, columns: Int, ellipsis: String = "…"
  ) -> String {
    guard Self.columns(text) > columns else { return text }
    let room = columns - Self.columns(ellipsis)
    guard room >= 0 else { return columns > 0 ? prefix(text, columns: columns) : "" }
    var kept: [Unicode.Scalar] = []
    var used = 0
    for scalar in text.unicodeScalars.reversed() {
      guard let width = Self.columns(scalar) else { continue }
      guard used + width <= room else { break }
      used += width
      kept.append(scalar)
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: kept.reversed())
    return ellipsis + String(view)
  }

  private static func prefix(_ text: String, columns: Int) -> String {
    var view = String.UnicodeScalarView()
    var used = 0
    for scalar in text.unicodeScalars {
      guard let width = Self.columns(scalar) else { continue }
      guard used + width <= columns else { break }
      used += width
      view.append(scalar)
    }
    return String(view)
  }

  private static func isIn(_ ranges: [ClosedRange<UInt32>], _ value: UInt32) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(value)
  }

  /// Arrows, boxes, blocks, dingbats and braille, of which screens are made: a short cut.
  private static let boxAndSymbols: [ClosedRange<UInt32>] = [
    0x2190...0x2319, 0x2400...0x2426, 0x2500...0x25fc, 0x2740...0x274b, 0x2800...0x28ff,
  ]

  /// East Asian Wide and Fullwidth (Unicode Standard Annex 11), neighbouring blocks taken together.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x2329...0x232a, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf,
    0x4e00...0xa4cf, 0xa960...0xa97c, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe10...0xfe19,
    0xfe30...0xfe6b, 0xff01...0xff60, 0xffe0...0xffe6, 0x16fe0...0x18cff, 0x1aff0...0x1b2fb,
    0x1f300...0x1f320, 0x1f900...0x1f9ff, 0x20000...0x2fffd, 0x30000...0x3fffd,
  ]
}
