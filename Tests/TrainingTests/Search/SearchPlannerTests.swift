import EngineInterface
import Foundation
import Kernels
import Testing

@testable import Training

@Suite struct SearchPlannerTests {
  private static let rate = SearchDimension(
    .learningRate, .logarithmic(lower: 1e-5, upper: 1))
  private static let dropout = SearchDimension(
    .dropout(layer: nil), .logarithmic(lower: 0.05, upper: 0.8))
  private static let norm = SearchDimension(.maxNorm, .logarithmic(lower: 0.5, upper: 8))

  /// Trains a planner's trials as far as they go by a formula of point, seed and epoch.
  private static func run(
    _ planner: inout SearchPlanner, order: ([Int]) -> Int = { $0[0] },
    loss: (SearchTrial, _ epoch: Int) -> Double
  ) {
    var epochs = 0
    while case let due = planner.due, !due.isEmpty {
      let trial = planner.trials[order(due)]
      planner.note(
        trial: trial.id, loss: loss(trial, trial.epochs + 1), accuracy: 0.5)
      epochs += 1
      precondition(epochs < 100_000, "a search without an end")
    }
  }

  /// A bowl whose bottom lies between the points of any grid.
  private static func bowl(_ trial: SearchTrial, _ epoch: Int, noise: Double = 0.002) -> Double {
    let targets = [-2.6, -1.1, 0.35]
    let distance = zip(trial.point.values, targets).reduce(0.0) { sum, pair in
      let difference = log10((pair.0.number ?? 1)) - pair.1
      return sum + difference * difference
    }
    let chance = RandomStream(seed: UInt64(trial.seed), purpose: .test, step: UInt64(trial.id))
    return 0.3 + 0.2 * distance + 0.5 / Double(epoch)
      + noise * Double(chance.uniform(UInt64(epoch)))
  }

  @Test func rungsQuadrupleUpToAllEpochs() {
    #expect(SuccessiveHalving(epochs: 1).rungs == [1])
    #expect(SuccessiveHalving(epochs: 10).rungs == [1, 4, 10])
    #expect(SuccessiveHalving(epochs: 16).rungs == [1, 4, 16])
    #expect(SuccessiveHalving(epochs: 65).rungs == [1, 4, 16, 64, 65])
    #expect(SuccessiveHalving(epochs: .max).rungs.last == .max)
  }

  /// Hyperband's brackets: neighbours are told apart later than points far from each other.
  @Test func eachRoundBeginsARungLaterAndComparesOnceAtLeast() {
    #expect(SuccessiveHalving(epochs: 10, round: 2).rungs == [4, 10])
    #expect(SuccessiveHalving(epochs: 10, round: 9).rungs == [4, 10])
    #expect(SuccessiveHalving(epochs: 65, round: 3).rungs == [16, 64, 65])
    #expect(SuccessiveHalving(epochs: 65, round: 99).rungs == [64, 65])
    #expect(SuccessiveHalving(epochs: 2, round: 5).rungs == [1, 2])
    #expect(SuccessiveHalving(epochs: 1, round: 5).rungs == [1])
  }

  @Test func asManyGoOnAsTakeNoMoreEpochsAndFewerThanFiveAllDo() {
    func promoted(_ scores: [Double], to next: Int = 4) -> [Int] {
      SuccessiveHalving.promoted(scores, from: 1, to: next)
    }
    #expect(promoted([5, 1, 4, 2, 3]) == [1, 3])
    #expect(promoted([5, 1, 4, 2]) == [0, 1, 2, 3])
    #expect(promoted([.infinity, 1, .infinity]) == [1])
    #expect(promoted([1, 1, 1, 1, 1, 1, 1, 1]) == [0, 1])
    #expect(promoted([.infinity, .infinity, .infinity, .infinity, 7, 8]) == [4, 5])
    #expect(promoted([]) == [])
    // The last rung may be near: more go on to it.
    #expect(SuccessiveHalving.promoted([5, 1, 4, 2, 3], from: 4, to: 10) == [1, 3])
    #expect(SuccessiveHalving.promoted([6, 5, 1, 4, 2, 3], from: 4, to: 10) == [2, 4, 5])
    #expect(
      SuccessiveHalving.promoted([6, 5, 1, 4, 2, 3], from: 64, to: 65) == [0, 1, 2, 3, 4, 5])
  }

  @Test func theFirstRoundIsAGridOfOneOrTwoValuesAndFillsSpaceAbove() {
    func points(_ dimensions: [SearchDimension], limit: Int? = nil) -> [SearchPoint] {
      SearchSpace(dimensions: dimensions, seed: 1).wholeRange(limit: limit)
    }
    let rates = points([Self.rate]).map { $0.values[0].number! }
    #expect(rates.count == 7 && rates.first == 1e-5 && rates.last == 1)
    #expect(abs(rates[3] / pow(10, -2.5) - 1) < 1e-9)
    #expect(points([Self.rate, Self.dropout]).count == 25)
    let three = points([Self.rate, Self.dropout, Self.norm])
    #expect(three.count == 64 && Set(three).count == 64)
    // One in each 64th of every axis.
    for (axis, dimension) in [Self.rate, Self.dropout, Self.norm].enumerated() {
      let parts = three.map { Int(dimension.place(of: $0.values[axis])! * 64) }
      #expect(Set(parts).count == 64, "axis \(axis)")
    }
    #expect(points([Self.rate, Self.dropout], limit: 6).count == 6)
    let depth = SearchDimension(.frozenDepth, .whole(lower: 0, upper: 3))
    #expect(points([depth]).map { $0.values[0] } == [0, 1, 2, 3].map { .number($0) })
    let kinds = SearchDimension(.optimizer, .choices(["adam", "sgd"]))
    #expect(points([kinds]).map { $0.values[0] } == [.choice("adam"), .choice("sgd")])
  }

  @Test func theSequenceIsSobolsAndItsScramblingKeepsItsParts() {
    // The seed alone decides.
    let (one, other) = (
      SobolSequence(dimensions: 16, seed: 1), SobolSequence(dimensions: 16, seed: 2)
    )
    #expect(one[5] == SobolSequence(dimensions: 16, seed: 1)[5] && one[5] != other[5])
    let points = (0..<256).map { one[$0] }
    for axis in 0..<16 {
      #expect(Set(points.map { Int($0[axis] * 256) }).count == 256, "axis \(axis)")
    }
    // Each 16th × 16th of the first two axes has one of 256.
    #expect(Set(points.map { [Int($0[0] * 16), Int($0[1] * 16)] }).count == 256)
  }

  @Test func aRoundAroundTheBestHasThreePointsAValueAtAThirdOfTheRate() {
    let space = SearchSpace(dimensions: [Self.dropout], seed: 1)
    let center = SearchPoint([.number(0.2)])
    let around = space.around(center, rateShare: 1.0 / 3, round: 2)
    #expect(around.count == 3 && around.allSatisfy { $0.rateFactor == 1.0 / 3 })
    #expect(abs(around[1].values[0].number! - 0.2) < 1e-12)
    let narrower = space.around(center, rateShare: 1.0 / 3, round: 3)
    #expect(narrower[2].values[0].number! < around[2].values[0].number!)
    // A rate that is searched goes from a third to three times its own, and stays among them.
    let space2 = SearchSpace(dimensions: [Self.rate, Self.dropout], seed: 1)
    let best = SearchPoint([.number(0.03), .number(0.2)])
    let rates = space2.around(best, rateShare: 1.0 / 3, round: 2)
    #expect(rates.count == 9 && rates.allSatisfy { $0.rateFactor == 1 })
    for (place, rate) in [(1, 0.01), (4, 0.03), (7, 0.09)] {
      #expect(abs(rates[place].values[0].number! / rate - 1) < 1e-9)
      #expect(abs(rates[place].values[1].number! / 0.2 - 1) < 1e-9)
    }
    // The best itself is none that was not tried.
    #expect(rates[4] == best)
    let closer = space2.around(best, rateShare: 1.0 / 3, round: 3)
    #expect(abs(closer[1].values[0].number! / (0.03 / 3.0.squareRoot()) - 1) < 1e-9)
    // An end of the range is an end.
    let end = space.around(SearchPoint([.number(0.8)]), rateShare: 1.0 / 3, round: 2)
    #expect(end.count == 2 && end.last?.values[0] == .number(0.8))
  }

  @Test func noneIsStoppedBeforeFiveShareARung() {
    var planner = SearchPlanner(
      SearchSpace(dimensions: [Self.rate], seed: 1), budget: SearchBudget(epochs: 16))
    Self.run(&planner) { Self.bowl($0, $1) }
    for round in planner.rounds {
      for trial in round.trials where planner.trials[trial].state == .stopped {
        let rung = planner.trials[trial].epochs
        let shared = round.trials.count { planner.trials[$0].epochs >= rung }
        #expect(shared >= 5)
      }
    }
    #expect(planner.trials.contains { $0.state == .stopped })
    #expect(planner.trials.allSatisfy { !$0.isAlive })
  }

  @Test(arguments: [1, 2, 3])
  func theLoopComesNearTheBottomAndEndsWhereNothingIsGained(count: Int) throws {
    let space = SearchSpace(
      dimensions: Array([Self.rate, Self.dropout, Self.norm].prefix(count)), seed: 3)
    var planner = SearchPlanner(space, budget: SearchBudget(epochs: 10))
    Self.run(&planner) { Self.bowl($0, $1) }
    let best = try #require(planner.best)
    #expect(planner.rounds.count > 1)
    // 0.35 is the bottom after ten epochs.
    #expect(best.mean < 0.38, "\(best.mean)")
    guard case .noGain = planner.ending else {
      Issue.record("\(String(describing: planner.ending))")
      return
    }
    // Less than every point to its end, where rounds are large enough to stop some.
    let epochs = planner.trials.reduce(0) { $0 + $1.epochs }
    #expect(count == 1 || epochs < planner.trials.count * 10 * 7 / 10)
  }

  /// Of the best with one seed the luckiest is not taken for the best.
  @Test func theBestOfARoundIsTheBestOverItsSeeds() throws {
    var planner = SearchPlanner(
      SearchSpace(dimensions: [Self.rate], seed: 1), budget: SearchBudget(epochs: 1))
    let points = planner.trials.map(\.point)
    Self.run(&planner) { trial, _ in
      // Trial 3 has luck with the first seed, trial 5 is good with every one.
      let first = points.firstIndex(of: trial.point)
      switch (first, trial.seed) {
      case (3, 0): return 0.10
      case (3, _): return 0.30
      case (5, 0): return 0.12
      case (5, 1): return 0.13
      case (5, _): return 0.14
      case (4, _): return 0.20
      default: return 0.5 + Double(first ?? 0) / 100
      }
    }
    let result = try #require(planner.rounds[0].result)
    #expect(result.trial == 5 && result.seeds == 3 && abs(result.mean - 0.13) < 1e-12)
    let confirmed = Set(
      planner.trials.filter { $0.round == 1 && $0.seed > 0 }.map(\.point))
    #expect(confirmed == Set([3, 4, 5].map { planner.trials[$0].point }))
    #expect(planner.best?.trial == 5)
  }

  @Test func aRoundWithoutAGainIsFollowedByACloserOneBeforeTheEnd() throws {
    var planner = SearchPlanner(
      SearchSpace(dimensions: [Self.dropout], seed: 1), budget: SearchBudget(epochs: 1))
    // Nothing is better than what the first round has.
    let best = planner.trials[3]
    Self.run(&planner) { trial, _ in
      trial.point == best.point ? 0.1 : 0.2 + Double(trial.id) / 1000
    }
    #expect(planner.rounds.map(\.reason) == [.wholeRange, .around(trial: 3), .closer(trial: 3)])
    #expect(planner.best?.trial == 3)
    guard case .noGain = planner.ending else {
      Issue.record("\(String(describing: planner.ending))")
      return
    }
    let (center, around, closer) = (best.point, planner.rounds[1], planner.rounds[2])
    func distance(_ round: SearchRound) -> Double {
      round.trials.map { trial in
        abs(log(planner.trials[trial].point.values[0].number! / center.values[0].number!))
      }.max()!
    }
    #expect(abs(distance(around) / distance(closer) - 2) < 1e-9)
    #expect(around.rateFactor == 1.0 / 3 && closer.rateFactor == 1)
  }

  /// What is clearly better begins the count anew.
  @Test func twoRoundsWithoutAGainInARowEndASearch() {
    var planner = SearchPlanner(
      SearchSpace(dimensions: [Self.dropout], seed: 1), budget: SearchBudget(epochs: 1))
    Self.run(&planner) { trial, _ in
      // The third and the fifth round find something.
      [3, 5].contains(trial.round)
        ? 1 / Double(trial.round) + Double(trial.id) / 1e6 : 1 + Double(trial.id) / 1e6
    }
    #expect(planner.rounds.count == 7)
    #expect(planner.best.map { planner.trials[$0.trial].round } == 5)
  }

  /// The order in which trials reach their rungs, an end of the process in between, and the threads.
  @Test func decisionsDependOnResultsAlone() {
    func search(_ order: @escaping ([Int]) -> Int) -> SearchPlanner {
      var planner = SearchPlanner(
        SearchSpace(dimensions: [Self.rate, Self.dropout], seed: 3),
        budget: SearchBudget(epochs: 10))
      Self.run(&planner, order: order) { Self.bowl($0, $1) }
      return planner
    }
    let (first, last) = (search { $0[0] }, search { $0[$0.count - 1] })
    let middle = search { $0[$0.count / 2] }
    #expect(first.trials == last.trials && first.trials == middle.trials)
    #expect(first.rounds == last.rounds && first.ending == last.ending)
  }

  @Test func theBudgetOfTrialsIsKept() {
    for allowed in [1, 4, 7, 9, 12] {
      var planner = SearchPlanner(
        SearchSpace(dimensions: [Self.rate], seed: 1),
        budget: SearchBudget(trials: allowed, epochs: 4))
      Self.run(&planner) { Self.bowl($0, $1, noise: 0) }
      #expect(planner.trials.count <= allowed)
      #expect(planner.best != nil && planner.ending != nil)
    }
    var planner = SearchPlanner(
      SearchSpace(dimensions: [Self.rate], seed: 1), budget: SearchBudget(trials: 9, epochs: 4))
    Self.run(&planner) { Self.bowl($0, $1, noise: 0) }
    #expect(planner.ending == .trials(9))
    planner.extend(trials: 10)
    #expect(planner.ending == nil && !planner.due.isEmpty)
    Self.run(&planner) { Self.bowl($0, $1, noise: 0) }
    #expect(planner.trials.count > 9 && planner.trials.count <= 19)
  }

  @Test func trialsThatBreakDownOrAreStoppedAreNotWaitedFor() {
    var planner = SearchPlanner(
      SearchSpace(dimensions: [Self.rate], seed: 1), budget: SearchBudget(epochs: 4))
    planner.cancel(trial: 2)
    planner.cancel(trial: 2)
    planner.cancel(trial: 1_000)
    planner.fail(trial: 3, error: "no memory")
    // A rate this large leads nowhere.
    Self.run(&planner) { trial, epoch in
      trial.point.values[0].number! > 0.5 ? .nan : Self.bowl(trial, epoch)
    }
    #expect(planner.trials[2].state == .cancelled && planner.trials[3].state == .failed)
    #expect(planner.trials[3].failure == "no memory")
    #expect(planner.trials[6].state == .failed && planner.trials[6].score == .infinity)
    // That its loss is no number is seen from its losses.
    #expect(planner.trials[6].failure == nil && planner.trials[6].losses.last?.isNaN == true)
    #expect(planner.best.map { planner.trials[$0.trial].state } == .finished)
    var hopeless = SearchPlanner(
      SearchSpace(dimensions: [Self.rate], seed: 1), budget: SearchBudget(epochs: 4))
    Self.run(&hopeless) { _, _ in .nan }
    #expect(hopeless.ending == .noResult && hopeless.best == nil)
  }

  @Test func aSearchThatIsStoppedKeepsItsBestSoFar() {
    var planner = SearchPlanner(
      SearchSpace(dimensions: [Self.rate], seed: 1), budget: SearchBudget(epochs: 4))
    planner.note(trial: 0, loss: 2, accuracy: 0.1)
    planner.note(trial: 1, loss: 1, accuracy: 0.2)
    planner.end(.minutes(1))
    planner.end(.stopped)
    #expect(planner.ending == .minutes(1))
    #expect(planner.best?.trial == 1 && planner.due.isEmpty)
  }
}
