import EngineInterface
import TerminalUI

/// The sixth screen: all runs in the folder of this one, the selected one in full, and the curves of
/// those that are marked, over each other.
struct RunsScreen: Screen {
  static let number = 6
  static let title = "Runs"

  /// As they are shown: sorted, and only those that the search leaves.
  private(set) var rows: [RunSummary] = []
  /// As the engine has found them; `nil` before the first answer.
  private(set) var runs: [RunSummary]?
  /// Why they could not be listed.
  private(set) var problem: String?
  /// Path of the selected run.
  private(set) var selected: String?
  /// Where it was in the list: if it goes away, the next one there is taken.
  private var selectedRow = 0
  /// The first row in view.
  private(set) var offset = 0
  /// Paths of the marked runs, in the order in which they were marked.
  private(set) var marked: [String] = []
  var order = RunOrder()
  /// What is searched for; `nil` without a search.
  private(set) var search: TextField?
  /// What is typed goes into the search.
  private(set) var isTyping = false
  /// The selected run has all the room beside the list.
  var showsDetails = false
  var showsAccuracy = true
  var isLogarithmic = false
  private(set) var details = RunDetailsCache()
  private var inquiry = RunsInquiry()
  /// The run that was clicked last, and when.
  private var lastClick: (path: String, time: Double)?

  init() {}

  var helpGroups: [String] { ["Runs"] }

  var selectedIndex: Int? {
    guard !rows.isEmpty else { return nil }
    return rows.firstIndex { $0.path == selected } ?? min(selectedRow, rows.count - 1)
  }

  var selectedRun: RunSummary? { selectedIndex.map { rows[$0] } }

  /// The runs whose curves are shown: those marked, or the selected one where none is.
  var shownPaths: [String] {
    marked.isEmpty ? [selectedRun?.path].compactMap(\.self) : marked
  }

  mutating func select(row: Int) {
    guard !rows.isEmpty else { return }
    selectedRow = min(max(row, 0), rows.count - 1)
    selected = rows[selectedRow].path
  }

  mutating func toggleMark() {
    guard let path = selectedRun?.path else { return }
    if let index = marked.firstIndex(of: path) {
      marked.remove(at: index)
    } else {
      marked.append(path)
    }
  }

  mutating func unmarkAll() { marked = [] }

  mutating func sort(by column: RunColumn) {
    order = order.column == column ? order.reversed : RunOrder(column: column)
    arrange()
  }

  mutating func reverseOrder() {
    order = order.reversed
    arrange()
  }

  // MARK: Search

  mutating func beginSearch() {
    search = search ?? TextField()
    isTyping = true
  }

  mutating func endSearch() {
    search = nil
    isTyping = false
    arrange()
  }

  mutating func type(_ key: Key, _ shared: inout Shared) -> [Effect]? {
    guard isTyping, var field = search, key != "ctrl-c" else { return nil }
    switch key {
    case "esc": endSearch()
    case "enter", "tab": isTyping = false
    case "backspace" where field.text.isEmpty: endSearch()
    case "up": select(row: (selectedIndex ?? 0) - 1)
    case "down": select(row: (selectedIndex ?? 0) + 1)
    default:
      guard field.handle(key) else { return [] }
      search = field
      arrange()
    }
    if search?.text.isEmpty == true, !isTyping { endSearch() }
    return []
  }

  private mutating func arrange() {
    let words = (search?.text.lowercased() ?? "").split(separator: " ")
    let found = (runs ?? []).filter { run in
      let text = "\(run.name) \(run.model) \(RunText.state(run.state))".lowercased()
      return words.allSatisfy { text.contains($0) }
    }
    rows = order.sorted(found)
    if let selected, let index = rows.firstIndex(where: { $0.path == selected }) {
      selectedRow = index
    } else {
      select(row: selectedRow)
    }
  }

  // MARK: Questions

  mutating func tick(_ shared: inout Shared) -> [Effect] {
    var effects: [Effect] = []
    if inquiry.isListDue(at: shared.now) {
      let (id, effect) = shared.ask(.runs)
      inquiry.asked(id, at: shared.now)
      effects.append(effect)
    }
    let wanted = shownPaths + [selectedRun?.path].compactMap(\.self)
    if let run = details.next(of: wanted, among: runs ?? []) {
      let (id, effect) = shared.ask(.run(path: run.path))
      details.asked(id, about: run)
      effects.append(effect)
    }
    return effects
  }

  mutating func take(_ reply: Reply, _ shared: inout Shared) {
    if details.take(reply) { return }
    guard inquiry.isAnswered(by: reply.id, at: shared.now) else { return }
    switch reply.answer {
    case .runs(let runs):
      problem = nil
      self.runs = runs
      let paths = Set(runs.map(\.path))
      marked.removeAll { !paths.contains($0) }
      // What a person wants to see first is the run that is on show elsewhere.
      if selected == nil {
        selected = runs.first { $0.name == shared.snapshot?.run.name }?.path ?? runs.first?.path
      }
      arrange()
    case .failed(let words): problem = words
    case .run, .data, .validation, .images, .pictures: break
    }
  }

  mutating func refresh(_ shared: Shared) {
    let list = RunsLayout(self, shared.body).list.inset(columns: 1, rows: 1)
    offset = Scroll.offset(
      current: offset, selected: selectedIndex, visible: Table.visibleRows(height: list.height),
      count: rows.count)
  }

  /// - Returns: whether the click was the second one on a run.
  mutating func noteClick(_ path: String, at time: Double) -> Bool {
    defer { lastClick = (path, time) }
    guard let lastClick, lastClick.path == path else { return false }
    return (0...0.5).contains(time - lastClick.time)
  }
}
