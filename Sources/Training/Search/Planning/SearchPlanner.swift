import EngineInterface

/// The loop of a search: which trials train how far, what is concluded from them, and when it is over.
/// Knows nothing of training. The same results in any order lead to the same decisions, so that a search
/// goes on after an end of its process with what its journal holds.
///
/// Round 1 covers the whole of each range. Each round stops trials by `SuccessiveHalving` and trains its
/// few best with two more seeds: with one seed the best of many is most often the luckiest. The next round
/// looks around the best of all by their means; a round that gains less than two standard errors is
/// followed by one that looks closer, and two such rounds, or the budget, end the search.
struct SearchPlanner {
  /// With how many seeds a round's best are trained.
  static let seeds = 3
  /// How many of a round are trained with all seeds.
  static let contenders = 3
  /// Rounds without a gain that end a search, one after the other.
  static let fruitlessRounds = 2
  private static let rateShare = 1.0 / 3

  let space: SearchSpace
  private(set) var budget: SearchBudget
  private(set) var trials: [SearchTrial] = []
  private(set) var rounds: [SearchRound] = []
  private(set) var ending: SearchEnding?
  /// The best so far, over the rounds that are over.
  private(set) var best: SearchResult?
  private var halving: SuccessiveHalving
  /// Trials that are compared when all are there.
  private var group: [Int] = []
  /// Whether they are the best of a round with its other seeds.
  private var isConfirming = false
  /// How many rounds have gained nothing since the last that has.
  private var fruitless = 0

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
  /// - Parameter error: its words.
  mutating func fail(trial: Int, error: String) {
    guard trials[trial].isAlive else { return }
    trials[trial].fail(error)
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
      fruitless = 0
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
    let promoted = SuccessiveHalving.promoted(
      alive.map { trials[$0].score }, from: rung, to: next
    ).map { alive[$0] }
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
    guard let round = rounds.last else { return conclude(.noResult) }
    let contenders = round.trials
      .filter { trials[$0].state == .finished && trials[$0].score.isFinite }
      .sorted { (trials[$0].score, $0) < (trials[$1].score, $1) }.prefix(Self.contenders)
    guard !contenders.isEmpty else { return conclude(.noResult) }
    group = Array(contenders)
    isConfirming = true
    let left = budget.trials.map { max(0, $0 - trials.count) } ?? .max
    // The better ones come first, if there is not room for all.
    let others = contenders.flatMap { trial in (1..<Self.seeds).map { (trial, $0) } }
    for (trial, seed) in others.prefix(left) {
      group.append(trials.count)
      trials.append(
        SearchTrial(
          id: trials.count, round: round.number, point: trials[trial].point, seed: seed,
          rung: budget.epochs))
    }
    if due.isEmpty { endRound() }
  }

  private mutating func endRound() {
    for trial in group where trials[trial].isAlive { trials[trial].state = .finished }
    isConfirming = false
    guard let result = bestConfirmed else { return conclude(.noResult) }
    rounds[rounds.count - 1].result = result
    guard let before = best else {
      best = result
      return refine()
    }
    let gain = before.mean - result.mean
    let error =
      (before.standardError * before.standardError + result.standardError * result.standardError)
      .squareRoot()
    let isClear = gain >= 2 * error && gain > 0
    // Fewer seeds are more easily lucky.
    if gain > 0, isClear || result.seeds >= before.seeds { best = result }
    // One seed alone has no error: it cannot be told whether it is any better.
    fruitless = isClear && result.seeds > 1 ? 0 : fruitless + 1
    guard fruitless < Self.fruitlessRounds else {
      return conclude(.noGain(gain: gain, standardError: error))
    }
    refine()
  }

  /// Of the contenders the one with the lowest mean, among those with the most seeds: others had a better
  /// chance to be lucky.
  private var bestConfirmed: SearchResult? {
    let results = group.filter { trials[$0].seed == 0 }.map { first in
      SearchResult(
        trial: first,
        scores: group.filter { trials[$0].point == trials[first].point }.map { trials[$0].score }
          .filter(\.isFinite))
    }.filter { $0.seeds > 0 }
    let most = results.map(\.seeds).max()
    return results.filter { $0.seeds == most }
      .min { ($0.mean, $0.trial) < ($1.mean, $1.trial) }
  }

  /// Begins the round around the best.
  private mutating func refine() {
    guard let best else { return conclude(.noResult) }
    let center = trials[best.trial].point
    let number = rounds.count + 1
    // After a round that has gained nothing at a smaller rate, the next one is closer and stays with it.
    let share = fruitless == 0 ? Self.rateShare : 1
    var points = space.around(center, rateShare: share, round: number)
    let tried = Set(trials.map(\.point))
    points.removeAll(where: tried.contains)
    guard !points.isEmpty else { return conclude(.exhausted) }
    if let allowed = budget.trials {
      guard trials.count < allowed else { return conclude(.trials(allowed)) }
      points = Array(points.prefix(allowed - trials.count))
    }
    begin(
      points, reason: fruitless == 0 ? .around(trial: best.trial) : .closer(trial: best.trial),
      rateFactor: points[0].rateFactor)
  }

  private mutating func begin(
    _ points: [SearchPoint], reason: SearchRound.Reason, rateFactor: Double
  ) {
    let first = trials.count
    let number = rounds.count + 1
    halving = SuccessiveHalving(epochs: budget.epochs, round: number)
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
