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
    case end
    case adopt(withWeights: Bool)
    case openForm
    case toggleValue
    case change(Int)
    case typeValues
    case start

    var isMovement: Bool { if case .move = self { true } else { false } }
    var worksUnderDetails: Bool { false }
  }

  private typealias Row = Entry<SearchScreen>

  static let bindings = trialBindings + formBindings

  private static let trialBindings =
    ([
      Row(
        ["enter"], .adopt(withWeights: false), "adopt",
        "the run takes over the selected trial's values; z takes them back", bar: 1,
        isMeant: isBeside),
      Row(
        ["E"], .adopt(withWeights: true), "with weights",
        "the run takes over the selected trial's values and its weights", bar: 2, isMeant: isBeside),
      Row(
        ["v"], .nextView, "view",
        "the next picture: curves, response, heat map, all values, rounds", bar: 10),
      Row(["space"], .mark, "mark", "draw the selected trial's curve, or no longer", bar: 12),
      Row(["o"], .nextValue, "other value", "the response of the next value", bar: 14) {
        $0.view == .response || $0.view == .heat
      },
      Row(["s"], .sortNext, "sort", "by the next column", bar: 36),
      Row(["x"], .stopTrial, "stop trial", "stop the selected trial", bar: 18),
      Row(["P"], .pause, "pause search", "pause the search", bar: 20) {
        $0.search?.phase != .paused
      },
      Row(["P"], .pause, "go on", "go on with the search", bar: 20) { $0.search?.phase == .paused },
      Row(["+", "="], .extend, "extend", "let the search try more than it was allowed", bar: 34),
      Row(["X"], .end, "end search", "end the search; its trials stay", bar: 35) {
        isBeside($0) && $0.search?.isUnderWay == true
      },
      Row(["n"], .openForm, "new search", "begin another search beside the run", bar: 24) {
        isBeside($0) && $0.search?.isUnderWay == false
      },
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
    .map {
      $0.binding(group: SearchGroup.search, isPresent: { !$0.screen.showsForm($0.shared) })
    }

  /// Whether there is a run that can take something over.
  @Sendable private static func isBeside(_ scene: Scene<SearchScreen>) -> Bool {
    scene.shared.snapshot?.run.isSearch == false
  }

  private static let formBindings =
    ([
      Row(["enter"], .start, "search", "begin the search", bar: 1),
      Row(["space"], .toggleValue, "try or not", "whether other values are tried", bar: 2),
      Row(
        ["i"], .typeValues, "type",
        "type the values to try, 1e-4..1e-2 or adam|sgd, or a number; nothing: the usual ones",
        bar: 3),
      Row(["left", "h", "-", "_"], .change(-1), "change", "less of the selected line", bar: 4),
      Row(["right", "l", "+", "="], .change(1), "change", "more of the selected line", bar: 4),
      Row(["up", "k"], .move(.move(.up)), "up", "the line above"),
      Row(["down", "j"], .move(.move(.down)), "down", "the line below"),
      Row(["home", "g"], .move(.edge(-1)), "first", "to the first line"),
      Row(["end", "G"], .move(.edge(1)), "last", "to the last line"),
    ] as [Row]).map {
      $0.binding(group: SearchGroup.form, isPresent: { $0.screen.showsForm($0.shared) })
    }

  func refusal(of action: Action, _ shared: Shared) -> String? {
    if showsForm(shared) { return formRefusal(of: action, shared) }
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
    case .end: return search.isUnderWay ? nil : "the search is over"
    case .adopt(let withWeights): return adoptionRefusal(search, withWeights, shared)
    case .openForm: return search.isUnderWay ? ObjectionText.text(.isSearching) : nil
    case .toggleValue, .change, .typeValues, .start: return "it belongs to the form of a new search"
    }
  }

  private func formRefusal(of action: Action, _ shared: Shared) -> String? {
    switch action {
    case .move: nil
    case .toggleValue, .change: form.toggleRefusal(shared)
    case .typeValues: form.typingRefusal(shared)
    case .start: form.startRefusal(shared)
    default: "it belongs to the trials of a search"
    }
  }

  private func adoptionRefusal(
    _ search: SearchSnapshot, _ withWeights: Bool, _ shared: Shared
  ) -> String? {
    guard let trial = selectedTrial else { return "there are no trials yet" }
    if shared.whatIf != nil { return "edits are collected, and not made" }
    let options = search.dimensions.map(\.variable).filter { !$0.isEdit }
    if !options.isEmpty { return ObjectionText.text(.noEdits(options)) }
    if withWeights, trial.epochs == 0 || trial.state == .failed {
      return ObjectionText.text(.isUntrained(trial: trial.id))
    }
    return shared.editRefusal
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
    case .move(let way) where showsForm(shared): moveInForm(way, shared)
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
    case .end: return shared.steer(SearchControl.stop)
    case .adopt(let withWeights):
      return selectedTrial.map {
        shared.steer(.adopt(trial: $0.id, withWeights: withWeights))
      } ?? []
    case .openForm: opensForm = true
    case .toggleValue: form.toggle(shared)
    case .change(let direction): form.change(by: direction, shared)
    case .typeValues: form.beginTyping(shared)
    case .start:
      opensForm = false
      return shared.steer(.start(form.order(shared)))
    }
    return []
  }

  private mutating func moveInForm(_ way: Movement, _ shared: Shared) {
    switch way {
    case .move(.up): form.select(form.selected - 1, shared)
    case .move(.down): form.select(form.selected + 1, shared)
    case .edge(let direction): form.select(direction < 0 ? 0 : .max, shared)
    case .move, .page, .halfPage: break
    }
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
    if opensForm, shared.search != nil {
      opensForm = false
      return true
    }
    guard !showsForm(shared), view != .curves else { return false }
    view = .curves
    return true
  }
}
