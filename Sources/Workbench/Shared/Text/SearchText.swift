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
      return
        "round \(round.number): \(trials) around \(self.center(number, center, dimensions)) is "
        + "the lowest so far; "
        + (dimensions.contains { $0.variable == .learningRate }
          ? "from a third to three times its rate" : "a third of its rate")
    case .closer(let number):
      return "round \(round.number): \(trials) closer around "
        + "\(self.center(number, center, dimensions)) is still the lowest: the round before gained "
        + "less than two standard errors"
    }
  }

  /// `trial 14 (dropout 0.2), whose validation loss of 0.0612`.
  private static func center(
    _ number: Int, _ trial: SearchTrial?, _ dimensions: [SearchDimension]
  ) -> String {
    guard let trial else { return "trial \(number), whose validation loss" }
    return "trial \(number) (\(point(trial.point, dimensions))), whose validation loss of "
      + NumberText.metric(trial.score)
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
        ? "two rounds have gained nothing, the last one found nothing better"
        : "two rounds have gained nothing that is certain, the last one "
          + "\(NumberText.metric(gain)), less than two standard errors (\(NumberText.metric(2 * error)))"
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

  /// The same as `thaw search --over` takes it: `0.05..0.8`, `adam|sgd`.
  static func wish(_ scale: SearchDimension.Scale) -> String {
    switch scale {
    case .logarithmic(let lower, let upper), .linear(let lower, let upper):
      wish(lower, upper)
    case .whole(let lower, let upper): "\(lower)..\(upper)"
    case .choices: values(scale)
    }
  }

  static func wish(_ lower: Double, _ upper: Double) -> String {
    "\(NumberText.short(lower))..\(NumberText.short(upper))"
  }

  /// Why a trial has failed: `failed in epoch 3: the loss of step 12 is not a number`.
  package static func failure(_ trial: SearchTrial) -> String? {
    guard trial.state == .failed else { return nil }
    guard let error = trial.failure else {
      return "failed: its validation loss after \(NumberText.quantity(trial.epochs, "epoch")) is "
        + (trial.losses.last?.isNaN == false ? "infinite" : "not a number")
    }
    return "failed in epoch \(trial.epochs + 1): \(printable(error))"
  }

  package static func state(_ state: SearchTrial.State) -> String { state.rawValue }
}
