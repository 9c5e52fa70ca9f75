import ArgumentParser
import Dispatch
import EngineInterface
import Foundation
import Kernels
import Training

/// A search beside what it saves: runs that share nothing, and a full grid.
struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Measure a search of the demo's head against separate runs and a full grid.")

  @Option(help: "The folder of the demonstration.")
  var demo = "Sources/thaw/Demo"

  @Option(help: "Epochs of a trial that is not stopped.")
  var epochs = 10

  @Option(help: "Threads. (default: one for each core)")
  var threads: Int?

  @Option(help: "Shuffles of the recorded curves.")
  var shuffles = 200

  func run() throws {
    guard epochs > 0, shuffles > 0 else {
      throw ValidationError("--epochs and --shuffles are at least 1")
    }
    try measureSharing()
    try measureLoop()
  }

  private func recipe() -> Recipe {
    var configuration = EngineConfiguration()
    configuration.batch = 64
    configuration.head = HeadRequest()
    configuration.freeze = ["conv*"]
    configuration.epochs = epochs
    configuration.threads = threads
    return Recipe(
      model: .demo, data: nil, validation: nil, configuration: configuration, name: nil,
      demo: DemoFiles(folder: demo))
  }

  private func inputs(_ wishes: String, budget: SearchBudget) throws -> SearchInputs {
    var recipe = recipe()
    return try recipe.loadSearch(.new(SearchWish.wishes(wishes), budget))
  }

  // MARK: - Shared frozen layers

  private static let trials = 12

  /// Twelve trials of the head in one process, and twelve runs that share nothing.
  private func measureSharing() throws {
    let wishes = "learning-rate"
    let budget = SearchBudget(epochs: epochs)
    var passes = 0.0
    var together: [[Double]] = []
    let shared = try Measurement.seconds {
      let grid = GridTraining(try inputs(wishes, budget: budget))
      together = try grid.losses(of: grid.grid([Self.trials]), epochs: epochs)
      passes = grid.trunkPasses
    }
    var alone: [[Double]] = []
    let separate = try Measurement.seconds {
      for index in 0..<Self.trials {
        let grid = GridTraining(try inputs(wishes, budget: budget))
        alone += try grid.losses(of: [grid.grid([Self.trials])[index]], epochs: epochs)
      }
    }
    print(
      """
      {"mode": "sharing", "trials": \(Self.trials), "epochs": \(epochs), "sharedSeconds": \(shared), \
      "separateSeconds": \(separate), "ratio": \(separate / shared), "trunkPasses": \(passes), \
      "sameLosses": \(together == alone)}
      """)
  }

  // MARK: - The loop against a grid

  private static let wishes = "dropout,learning-rate,max-norm"
  private static let seeds = 3

  private func measureLoop() throws {
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
    let search = try finished(budget)
    let loop = search.best?.mean ?? .infinity
    print(
      """
      {"mode": "loop", "gridBest": \(best.mean), "gridStandardError": \(best.standardError), \
      "loopBest": \(loop), "isWithinHalfAnError": \(loop <= best.mean + best.standardError / 2), \
      "gridSteps": \(gridSteps), "gridStepsOfOneSeed": \(gridSteps / Self.seeds), \
      "loopSteps": \(search.steps), "shareOfSteps": \(Double(search.steps) / Double(gridSteps)), \
      "rounds": \(search.rounds.count), "trials": \(search.trials.count)}
      """)
    measurePromotion(bySeed[0])
  }

  private func finished(_ budget: SearchBudget) throws -> SearchSnapshot {
    let (recipe, request) = (
      recipe(), SearchRequest.new(try SearchWish.wishes(Self.wishes), budget)
    )
    let changes = DispatchSemaphore(value: 0)
    let engine = Engine(
      searching: "demo",
      prepare: { _ in
        var recipe = recipe
        return try recipe.loadSearch(request)
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
