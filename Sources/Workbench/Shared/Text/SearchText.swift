import EngineInterface
import Files

/// A search in words.
package enum SearchText {
  /// Why a round goes where it goes: `round 2: 27 trials around trial 14 (learning-rate 0.01, dropout 0.2),
  /// whose loss of 0.0612 was the lowest; a third of its rate`.
  static func beginning(
    of round: SearchRound, around center: SearchTrial?, _ dimensions: [SearchDimension]
  ) -> String {
    let trials = NumberText.quantity(round.trials.count, "trial")
    switch round.reason {
    case .wholeRange:
      return "round \(round.number): \(trials) over the whole range of "
        + dimensions.map(range).joined(separator: ", ")
    case .around(let number):
      guard let center else { return "round \(round.number): \(trials) around trial \(number)" }
      return "round \(round.number): \(trials) around trial \(number) "
        + "(\(point(center.point, dimensions))), whose validation loss of "
        + "\(NumberText.metric(center.score)) is the lowest so far; "
        + (dimensions.contains { $0.variable == .learningRate }
          ? "a third of its rate" : "a third of the rate before")
    }
  }

  /// `a search of dropout 0.05 to 0.8 began beside the run, with its weights of step 340`.
  static func beginning(_ beginning: SearchBeginning, _ dimensions: [SearchDimension]) -> String {
    "a search of \(dimensions.map(range).joined(separator: ", ")) began beside the run, "
      + weights(beginning)
  }

  /// `with the run's weights of step 340`.
  static func weights(_ beginning: SearchBeginning) -> String {
    beginning.origin == .now
      ? "with the run's weights of step \(NumberText.count(beginning.step))"
      : "with the weights that the run began with"
  }

  /// `trial 14 adopted: dropout 0.2; z takes it back`.
  static func adopted(_ adopted: AdoptedTrial) -> String {
    let words =
      "trial \(adopted.trial.id) adopted: \(point(adopted.trial.point, adopted.dimensions))"
    guard case .adopt = adopted.edit else { return words }
    return words + ", with its weights"
  }

  /// `round 1 over: trial 14 is its best (dropout 0.2), loss 0.0612 ± 0.0021 over 3 seeds`.
  static func end(
    of round: SearchRound, best: SearchTrial, _ dimensions: [SearchDimension]
  ) -> String {
    "round \(round.number) over: trial \(best.id) is its best (\(point(best.point, dimensions))), "
      + (round.result.map { "validation loss \(result($0))" } ?? "")
  }

  /// `0.0612 ± 0.0021 over 3 seeds`.
  package static func result(_ result: SearchResult) -> String {
    guard result.seeds > 1 else { return NumberText.metric(result.mean) }
    return "\(NumberText.metric(result.mean)) ± \(NumberText.metric(result.standardError)) "
      + "over \(result.seeds) seeds"
  }

  package static func ending(_ ending: SearchEnding) -> String {
    switch ending {
    case .noGain(let gain, let error):
      gain <= 0
        ? "the last round found nothing better"
        : "the last round gained \(NumberText.metric(gain)), less than two standard errors "
          + "(\(NumberText.metric(2 * error)))"
    case .trials(let trials):
      "all of \(NumberText.quantity(trials, "trial")) that were allowed have begun"
    case .minutes(let minutes): "\(NumberText.short(minutes)) minutes have passed"
    case .exhausted: "there is no point left that was not tried"
    case .noResult: "no trial has come to a loss that is a number"
    case .stopped: "it was ended by hand"
    }
  }

  /// `learning-rate 0.01, dropout 0.2`.
  package static func point(_ point: SearchPoint, _ dimensions: [SearchDimension]) -> String {
    zip(dimensions, point.values).map { "\($0.variable.name) \(value($1))" }
      .joined(separator: ", ")
  }

  package static func value(_ value: SearchValue) -> String {
    switch value {
    case .number(let number): NumberText.short(number)
    case .choice(let name): name
    }
  }

  /// `dropout 0.05 to 0.8`.
  static func range(_ dimension: SearchDimension) -> String {
    "\(dimension.variable.name) \(values(dimension.scale))"
  }

  /// `0.05 to 0.8`, `adam|sgd`.
  static func values(_ scale: SearchDimension.Scale) -> String {
    switch scale {
    case .logarithmic(let lower, let upper), .linear(let lower, let upper):
      "\(NumberText.short(lower)) to \(NumberText.short(upper))"
    case .whole(let lower, let upper): "\(lower) to \(upper)"
    case .choices(let names): names.joined(separator: "|")
    }
  }

  package static func state(_ state: SearchTrial.State) -> String { state.rawValue }
}
