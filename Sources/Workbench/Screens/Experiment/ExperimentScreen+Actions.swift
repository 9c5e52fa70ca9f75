import EngineInterface
import Files
import TerminalUI

extension ExperimentScreen {
  enum Action: ScreenAction {
    case move(Int)
    case valley
    case steepest
    case toggleLogarithmic
    /// Sets the rate, or makes the edits.
    case take
    case leave
    /// So many stops more or fewer.
    case changeSteps(Int, ValueScale.Reach)
    /// Back to the edits.
    case changeEdits

    var isMovement: Bool { if case .move = self { true } else { false } }
    var worksUnderDetails: Bool { false }
  }

  private typealias Row = Entry<ExperimentScreen>

  static let bindings =
    ([
      Row(
        ["enter"], .take, "set the rate", "set the learning rate to the one under the cursor",
        bar: 1),
      Row(["esc"], .leave, "leave", "leave: the learning rate stays as it is", bar: 2),
      Row(["left", "h"], .move(-1), "rate", "to the rate below", bar: 4),
      Row(["right", "l"], .move(1), "rate", "to the rate above", bar: 4),
      Row(["pgup", "ctrl-b"], .move(-10), "ten below", "ten rates down"),
      Row(["pgdn", "ctrl-f"], .move(10), "ten above", "ten rates up"),
      Row(["v"], .valley, "valley", "to half-way down the longest fall", bar: 6),
      Row(["s"], .steepest, "steepest", "to where the loss falls fastest", bar: 7),
      Row(["x"], .toggleLogarithmic, "log", "logarithmic or linear losses", bar: 9),
    ] as [Row]).map {
      $0.binding(group: ExperimentGroup.finder, isPresent: { $0.shared.whatIf == nil })
    }
    + ([
      Row(["enter"], .take, "make the edits", "make the edits, on the run itself", bar: 1),
      Row(["esc"], .leave, "leave as it is", "leave: the run stays as it is", bar: 2),
      Row(["-", "_"], .changeSteps(-1, .fine), "steps", "compare over fewer steps", bar: 4),
      Row(["+", "="], .changeSteps(1, .fine), "steps", "compare over more steps", bar: 4),
      Row(["["], .changeSteps(-1, .coarse), "half", "over half of them"),
      Row(["]"], .changeSteps(1, .coarse), "twice", "over twice as many"),
      Row(["W"], .changeEdits, "change", "back to the edits, to change them", bar: 6),
      Row(["x"], .toggleLogarithmic, "log axis", "logarithmic or linear losses", bar: 9),
    ] as [Row]).map {
      $0.binding(group: ExperimentGroup.whatIf, isPresent: { $0.shared.whatIf != nil })
    }

  func refusal(of action: Action, _ shared: Shared) -> String? {
    switch action {
    case .leave, .changeEdits, .toggleLogarithmic: return nil
    case .take:
      if case .failed = shared.experiment?.phase { return "it has failed" }
      guard shared.whatIf == nil else { return shared.experiment == nil ? Self.notBegun : nil }
      return cursorRefusal(shared)
    case .move, .valley, .steepest: return movementRefusal(action, shared)
    case .changeSteps(let direction, let reach):
      guard let comparison = shared.experiment?.comparison else { return Self.notBegun }
      if steps(of: comparison, direction, reach) != comparison.steps { return nil }
      return direction > 0
        ? "the run has no more steps before it" : "so many steps are done already"
    }
  }

  private static let notBegun = "it has not begun yet"
  private static let goesOn = "rates are still being tried"

  private func cursorRefusal(_ shared: Shared) -> String? {
    guard let test = shared.experiment?.rangeTest else { return Self.notBegun }
    return cursor(test) == nil ? Self.goesOn : nil
  }

  private func movementRefusal(_ action: Action, _ shared: Shared) -> String? {
    guard let test = shared.experiment?.rangeTest, !test.points.isEmpty else {
      return Self.notBegun
    }
    let place: Int?
    switch action {
    case .valley: place = test.valley
    case .steepest: place = test.steepest
    default: return nil
    }
    if test.ending == nil { return Self.goesOn }
    return place == nil ? ExperimentText.noSuggestion : nil
  }

  mutating func perform(_ action: Action, _ shared: inout Shared) -> [Effect] {
    switch action {
    case .leave:
      if shared.whatIf != nil {
        shared.log.add(.information, "the run is left as it is", at: shared.now)
      }
      return shared.endExperiment()
    case .changeEdits: return shared.endExperiment(keepsEdits: true)
    case .toggleLogarithmic: isLogarithmic.toggle()
    case .take: return take(&shared)
    case .move(let places):
      guard let test = shared.experiment?.rangeTest else { break }
      choose((cursor(test) ?? test.points.count - 1) + places, test)
    case .valley: choose(\.valley, shared)
    case .steepest: choose(\.steepest, shared)
    case .changeSteps(let direction, let reach):
      guard let comparison = shared.experiment?.comparison else { break }
      return shared.steer(.setSteps(steps(of: comparison, direction, reach)))
    }
    return []
  }

  private mutating func choose(_ place: KeyPath<RangeTest, Int?>, _ shared: Shared) {
    guard let test = shared.experiment?.rangeTest, let place = test[keyPath: place] else { return }
    choose(place, test)
  }

  /// The experiment ends before the edits: while it lasts, none is made.
  private func take(_ shared: inout Shared) -> [Effect] {
    if let whatIf = shared.whatIf {
      let effects = shared.endExperiment()
      return whatIf.edits.reduce(effects) { $0 + shared.send($1) }
    }
    guard let test = shared.experiment?.rangeTest, let place = cursor(test) else { return [] }
    let effects = shared.endExperiment()
    return effects + shared.send(.setLearningRate(RangeTest.rounded(test.points[place].rate)))
  }

  private static let stepStops = [10, 20, 30, 50, 70].flatMap { stop in
    [1, 10, 100].map { stop * $0 }
  }.filter { $0 <= TuningRange.comparisonSteps.values.upperBound }.sorted()

  /// Steps that a key leads to.
  private func steps(
    of comparison: Comparison, _ direction: Int, _ reach: ValueScale.Reach
  ) -> Int {
    let now = comparison.steps
    let least = (comparison.with + comparison.without).map(\.steps).max() ?? 0
    let wanted: Int =
      switch reach {
      case .coarse: direction > 0 ? now * 2 : now / 2
      case .fine:
        direction > 0
          ? Self.stepStops.first { $0 > now } ?? comparison.mostSteps
          : Self.stepStops.last { $0 < now } ?? now
      }
    return min(max(wanted, least, 1), comparison.mostSteps)
  }
}
