import EngineInterface
import TerminalUI

/// A list of classes over the screen, of which an image gets one.
struct ClassChooser: Sendable {
  /// What is chosen: a class, or what the data say.
  enum Choice: Sendable, Equatable {
    case original(String)
    case label(String)

    var name: String {
      switch self {
      case .original(let name), .label(let name): name
      }
    }
  }

  let image: ImageReference
  private let choices: [Choice]
  private(set) var query = TextField()
  private(set) var selected = 0

  /// - Parameters:
  ///   - own: the class that the data say.
  ///   - now: the class that it has.
  init(_ image: ImageReference, classes: [String], own: String, now: String) {
    self.image = image
    choices = classes.map { $0 == own ? .original($0) : .label($0) }
    selected = classes.firstIndex(of: now) ?? 0
  }

  /// Those with all the words that were typed.
  var shown: [Choice] {
    let words = query.text.lowercased().split(separator: " ")
    return choices.filter { choice in
      let name = choice.name.lowercased()
      return words.allSatisfy { name.contains($0) }
    }
  }

  enum Outcome: Sendable, Equatable {
    case open, closed
    case chosen(Choice)
  }

  mutating func take(_ key: Key) -> Outcome {
    let last = max(shown.count - 1, 0)
    switch key {
    case "esc": return .closed
    case "backspace" where query.text.isEmpty: return .closed
    case "up", "ctrl-p", "backtab": selected = max(selected - 1, 0)
    case "down", "ctrl-n", "tab": selected = min(selected + 1, last)
    case "pgup": selected = max(selected - 10, 0)
    case "pgdn": selected = min(selected + 10, last)
    case "enter":
      return shown.indices.contains(selected) ? .chosen(shown[selected]) : .open
    default:
      let before = query.text
      if query.handle(key), query.text != before { selected = 0 }
    }
    return .open
  }

  mutating func select(_ index: Int) { selected = index }

  /// - Returns: the classes in view by their number.
  func render(_ canvas: inout Canvas) -> [HitRegion<Int>] {
    let (theme, glyphs) = (canvas.theme, canvas.glyphs)
    let shown = shown
    let area = canvas.rect.centered(width: 52, height: min(choices.count, 14) + 5)
    canvas.frame.fill(area, style: theme.ground)
    let hint: StyledText = [
      Span("enter", theme.key), Span(" takes it  ", theme.label), Span("esc", theme.key),
      Span(" leaves it", theme.label),
    ]
    let box = Box(
      border: Style(theme[.hiFg]), title: StyledText("Another class", theme.strong),
      status: StyledText(RequestText.file(image.name), theme.label), footer: hint,
      isFocused: true)
    let inside = canvas.frame.box(area, box, glyphs: glyphs).inset(columns: 1, rows: 0)
    canvas.frame.text([Span("> ", theme.key)], in: inside.row(0))
    canvas.within(inside.row(0).inset(left: 2)) { query.render(&$0, style: theme.text) }
    let list = inside.inset(top: 2)
    let offset = Scroll.offset(
      current: 0, selected: selected, visible: list.height, count: shown.count)
    let table = Table(
      columns: [TableColumn("", minimum: list.width - 2)], rowCount: shown.count,
      selected: selected, offset: offset, hasHeading: false, emptyText: "no class has these words"
    ) { row, _ in
      guard shown.indices.contains(row) else { return "" }
      guard case .original(let name) = shown[row] else {
        return StyledText(shown[row].name, theme.text)
      }
      return [Span(name, theme.text), Span("  as the data say", theme.label)]
    }
    return canvas.within(list) { table.render(&$0) }
  }
}
