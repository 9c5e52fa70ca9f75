import EngineInterface
import TerminalUI

/// The fifth screen: a search as a table of its trials, with a picture of what they say.
struct SearchScreen: Screen {
  static let number = 5
  static let title = "Search"

  /// What stands beside the table.
  enum View: Int, CaseIterable, Sendable {
    /// Validation losses over each other.
    case curves
    /// The loss over one value.
    case response
    /// The loss over two.
    case heat
    /// All values of all trials.
    case parallel
    /// The rounds, and all about the selected trial.
    case rounds
  }

  /// As they are shown.
  private(set) var rows: [SearchTrial] = []
  /// Number of the selected trial; `nil` until a person has chosen one: whichever stands first.
  private(set) var selected: Int?
  /// The first row in view.
  private(set) var offset = 0
  /// Numbers of the marked trials, in the order in which they were marked.
  private(set) var marked: [Int] = []
  private(set) var order = TrialOrder()
  var view = View.curves
  /// The value that the response is of, and the first of the heat map.
  var value = 0
  var isLogarithmic = true
  private(set) var comparison: SearchComparison?
  /// A search beside the run, before it begins.
  var form = SearchForm()
  /// Over a search that there is.
  var opensForm = false
  /// The form was on show last.
  private var isForm = false
  /// Of the snapshot that all this was made of.
  private var revision: UInt64?

  init() {}

  /// Keys of what is on show first.
  var helpGroups: [String] {
    isForm ? [SearchGroup.form, SearchGroup.search] : [SearchGroup.search, SearchGroup.form]
  }

  /// Whether the form stands in the place of the table.
  func showsForm(_ shared: Shared) -> Bool {
    shared.snapshot?.run.isSearch == false && (opensForm || shared.search == nil)
  }

  var selectedIndex: Int? {
    guard !rows.isEmpty else { return nil }
    return rows.firstIndex { $0.id == selected } ?? 0
  }

  var selectedTrial: SearchTrial? { selectedIndex.map { rows[$0] } }

  /// Trials whose curves are shown: those marked, or the selected one where none is.
  var shown: [Int] { marked.isEmpty ? [selectedTrial?.id].compactMap(\.self) : marked }

  /// Views that there are for so many values.
  static func views(_ dimensions: Int) -> [View] {
    View.allCases.filter {
      switch $0 {
      case .curves, .response, .rounds: true
      case .heat: dimensions >= 2
      case .parallel: dimensions >= 3
      }
    }
  }

  mutating func select(row: Int) {
    guard !rows.isEmpty else { return }
    selected = rows[min(max(row, 0), rows.count - 1)].id
  }

  mutating func toggleMark() {
    guard let trial = selectedTrial?.id else { return }
    if let index = marked.firstIndex(of: trial) {
      marked.remove(at: index)
    } else {
      marked.append(trial)
    }
  }

  mutating func unmarkAll() { marked = [] }

  mutating func sort(by column: SearchColumn, _ shared: Shared) {
    guard column.isSortable else { return }
    if order.column == column {
      order.isDescending.toggle()
    } else {
      order = TrialOrder(column: column)
    }
    arrange(shared)
  }

  mutating func reverseOrder(_ shared: Shared) {
    order.isDescending.toggle()
    arrange(shared)
  }

  private mutating func arrange(_ shared: Shared) {
    guard let search = shared.search else { return }
    rows = order.sorted(search.trials, search.dimensions)
  }

  mutating func type(_ key: Key, _ shared: inout Shared) -> [Effect]? {
    showsForm(shared) && form.type(key, &shared) ? [] : nil
  }

  mutating func refresh(_ shared: Shared) {
    isForm = showsForm(shared)
    if let search = shared.search, search.revision != revision {
      revision = search.revision
      comparison = SearchComparison(search)
      let views = Self.views(search.dimensions.count)
      if !views.contains(view) { view = .curves }
      if value >= search.dimensions.count { value = 0 }
      arrange(shared)
    }
    let list = SearchLayout(shared.body).list.inset(columns: 1, rows: 1)
    offset = Scroll.offset(
      current: offset, selected: selectedIndex, visible: Table.visibleRows(height: list.height),
      count: rows.count)
  }
}

/// Headings of the help page.
enum SearchGroup {
  static let search = "Search"
  static let form = "New search"
}
