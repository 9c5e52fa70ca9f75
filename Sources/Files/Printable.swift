/// The text on one line, without what a terminal would obey or a reader could not see: names and
/// values come from files and from strangers, and what is printed of them goes to terminals. Such
/// characters become question marks.
///
/// Everything that is printed goes through here, and `Printable.isSafe` is also what decides which
/// characters are drawn on the screen and which are escaped in JSON.
/// - Parameter limit: scalars after which the rest is left out; `nil`: none.
package func printable(_ text: String, limit: Int? = 300) -> String {
  var result = String.UnicodeScalarView()
  for (index, scalar) in text.unicodeScalars.enumerated() {
    if index == limit {
      result.append("…")
      break
    }
    result.append(Printable.isSafe(scalar) ? scalar : "?")
  }
  return String(result)
}

package enum Printable {
  /// Whether a terminal shows the character, and does nothing else with it. It does not for controls
  /// (C0, DEL and C1, among which U+009B begins a sequence as escape and bracket do), for separators of
  /// lines and paragraphs, for what reorders or joins text unseen (with which a name could disguise
  /// itself), and for what has no agreed look.
  package static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if value < 0x7f { return value >= 0x20 }
    if value < 0x300 { return value >= 0xa0 && value != 0xad }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .unassigned, .privateUse, .lineSeparator,
      .paragraphSeparator:
      return false
    default: return true
    }
  }
}
