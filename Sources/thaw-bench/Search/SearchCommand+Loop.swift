import Dispatch
import EngineInterface
import Kernels
import Training

/// The loop against a full grid, and what its rungs would have made of the grid's curves.
extension SearchCommand {
  private static let wishes = "dropout,learning-rate,max-norm"
  private static let seeds = 3

  func measureLoop() throws {
    let budget = SearchBudget(epochs: epochs)
    let grid = GridTraining(try inputs(Self.wishes, budget: budget))
    let points = grid.grid([5, 5, 3])
    let bySeed = try (0..<Self.seeds).map { try grid.losses(of: points, seed: $0, epochs: epochs) }
    let results = points.indices.map { index in
      SearchResult(
        trial: index, scores: bySeed.map { $0[index].filter(\.isFinite).min() ?? .infinity })
    }
    guard let best = results.min(by: { $0.mean < $1.mean }) else { return }
    let gridSteps = points.count * Self.seeds * epochs * grid.stepsPerEpoch
    print(
      """
      {"mode": "grid", "points": \(points.count), "seeds": \(Self.seeds), "best": \(best.mean), \
      "standardError": \(best.standardError), "values": \(Self.values(points[best.trial])), \
      "steps": \(gridSteps), "stepsOfOneSeed": \(gridSteps / Self.seeds)}
      """)
    for seed in 0..<searches { try measureLoop(budget, seed: UInt64(seed), best, gridSteps) }
    measurePromotion(bySeed[0])
  }

  /// - Parameter seed: of the points that the first round draws: all else is as in the grid.
  private func measureLoop(
    _ budget: SearchBudget, seed: UInt64, _ grid: SearchResult, _ gridSteps: Int
  ) throws {
    let search = try finished(budget, seed: seed)
    let loop = search.best?.mean ?? .infinity
    let rounds = search.rounds.compactMap(\.result).map {
      """
      {"mean": \($0.mean), "standardError": \($0.standardError), \
      "values": \(Self.values(search.trials[$0.trial].point))}
      """
    }
    var ending = ""
    if case .over(let how) = search.phase { ending = "\(how)" }
    print(
      """
      {"mode": "loop", "seed": \(seed), "gridBest": \(grid.mean), \
      "gridStandardError": \(grid.standardError), "loopBest": \(loop), \
      "standardErrorsAbove": \((loop - grid.mean) / grid.standardError), \
      "isWithinHalfAnError": \(loop <= grid.mean + grid.standardError / 2), \
      "loopSteps": \(search.steps), "shareOfSteps": \(Double(search.steps) / Double(gridSteps)), \
      "seconds": \(search.seconds), "trials": \(search.trials.count), "ending": "\(ending)", \
      "rounds": [\(rounds.joined(separator: ", "))]}
      """)
  }

  private static func values(_ point: SearchPoint) -> String {
    "[\(point.values.map(\.description).joined(separator: ", "))]"
  }

  private func finished(_ budget: SearchBudget, seed: UInt64) throws -> SearchSnapshot {
    let recipe = recipe()
    let wishes = try SearchWish.wishes(Self.wishes)
    let changes = DispatchSemaphore(value: 0)
    let engine = Engine(
      searching: "demo",
      prepare: { _ in
        var recipe = recipe
        let inputs = try recipe.loadSearch(.new(wishes, budget))
        return inputs.drawing(seed: seed)
      }, onChange: { changes.signal() })
    while true {
      if let failure = engine.failure { throw failure }
      if let search = engine.search, case .over = search.phase { return search }
      changes.wait()
    }
  }

  // MARK: - Promotion

  private static let curves = 25

  /// Whether one of the truly best three of 25 recorded curves is trained to its end, whichever 25 these are.
  private func measurePromotion(_ curves: [[Double]]) {
    let scores = curves.map { $0.filter(\.isFinite).min() ?? .infinity }
    var hits = 0
    for shuffle in 0..<shuffles {
      let random = RandomStream(seed: UInt64(shuffle), purpose: .test)
      let order = curves.indices.sorted { random.bits(UInt64($0)) < random.bits(UInt64($1)) }
        .prefix(Self.curves)
      let best = Set(order.sorted { scores[$0] < scores[$1] }.prefix(3))
      let promoted = GridTraining.promoted(order.map { curves[$0] }, epochs: epochs)
        .map { order[$0] }
      if !best.isDisjoint(with: promoted) { hits += 1 }
    }
    print(
      """
      {"mode": "promotion", "curves": \(Self.curves), "shuffles": \(shuffles), \
      "share": \(Double(hits) / Double(shuffles))}
      """)
  }
}
