/// A pattern for layer names, as `--freeze` takes it: `*` stands for any characters, `?` for one;
/// everything else for itself.
package struct LayerPattern: Sendable, Hashable, CustomStringConvertible {
  package let description: String
  private let characters: [Character]

  package init(_ pattern: String) {
    description = pattern
    characters = Array(pattern)
  }

  /// Whether the whole of `name` fits.
  package func matches(_ name: String) -> Bool {
    let name = Array(name)
    var position = 0
    var place = 0
    // Where to go on after the last `*`, should what follows it not fit.
    var star: (place: Int, position: Int)?
    while position < name.count {
      if place < characters.count, characters[place] == "*" {
        star = (place + 1, position)
        place += 1
      } else if place < characters.count,
        characters[place] == "?" || characters[place] == name[position]
      {
        place += 1
        position += 1
      } else if let (after, from) = star {
        star = (after, from + 1)
        place = after
        position = from + 1
      } else {
        return false
      }
    }
    return characters[place...].allSatisfy { $0 == "*" }
  }

  /// Whether it matches and says at least one character of the name itself: `out*` names `output`,
  /// `*` does not. A new head is frozen only by a pattern that names it.
  package func names(_ name: String) -> Bool {
    matches(name) && characters.contains { $0 != "*" && $0 != "?" }
  }
}
