/// What a search looks like from outside, at one moment.
package struct SearchSnapshot: Codable, Sendable, Equatable {
  package enum Phase: Codable, Sendable, Equatable {
    case preparing
    case training
    case paused
    case over(SearchEnding)
    /// The error's words.
    case failed(String)
  }

  package var revision: UInt64 = 0
  /// Of a search beside a run; `nil`: it stands alone.
  package var beginning: SearchBeginning?
  package var phase = Phase.preparing
  /// Nobody works on it any more: it goes on when it is opened again.
  package var isLeft = false
  package var dimensions: [SearchDimension] = []
  package var budget = SearchBudget()
  package var trials: [SearchTrial] = []
  package var rounds: [SearchRound] = []
  package var best: SearchResult?
  /// Trials that train now.
  package var current: [Int] = []
  /// Steps of all trials so far.
  package var steps = 0
  /// Seconds of work.
  package var seconds = 0.0
  /// How often the frozen layers have seen the whole of the data: one pass serves all trials.
  package var trunkPasses = 0.0

  package init() {}

  /// Whether it is not over, and was not left.
  package var isUnderWay: Bool {
    switch phase {
    case .preparing, .training, .paused: !isLeft
    case .over, .failed: false
    }
  }

  /// The best point's trial of the first seed.
  package var bestTrial: SearchTrial? {
    best.flatMap { best in trials.first { $0.id == best.trial } }
  }
}

/// What a person does about a search.
package enum SearchControl: Codable, Sendable, Equatable {
  case pause
  case resume
  case stopTrial(Int)
  case extend(trials: Int, minutes: Double)
  case stop
  /// Begins one beside the run.
  case start(SearchOrder)
  /// The run takes over the values of a trial, and with them its weights or not.
  case adopt(trial: Int, withWeights: Bool)
}
