import EngineInterface

/// The loop of a search: which trials train how far, what is concluded from them, and when it is over.
/// Knows nothing of training. The same results in any order lead to the same decisions, so that a search
/// goes on after an end of its process with what its journal holds.
///
/// Round 1 covers the whole of each range. Each round stops trials by `SuccessiveHalving`, trains its best
/// with two more seeds, and hands it to the next, which looks around it with a third of the rate; until
/// the gain is under two standard errors, or the budget is spent.
struct SearchPlanner {
  /// With how many seeds a round's best is trained.
  static let seeds = 3
  private static let rateShare = 1.0 / 3

  let space: SearchSpace
  private(set) var budget: SearchBudget
  private(set) var trials: [SearchTrial] = []
  private(set) var rounds: [SearchRound] = []
  private(set) var ending: SearchEnding?
  /// The best so far, over the rounds that are over.
  private(set) var best: SearchResult?
  private let halving: SuccessiveHalving
  /// Trials that are compared when all are there.
  private var group: [Int] = []
  /// Whether they are the best of a round with its other seeds.
  private var isConfirming = false

  init(_ space: SearchSpace, budget: SearchBudget) {
    self.space = space
    self.budget = budget
    halving = SuccessiveHalving(epochs: budget.epochs)
    begin(
      space.wholeRange(limit: budget.trials), reason: .wholeRange, rateFactor: 1)
  }

  // MARK: - What is to be done

  /// Trials that have epochs to train now, in the order in which they take turns.
  var due: [Int] {
    ending == nil
      ? group.filter { trials[$0].isAlive && trials[$0].epochs < trials[$0].rung } : []
  }

  // MARK: - What has happened

  /// A trial has trained one more epoch.
  mutating func note(trial: Int, loss: Double, accuracy: Double) {
    trials[trial].note(loss: loss, accuracy: accuracy)
    if !loss.isFinite {
      trials[trial].state = .failed
    } else if trials[trial].epochs >= trials[trial].rung {
      trials[trial].state = .paused
    } else {
      trials[trial].state = .training
    }
    advance()
  }

  /// A trial cannot go on.
  mutating func fail(trial: Int) {
    guard trials[trial].isAlive else { return }
    trials[trial].state = .failed
    advance()
  }

  /// A person has stopped a trial.
  mutating func cancel(trial: Int) {
    guard trials.indices.contains(trial), trials[trial].isAlive else { return }
    trials[trial].state = .cancelled
    advance()
  }

  /// The time is over, or a person has had enough.
  mutating func end(_ ending: SearchEnding) {
    if self.ending == nil { conclude(ending) }
  }

  /// More trials or more time than was allowed before. A search that is over goes on.
  mutating func extend(trials more: Int = 0, minutes: Double = 0) {
    if let trials = budget.trials { budget.trials = trials + more }
    if let allowed = budget.minutes { budget.minutes = allowed + minutes }
    switch ending {
    case .trials, .minutes, .noGain:
      ending = nil
      if group.contains(where: { trials[$0].isAlive }) { return advance() }
      refine()
    case .exhausted, .noResult, .stopped, nil: break
    }
  }

  // MARK: - What follows

  private mutating func advance() {
    guard ending == nil, due.isEmpty else { return }
    isConfirming ? endRound() : endRung()
  }

  /// All of the group that can have reached their rung.
  private mutating func endRung() {
    let alive = group.filter { trials[$0].isAlive }
    guard let rung = alive.map({ trials[$0].rung }).max() else { return conclude(.noResult) }
    guard let next = halving.next(after: rung) else {
      for trial in alive { trials[trial].state = .finished }
      return confirm()
    }
    let promoted = SuccessiveHalving.promoted(alive.map { trials[$0].score }).map { alive[$0] }
    for trial in alive {
      if promoted.contains(trial) {
        trials[trial].rung = next
      } else {
        trials[trial].state = .stopped
      }
    }
    group = promoted
  }

  /// Trains the round's best with the other seeds.
  private mutating func confirm() {
    guard let round = rounds.last, let best = bestTrial(of: round) else {
      return conclude(.noResult)
    }
    group = [best]
    isConfirming = true
    let left = budget.trials.map { max(0, $0 - trials.count) } ?? Self.seeds
    for seed in 1..<Self.seeds where seed <= left {
      group.append(trials.count)
      trials.append(
        SearchTrial(
          id: trials.count, round: round.number, point: trials[best].point, seed: seed,
          rung: budget.epochs))
    }
    if due.isEmpty { endRound() }
  }

  /// Of the first seed, that went as far as any.
  private func bestTrial(of round: SearchRound) -> Int? {
    round.trials.filter { trials[$0].state == .finished && trials[$0].score.isFinite }
      .min { (trials[$0].score, $0) < (trials[$1].score, $1) }
  }

  private mutating func endRound() {
    for trial in group where trials[trial].isAlive { trials[trial].state = .finished }
    isConfirming = false
    let scores = group.map { trials[$0].score }.filter(\.isFinite)
    guard let first = group.first, !scores.isEmpty else { return conclude(.noResult) }
    let result = SearchResult(trial: first, scores: scores)
    rounds[rounds.count - 1].result = result
    guard let before = best else {
      best = result
      return refine()
    }
    let gain = before.mean - result.mean
    let error =
      (before.standardError * before.standardError + result.standardError * result.standardError)
      .squareRoot()
    if gain > 0 { best = result }
    // One seed alone has no error: it cannot be told whether it is any better.
    guard gain >= 2 * error, gain > 0, result.seeds > 1 else {
      return conclude(.noGain(gain: gain, standardError: error))
    }
    refine()
  }

  /// Begins the round around the best.
  private mutating func refine() {
    guard let best else { return conclude(.noResult) }
    let center = trials[best.trial].point
    var points = space.around(center, rateShare: Self.rateShare, round: rounds.count + 1)
    let tried = Set(trials.map(\.point))
    points.removeAll(where: tried.contains)
    guard !points.isEmpty else { return conclude(.exhausted) }
    if let allowed = budget.trials {
      guard trials.count < allowed else { return conclude(.trials(allowed)) }
      points = Array(points.prefix(allowed - trials.count))
    }
    begin(
      points, reason: .around(trial: best.trial),
      rateFactor: (rounds.last?.rateFactor ?? 1) * Self.rateShare)
  }

  private mutating func begin(
    _ points: [SearchPoint], reason: SearchRound.Reason, rateFactor: Double
  ) {
    let first = trials.count
    let number = rounds.count + 1
    for point in points {
      trials.append(
        SearchTrial(
          id: trials.count, round: number, point: point, seed: 0, rung: halving.rungs[0]))
    }
    group = Array(first..<trials.count)
    rounds.append(
      SearchRound(
        number: number, reason: reason, rateFactor: rateFactor, trials: first..<trials.count))
    if group.isEmpty { conclude(.noResult) }
  }

  private mutating func conclude(_ ending: SearchEnding) {
    self.ending = ending
    if best == nil, let round = rounds.last, let trial = bestSoFar(of: round) {
      best = SearchResult(trial: trial, scores: [trials[trial].score])
    }
  }

  private func bestSoFar(of round: SearchRound) -> Int? {
    round.trials.filter { trials[$0].score.isFinite }
      .min { (trials[$0].score, $0) < (trials[$1].score, $1) }
  }
}
