import EngineInterface
import Files
import Workbench

/// What came of a search: all of its trials, the best first.
struct SearchTable {
  let search: SearchSnapshot
  private let trials: [SearchTrial]

  /// Rows for a person; more are for programs.
  private static let longest = 20

  init(_ search: SearchSnapshot) {
    self.search = search
    // Those that went furthest know best how good they are.
    trials = search.trials.filter { $0.epochs > 0 }
      .sorted { ($0.score, $0.id) < ($1.score, $1.id) }
  }

  /// - Parameter argument: the search, as a shell takes it.
  func lines(run: String, argument: String) -> [String] {
    let names = search.dimensions.map(\.variable.name)
    let rows = trials.prefix(Self.longest).map { trial in
      ["\(trial.id)", "\(trial.round)"] + trial.point.values.map(SearchText.value)
        + [
          "\(trial.epochs)", SearchText.state(trial.state), PlainText.number(trial.score),
          trial.accuracies.max().map(NumberText.percent) ?? "",
          trial.seed > 0 ? "seed \(trial.seed + 1)" : "",
        ]
    }
    let count = names.count
    var lines = TextTable.lines(
      [["trial", "round"] + names + ["epochs", "state", "best loss", "accuracy", ""]] + rows,
      right: Set([0, 1, count + 2, count + 4, count + 5] + (2..<count + 2)))
    if trials.count > Self.longest {
      lines.append("and \(NumberText.quantity(trials.count - Self.longest, "more trial"))")
    }
    if let best = search.best, let trial = search.bestTrial {
      lines.append(
        "best: \(SearchText.point(trial.point, search.dimensions)): validation loss "
          + SearchText.result(best))
    }
    lines.append(
      "\(NumberText.quantity(search.trials.count, "trial")) of "
        + "\(NumberText.quantity(search.steps, "step")), "
        + "\(NumberText.fixed(search.trunkPasses, digits: 1)) passes of the frozen layers over the "
        + "images, in \(NumberText.duration(search.seconds))")
    if case .over(let ending) = search.phase {
      lines.append("the search is over: \(SearchText.ending(ending))")
    }
    lines.append("search \(run); look at it or go on with: thaw resume \(argument)")
    return lines.map { printable($0, limit: nil) }
  }

  /// One JSON object.
  func record(run: String) -> String {
    var ending: String?
    if case .over(let how) = search.phase { ending = SearchRecordLine.name(how) }
    return JSONLine.encode(
      Record(
        run: run, ending: ending, steps: search.steps, seconds: search.seconds,
        trunkPasses: search.trunkPasses,
        best: search.bestTrial.flatMap { trial in
          search.best.map { best in
            Best(
              trial: trial.id, values: SearchJSONValue.values(of: trial, search.dimensions),
              loss: best.mean, standardError: best.standardError, seeds: best.seeds)
          }
        },
        trials: search.trials.map { Trial($0, search.dimensions) }))
  }

  private struct Record: Encodable {
    let event = "finished"
    let run: String
    let ending: String?
    let steps: Int
    let seconds: Double
    let trunkPasses: Double
    let best: Best?
    let trials: [Trial]
  }

  private struct Best: Encodable {
    let trial: Int
    let values: [String: SearchJSONValue]
    let loss: Double
    let standardError: Double
    let seeds: Int
  }

  private struct Trial: Encodable {
    let trial: Int
    let round: Int
    let seed: Int
    let rateFactor: Double
    let values: [String: SearchJSONValue]
    let state: String
    let losses: [Double]
    let accuracies: [Double]

    init(_ trial: SearchTrial, _ dimensions: [SearchDimension]) {
      self.trial = trial.id
      round = trial.round
      seed = trial.seed
      rateFactor = trial.point.rateFactor
      values = SearchJSONValue.values(of: trial, dimensions)
      state = trial.state.rawValue
      losses = trial.losses
      accuracies = trial.accuracies
    }
  }
}
