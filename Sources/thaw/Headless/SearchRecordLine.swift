import EngineInterface
import Workbench

/// What happens in a search as one JSON object on a line: what `--headless --json` prints.
struct SearchRecordLine: Encodable {
  var event: String
  var round: Int?
  var reason: String?
  /// Trials of a round.
  var trials: Int?
  var trial: Int?
  var rateFactor: Double?
  var epoch: Int?
  var values: [String: SearchJSONValue]?
  var loss: Double?
  var accuracy: Double?
  var standardError: Double?
  var seeds: Int?

  /// - Returns: `nil` for an event that is not a search's alone.
  init?(_ event: EngineEvent) {
    guard case .notice(let notice) = event else { return nil }
    switch notice {
    case .searchRound(let round, let center, let dimensions):
      self.event = "round"
      self.round = round.number
      reason = Self.name(round.reason)
      trials = round.trials.count
      trial = center?.id
      rateFactor = round.rateFactor
      values = center.map { SearchJSONValue.values(of: $0, dimensions) }
    case .searchRoundOver(let round, let best, let dimensions):
      self.event = "roundOver"
      self.round = round.number
      trial = best.id
      values = SearchJSONValue.values(of: best, dimensions)
      loss = round.result?.mean
      standardError = round.result?.standardError
      seeds = round.result?.seeds
    case .searchOver(let ending):
      self.event = "over"
      reason = Self.name(ending)
    default: return nil
    }
  }

  /// - Parameter epoch: from 0.
  init(_ trial: SearchTrial, epoch: Int, _ dimensions: [SearchDimension]) {
    event = "epoch"
    round = trial.round
    self.trial = trial.id
    self.epoch = epoch + 1
    values = SearchJSONValue.values(of: trial, dimensions)
    loss = trial.losses[epoch]
    accuracy = trial.accuracies[epoch]
  }

  /// - Returns: `nil` for a trial that has not failed.
  init?(failureOf trial: SearchTrial, _ dimensions: [SearchDimension]) {
    guard let failure = SearchText.failure(trial) else { return nil }
    event = "failed"
    reason = failure
    round = trial.round
    self.trial = trial.id
    epoch = trial.epochs
    values = SearchJSONValue.values(of: trial, dimensions)
  }

  static func name(_ reason: SearchRound.Reason) -> String {
    switch reason {
    case .wholeRange: "wholeRange"
    case .around: "aroundBest"
    case .closer: "closerAroundBest"
    }
  }

  static func name(_ ending: SearchEnding) -> String {
    switch ending {
    case .noGain: "noGain"
    case .trials: "trials"
    case .minutes: "minutes"
    case .exhausted: "exhausted"
    case .noResult: "noResult"
    case .stopped: "stopped"
    }
  }

  var line: String { JSONLine.encode(self) }
}

/// A value that was tried, as a number or a string.
enum SearchJSONValue: Encodable {
  case number(Double)
  case choice(String)

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number): try container.encode(number)
    case .choice(let name): try container.encode(name)
    }
  }

  static func values(
    of trial: SearchTrial, _ dimensions: [SearchDimension]
  ) -> [String: SearchJSONValue] {
    var values: [String: SearchJSONValue] = [:]
    for (dimension, value) in zip(dimensions, trial.point.values) {
      switch value {
      case .number(let number): values[dimension.variable.name] = .number(number)
      case .choice(let name): values[dimension.variable.name] = .choice(name)
      }
    }
    return values
  }
}
