import TerminalUI

extension RunsScreen {
  enum Action: ScreenAction {
    case move(Movement)
    case mark
    case unmarkAll
    case details
    case search
    case sortNext
    case reverse
    case metric
    case toggleLogarithmic

    var isMovement: Bool { if case .move = self { true } else { false } }
    var worksUnderDetails: Bool { false }
  }

  private typealias Row = Entry<RunsScreen>

  static let bindings =
    ([
      Row(["space"], .mark, "mark", "draw the selected run's curve, or no longer", bar: 10),
      Row(["enter"], .details, "details", "all about the selected run", bar: 12) {
        !$0.showsDetails
      },
      Row(["enter"], .details, "curves", "the curves again", bar: 12) { $0.showsDetails },
      Row(["/"], .search, "search", "only runs with these words in name, model or state", bar: 14),
      Row(["s"], .sortNext, "sort", "by the next column", bar: 16),
      Row(["S"], .reverse, "reverse", "the order upside down", bar: 60),
      Row(["m"], .metric, "loss", "curves of the validation loss", bar: 34) { $0.showsAccuracy },
      Row(["m"], .metric, "accuracy", "curves of the validation accuracy", bar: 34) {
        !$0.showsAccuracy
      },
      Row(["x"], .toggleLogarithmic, "log", "logarithmic or linear axis", bar: 62),
      Row(["u"], .unmarkAll, "unmark", "no run is marked any more", bar: 64),
    ]
    + Row.moves(
      { .move($0) },
      Row.Ways(
        up: "run above", down: "run below", left: "sort by the column at the left",
        right: "sort by the column at the right", page: "a page of runs",
        half: "half a page of runs")))
    .map { $0.binding(group: "Runs") }

  func refusal(of action: Action, _ shared: Shared) -> String? {
    switch action {
    case .search, .sortNext, .reverse, .metric, .toggleLogarithmic:
      return runs?.isEmpty ?? true ? noRuns : nil
    case .move(.move(.left)), .move(.move(.right)), .mark, .details, .move:
      return rows.isEmpty ? (runs?.isEmpty ?? true ? noRuns : "no run has these words") : nil
    case .unmarkAll: return marked.isEmpty ? "no run is marked" : nil
    }
  }

  private var noRuns: String { runs == nil ? "the runs are being read" : "there are no runs yet" }

  mutating func perform(_ action: Action, _ shared: inout Shared) -> [Effect] {
    switch action {
    case .move(let way): move(way, shared)
    case .mark: toggleMark()
    case .unmarkAll: unmarkAll()
    case .details: showsDetails.toggle()
    case .search: beginSearch()
    case .sortNext: moveColumn(by: 1, wraps: true)
    case .reverse: reverseOrder()
    case .metric: showsAccuracy.toggle()
    case .toggleLogarithmic: isLogarithmic.toggle()
    }
    return []
  }

  private mutating func move(_ way: Movement, _ shared: Shared) {
    let index = selectedIndex ?? 0
    let list = RunsLayout(self, shared.body).list.inset(columns: 1, rows: 1)
    let page = Table.visibleRows(height: list.height)
    switch way {
    case .move(.up): select(row: index - 1)
    case .move(.down): select(row: index + 1)
    case .move(.left): moveColumn(by: -1, wraps: false)
    case .move(.right): moveColumn(by: 1, wraps: false)
    case .page(let direction): select(row: index + direction * max(page - 1, 1))
    case .halfPage(let direction): select(row: index + direction * max(page / 2, 1))
    case .edge(let direction): select(row: direction < 0 ? 0 : rows.count - 1)
    }
  }

  private mutating func moveColumn(by places: Int, wraps: Bool) {
    let columns = RunColumn.allCases
    let here = order.column.flatMap { columns.firstIndex(of: $0) } ?? (places > 0 ? -1 : 1)
    let next = here + places
    let index = wraps ? next % columns.count : min(max(next, 0), columns.count - 1)
    if columns[index] != order.column { sort(by: columns[index]) }
  }

  mutating func goBack(_ shared: inout Shared) -> Bool {
    if search != nil {
      endSearch()
    } else if showsDetails {
      showsDetails = false
    } else {
      return false
    }
    return true
  }
}
