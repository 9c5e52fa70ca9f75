/// Text that is being pasted.
struct Paste {
  /// What may come in one event, in scalars.
  static let capacity = 64 * 1024
  /// Seconds after which a paste that goes on without an end may be over.
  static let longestSilence = 1.0

  private var scalars = String.UnicodeScalarView()
  /// Counted along: asking the scalars each time would go through all of them.
  private var count = 0
  /// When something was last read of it, in the reader's seconds.
  var lastReadAt = Double.infinity

  /// The mark of the end, where it came in pieces with so long a time between them that curses
  /// took them for single keys.
  private static let end = "\u{1b}[201~".unicodeScalars

  var isFull: Bool { count >= Self.capacity }

  /// The mark of the end has come as text.
  private(set) var hasEnded = false

  /// Without the mark of the end.
  var text: String {
    hasEnded ? String(scalars.dropLast(Self.end.count)) : String(scalars)
  }

  mutating func append(_ value: UInt32) {
    // Terminals send a carriage return for each line.
    guard let scalar = Unicode.Scalar(value == 13 ? 10 : value) else { return }
    scalars.append(scalar)
    count += 1
    hasEnded =
      scalar == "~" && count >= Self.end.count
      && scalars.suffix(Self.end.count).elementsEqual(Self.end)
  }
}
