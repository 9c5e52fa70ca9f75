/// One round of a search, and why it went where it went.
package struct SearchRound: Codable, Sendable, Equatable {
  package enum Reason: Codable, Sendable, Equatable {
    /// The first: the whole of each range.
    case wholeRange
    /// Around the best so far, with a smaller rate.
    case around(trial: Int)
    /// The round before has gained nothing: closer around the best so far, at its rate.
    case closer(trial: Int)
  }

  /// From 1.
  package let number: Int
  package let reason: Reason
  /// What the learning rate is multiplied by.
  package let rateFactor: Double
  /// Its trials' numbers, those with other seeds aside.
  package let trials: Range<Int>
  /// The best of them with its mean over the seeds, once the round is over.
  package var result: SearchResult?

  /// The trial that it looks around; `nil` for the whole range.
  package var center: Int? {
    switch reason {
    case .wholeRange: nil
    case .around(let trial), .closer(let trial): trial
    }
  }

  package init(number: Int, reason: Reason, rateFactor: Double, trials: Range<Int>) {
    self.number = number
    self.reason = reason
    self.rateFactor = rateFactor
    self.trials = trials
  }
}

/// The best point of a round, trained with several seeds.
package struct SearchResult: Codable, Sendable, Equatable {
  /// The trial with the first seed.
  package let trial: Int
  /// Of the validation loss over the seeds.
  package let mean: Double
  /// Of that mean.
  package let standardError: Double
  package let seeds: Int

  package init(trial: Int, scores: [Double]) {
    self.trial = trial
    seeds = scores.count
    let estimate = Estimate(scores)
    (mean, standardError) = (estimate.mean, estimate.standardError)
  }
}

/// Why a search is over.
package enum SearchEnding: Codable, Sendable, Equatable {
  /// The last rounds gained less than two standard errors each.
  case noGain(gain: Double, standardError: Double)
  /// So many trials were allowed.
  case trials(Int)
  case minutes(Double)
  /// No point can be told from those that were tried.
  case exhausted
  /// No trial has come to a loss that is a number.
  case noResult
  case stopped

  /// Whether more trials or more time let the search go on.
  package var canBeExtended: Bool {
    switch self {
    case .trials, .minutes, .noGain: true
    case .exhausted, .noResult, .stopped: false
    }
  }
}
