import EngineInterface

/// What was said of a search: which of its rounds have begun and are over, and whether it is.
struct SearchTelling {
  private var begun = 0
  private var over = 0
  private var isOver = false

  /// Takes what has come about so far as known.
  mutating func skip(_ planner: SearchPlanner) { _ = tell(of: planner, to: Outbox()) }

  /// Says what has come about since the last time.
  /// - Returns: whether the search has ended meanwhile.
  mutating func tell(of planner: SearchPlanner, to outbox: Outbox) -> Bool {
    let dimensions = planner.space.dimensions
    for (index, round) in planner.rounds.enumerated() {
      if index >= begun {
        begun = index + 1
        outbox.put(
          .searchRound(round, around: round.center.map { planner.trials[$0] }, dimensions))
      }
      if index >= over, let result = round.result {
        over = index + 1
        outbox.put(.searchRoundOver(round, planner.trials[result.trial], dimensions))
      }
    }
    guard let ending = planner.ending else {
      isOver = false
      return false
    }
    guard !isOver else { return false }
    isOver = true
    outbox.put(.searchOver(ending))
    return true
  }
}
