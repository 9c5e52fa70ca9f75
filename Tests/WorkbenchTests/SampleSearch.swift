import EngineInterface

@testable import Workbench

/// Searches at some moment, with numbers that follow from the trials' values alone.
enum SampleSearch {
  static let two = [
    SearchDimension(.learningRate, .logarithmic(lower: 1e-5, upper: 0.1)),
    SearchDimension(.dropout(layer: nil), .logarithmic(lower: 0.05, upper: 0.8)),
  ]

  static let three = two + [SearchDimension(.maxNorm, .logarithmic(lower: 0.5, upper: 8))]

  /// The first round of a search is over and its second under way.
  static func snapshot(
    _ dimensions: [SearchDimension] = two, phase: SearchSnapshot.Phase = .training,
    trials limit: Int? = 60
  ) -> SearchSnapshot {
    var search = SearchSnapshot()
    search.revision = 1
    search.phase = phase
    search.dimensions = dimensions
    search.budget = SearchBudget(trials: limit, epochs: 10)
    search.steps = 4_321
    search.seconds = 83
    search.trunkPasses = 1
    let first = (0..<25).map { trial($0, round: 1, dimensions, grid: $0) }
    var seeds = [first[13], first[13]]
    for index in seeds.indices {
      seeds[index] = SearchTrial(
        id: 25 + index, round: 1, point: first[13].point, seed: index + 1, rung: 10)
      fill(&seeds[index], epochs: 10, state: .finished)
    }
    let second = (0..<9).map { trial(27 + $0, round: 2, dimensions, grid: 8 + $0, factor: 1 / 3) }
    search.trials = first + seeds + second
    let scores = [first[13], seeds[0], seeds[1]].map(\.score)
    var round = SearchRound(number: 1, reason: .wholeRange, rateFactor: 1, trials: 0..<25)
    round.result = SearchResult(trial: 13, scores: scores)
    search.rounds = [
      round,
      SearchRound(number: 2, reason: .around(trial: 13), rateFactor: 1.0 / 3, trials: 27..<36),
    ]
    search.best = round.result
    search.current = [30]
    search.trials[30].state = .training
    return search
  }

  private static func trial(
    _ id: Int, round: Int, _ dimensions: [SearchDimension], grid: Int, factor: Double = 1
  ) -> SearchTrial {
    let places = [Double(grid / 5) / 4, Double(grid % 5) / 4, Double(grid * 7 % 11) / 10]
    let values = zip(dimensions, places).map { $0.value(at: $1) }
    let isBest = grid == 13
    let epochs = round == 2 ? (id < 31 ? 1 : 0) : isBest ? 10 : grid % 4 == 1 ? 4 : 1
    var trial = SearchTrial(
      id: id, round: round, point: SearchPoint(values, rateFactor: factor), seed: 0,
      rung: isBest ? 10 : max(1, epochs))
    fill(
      &trial, epochs: epochs,
      state: round == 2
        ? epochs == 0 ? .waiting : .paused : grid == 24 ? .failed : isBest ? .finished : .stopped)
    return trial
  }

  private static func fill(_ trial: inout SearchTrial, epochs: Int, state: SearchTrial.State) {
    for epoch in 0..<epochs {
      let places = zip(two, trial.point.values).map { $0.place(of: $1) ?? 0.5 } + [0.5]
      let distance = (places[0] - 0.55) * (places[0] - 0.55) + (places[1] - 0.6) * (places[1] - 0.6)
      let loss = 0.04 + 2 * distance + 0.4 / Double(epoch + 2) + 0.003 * Double(trial.seed)
      trial.note(loss: loss, accuracy: max(0.2, 0.99 - loss / 3))
    }
    trial.state = state
  }
}
