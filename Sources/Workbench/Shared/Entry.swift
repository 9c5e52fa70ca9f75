import TerminalUI

/// A line of a screen's key table, before it is known where it belongs.
struct Entry<S: Screen> {
  var keys: [Key]
  var action: S.Action
  var title: String
  var description: String
  var barOrder: Int?
  var isInPalette = true
  var isMeant: @Sendable (Scene<S>) -> Bool

  init(
    _ keys: [Key], _ action: S.Action, _ title: String, _ description: String, bar: Int? = nil,
    isMeant: @escaping @Sendable (Scene<S>) -> Bool = { _ in true }
  ) {
    self.keys = keys
    self.action = action
    self.title = title
    self.description = description
    barOrder = bar
    self.isMeant = isMeant
  }

  func binding(
    group: String, isPresent: @escaping @Sendable (Scene<S>) -> Bool = { _ in true }
  ) -> KeyBinding<Scene<S>, S.Action> {
    let (action, isMeant) = (action, isMeant)
    return KeyBinding(
      keys, action, title: title, description: description, group: group, barOrder: barOrder,
      isInPalette: isInPalette, isPresent: { isPresent($0) && isMeant($0) },
      disabledReason: { $0.screen.refusal(of: action, $0.shared) })
  }

  static func adjustments(
    _ action: (Int, ValueScale.Reach) -> S.Action, less: String, more: String, title: String,
    coarsely: String
  ) -> [Entry] {
    [
      Entry(["-", "_"], action(-1, .fine), title, less, bar: 20),
      Entry(["+", "="], action(1, .fine), title, more, bar: 20),
      Entry(["["], action(-1, .coarse), title, "\(less), \(coarsely)"),
      Entry(["]"], action(1, .coarse), title, "\(more), \(coarsely)"),
    ]
  }

  /// What the keys of movement do, in words.
  struct Ways {
    var up, down, left, right: String
    var page, half: String
  }

  static func moves(_ action: (Movement) -> S.Action, _ ways: Ways) -> [Entry] {
    [
      Entry(["up", "k"], action(.move(.up)), "up", ways.up),
      Entry(["down", "j"], action(.move(.down)), "down", ways.down),
      Entry(["left", "h"], action(.move(.left)), "left", ways.left),
      Entry(["right", "l"], action(.move(.right)), "right", ways.right),
      Entry(["pgup", "ctrl-b"], action(.page(-1)), "page up", "back by \(ways.page)"),
      Entry(["pgdn", "ctrl-f"], action(.page(1)), "page down", "on by \(ways.page)"),
      Entry(["ctrl-u"], action(.halfPage(-1)), "half page up", "back by \(ways.half)"),
      Entry(["ctrl-d"], action(.halfPage(1)), "half page down", "on by \(ways.half)"),
      Entry(["home", "g"], action(.edge(-1)), "first", "to the beginning"),
      Entry(["end", "G"], action(.edge(1)), "last", "to the end"),
    ].map {
      var entry = $0
      entry.isInPalette = false
      return entry
    }
  }
}
