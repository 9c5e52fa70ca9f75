/// A pattern for layer names, as `--freeze` takes it: `*` stands for any characters, `?` for one, `0-6`
/// for each whole number from 0 to 6; everything else for itself.
///
/// Names have a scope: `layer4` in `layer4.1.conv2`, `conv4_block6` in `conv4_block6_2_conv`. A pattern
/// without `*` and `?` may name a block by that: `layer4`, `features.0-6`, `block1-3`. A layer of just
/// that name comes first: `conv2d` is the layer where there is one, and not `conv2d_1` as well.
package struct LayerPattern: Sendable, Hashable, CustomStringConvertible {
  package let description: String
  private let tokens: [Token]

  private enum Token: Hashable {
    case character(Character)
    case one
    case any
    /// A whole number, all of its digits.
    case number(ClosedRange<Int>)

    /// Whether it fits one character of `name` at `position`.
    func fits(_ character: Character) -> Bool {
      switch self {
      case .character(let wanted): wanted == character
      case .one: true
      case .any, .number: false
      }
    }
  }

  /// What parts a name where scopes are joined to what is in them.
  package static let separators = "_./"

  package init(_ pattern: String) {
    description = pattern
    tokens = Self.tokens(of: Array(pattern))
  }

  /// Whether it stands for a block of layers by the beginning of their names.
  private var mayNameBlock: Bool {
    !tokens.isEmpty && !tokens.contains(.any) && !tokens.contains(.one)
  }

  /// Whether the whole of `name` fits.
  package func matches(_ name: String) -> Bool {
    name == description || ends(in: Array(name)).contains(name.count)
  }

  /// Whether it means the layer `name` of a network: by the whole of its name, or by a block that the
  /// layer is in.
  /// - Parameter isLayer: whether a layer of the network is called so.
  package func means(_ name: String, isLayer: (String) -> Bool) -> Bool {
    if matches(name) { return true }
    guard mayNameBlock else { return false }
    let characters = Array(name)
    return ends(in: characters).contains { end in
      guard end > 0, end < characters.count else { return false }
      let isScope =
        Self.separators.contains(characters[end])
        || Self.separators.contains(characters[end - 1])
      return isScope && !isLayer(String(characters[..<end]))
    }
  }

  /// Whether it matches and says at least one character of the name itself: `out*` names `output`,
  /// `*` does not. A new head is frozen only by a pattern that names it.
  package func names(_ name: String) -> Bool {
    matches(name) && tokens.contains { $0 != .any && $0 != .one }
  }

  /// The lengths of those beginnings of `name` that the pattern fits as a whole: without `*` there is one
  /// at most, and with it only the whole name is asked for.
  private func ends(in name: [Character]) -> [Int] {
    var position = 0
    var place = 0
    // Where to go on after the last `*`, should what follows it not fit.
    var star: (place: Int, position: Int)?
    while true {
      if place < tokens.count, tokens[place] == .any {
        star = (place + 1, position)
        place += 1
      } else if place < tokens.count, position < name.count, tokens[place].fits(name[position]) {
        place += 1
        position += 1
      } else if place < tokens.count, case .number(let range) = tokens[place],
        let end = Self.endOfNumber(in: range, of: name, at: position)
      {
        place += 1
        position = end
      } else if place == tokens.count, star == nil || position == name.count {
        return [position]
      } else if position == name.count {
        return []
      } else if let (after, from) = star {
        star = (after, from + 1)
        place = after
        position = from + 1
      } else {
        return []
      }
    }
  }

  /// - Returns: the place after the number that begins at `start`; `nil` where there is none in `range`.
  private static func endOfNumber(
    in range: ClosedRange<Int>, of name: [Character], at start: Int
  ) -> Int? {
    guard start == 0 || digit(name[start - 1]) == nil else { return nil }
    var end = start
    while end < name.count, digit(name[end]) != nil { end += 1 }
    guard let number = number(name[start..<end]), range.contains(number) else { return nil }
    return end
  }

  private static func tokens(of pattern: [Character]) -> [Token] {
    var tokens: [Token] = []
    var place = 0
    while place < pattern.count {
      if let (range, end) = range(in: pattern, at: place) {
        tokens.append(.number(range))
        place = end
        continue
      }
      switch pattern[place] {
      case "*": tokens.append(.any)
      case "?": tokens.append(.one)
      case let character: tokens.append(.character(character))
      }
      place += 1
    }
    return tokens
  }

  /// `0-6`, the whole of both numbers; not in order, it stands for itself.
  private static func range(
    in pattern: [Character], at start: Int
  ) -> (ClosedRange<Int>, end: Int)? {
    guard start == 0 || digit(pattern[start - 1]) == nil else { return nil }
    var middle = start
    while middle < pattern.count, digit(pattern[middle]) != nil { middle += 1 }
    guard middle < pattern.count, pattern[middle] == "-",
      let first = number(pattern[start..<middle])
    else { return nil }
    var end = middle + 1
    while end < pattern.count, digit(pattern[end]) != nil { end += 1 }
    guard let last = number(pattern[(middle + 1)..<end]), first <= last else { return nil }
    return (first...last, end)
  }

  private static func digit(_ character: Character) -> Int? {
    character.isASCII ? character.wholeNumberValue : nil
  }

  /// Of up to nine digits: more of them are no number of layers.
  private static func number(_ digits: ArraySlice<Character>) -> Int? {
    guard (1...9).contains(digits.count) else { return nil }
    return digits.reduce(0) { $0 * 10 + (digit($1) ?? 0) }
  }
}
