import EngineInterface
import TerminalUI

extension SearchScreen {
  enum Action: ScreenAction {
    case move(Movement)
    case mark
    case unmarkAll
    case nextView
    case nextValue
    case sortNext
    case reverse
    case toggleLogarithmic
    case stopTrial
    case pause
    case extend

    var isMovement: Bool { if case .move = self { true } else { false } }
    var worksUnderDetails: Bool { false }
  }

  private typealias Row = Entry<SearchScreen>

  static let bindings =
    ([
      Row(
        ["v"], .nextView, "view",
        "the next picture: curves, response, heat map, all values, rounds", bar: 10),
      Row(["space"], .mark, "mark", "draw the selected trial's curve, or no longer", bar: 12),
      Row(["o"], .nextValue, "other value", "the response of the next value", bar: 14) {
        $0.view == .response || $0.view == .heat
      },
      Row(["s"], .sortNext, "sort", "by the next column", bar: 16),
      Row(["x"], .stopTrial, "stop trial", "stop the selected trial", bar: 18),
      Row(["P"], .pause, "pause search", "pause the search", bar: 20) {
        $0.search?.phase != .paused
      },
      Row(["P"], .pause, "go on", "go on with the search", bar: 20) { $0.search?.phase == .paused },
      Row(["+", "="], .extend, "extend", "let the search try more than it was allowed", bar: 22),
      Row(["S"], .reverse, "reverse", "the order upside down", bar: 60),
      Row(["y"], .toggleLogarithmic, "log", "logarithmic or linear losses", bar: 62),
      Row(["u"], .unmarkAll, "unmark", "no trial is marked any more", bar: 64),
    ]
    + Row.moves(
      { .move($0) },
      Row.Ways(
        up: "trial above", down: "trial below", left: "sort by the column at the left",
        right: "sort by the column at the right", page: "a page of trials",
        half: "half a page of trials")))
    .map { $0.binding(group: "Search") }

  func refusal(of action: Action, _ shared: Shared) -> String? {
    guard let search = shared.search else { return Self.noSearch }
    switch action {
    case .move, .mark, .sortNext, .reverse, .nextView, .nextValue, .toggleLogarithmic:
      return search.trials.isEmpty ? "there are no trials yet" : nil
    case .unmarkAll: return marked.isEmpty ? "no trial is marked" : nil
    case .stopTrial:
      guard let trial = selectedTrial else { return "there are no trials yet" }
      return trial.isAlive ? nil : "trial \(trial.id) is over"
    case .pause:
      switch search.phase {
      case .preparing: return "the search is being prepared"
      case .training, .paused: return nil
      case .over: return "the search is over"
      case .failed: return "the search has failed"
      }
    case .extend: return extensionRefusal(search)
    }
  }

  static let noSearch = "no search is under way: 'thaw search MODEL --data PATH' begins one"

  private func extensionRefusal(_ search: SearchSnapshot) -> String? {
    switch search.phase {
    case .preparing: return "the search is being prepared"
    case .failed: return "the search has failed"
    case .over(let ending):
      return ending.canBeExtended ? nil : "nothing can follow: \(SearchText.ending(ending))"
    case .training, .paused:
      return search.budget.trials == nil && search.budget.minutes == nil
        ? "it has no limit" : nil
    }
  }

  mutating func perform(_ action: Action, _ shared: inout Shared) -> [Effect] {
    switch action {
    case .move(let way): move(way, shared)
    case .mark: toggleMark()
    case .unmarkAll: unmarkAll()
    case .nextView: showNextView(shared)
    case .nextValue: value = (value + 1) % max(shared.search?.dimensions.count ?? 1, 1)
    case .sortNext: moveColumn(by: 1, wraps: true, shared)
    case .reverse: reverseOrder(shared)
    case .toggleLogarithmic: isLogarithmic.toggle()
    case .stopTrial: return selectedTrial.map { shared.steer(.stopTrial($0.id)) } ?? []
    case .pause: return shared.steer(shared.search?.phase == .paused ? .resume : .pause)
    case .extend:
      if let search = shared.search { shared.overlay = .dialog(.extend(search)) }
    }
    return []
  }

  private mutating func showNextView(_ shared: Shared) {
    let views = Self.views(shared.search?.dimensions.count ?? 1)
    let index = views.firstIndex(of: view) ?? 0
    view = views[(index + 1) % views.count]
  }

  private mutating func move(_ way: Movement, _ shared: Shared) {
    let index = selectedIndex ?? 0
    let list = SearchLayout(shared.body).list.inset(columns: 1, rows: 1)
    let page = Table.visibleRows(height: list.height)
    switch way {
    case .move(.up): select(row: index - 1)
    case .move(.down): select(row: index + 1)
    case .move(.left): moveColumn(by: -1, wraps: false, shared)
    case .move(.right): moveColumn(by: 1, wraps: false, shared)
    case .page(let direction): select(row: index + direction * max(page - 1, 1))
    case .halfPage(let direction): select(row: index + direction * max(page / 2, 1))
    case .edge(let direction): select(row: direction < 0 ? 0 : rows.count - 1)
    }
  }

  private mutating func moveColumn(by places: Int, wraps: Bool, _ shared: Shared) {
    let columns = SearchColumn.all(shared.search?.dimensions.count ?? 0).filter(\.isSortable)
    let next = (columns.firstIndex(of: order.column) ?? 0) + places
    let index = wraps ? next % columns.count : min(max(next, 0), columns.count - 1)
    if columns[index] != order.column { sort(by: columns[index], shared) }
  }

  mutating func goBack(_ shared: inout Shared) -> Bool {
    guard view != .curves else { return false }
    view = .curves
    return true
  }
}
