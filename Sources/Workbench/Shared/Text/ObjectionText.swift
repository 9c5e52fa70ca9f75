import EngineInterface
import Files

/// Why something cannot be done, in words.
package enum ObjectionText {
  package static func text(_ objection: Objection) -> String {
    switch objection {
    case .outOfRange(let value): "\(value)"
    case .noLayerNamed: "no layer is named"
    case .unknownLayer(let name): "there is no layer '\(name)'"
    case .noParameters: "layers without parameters cannot be frozen"
    case .nothingLeftToTrain: "nothing would be left to train"
    case .noMomentum(let optimizer): "\(optimizer.title) has no momentum"
    case .noWeights(let layer): "'\(layer)' has no weights to limit"
    case .noDropoutLayer(let name): "'\(name)' is no dropout layer"
    case .hasDropoutLayer(let name): "there is a dropout layer after '\(name)' already"
    case .unfit(let words), .error(let words): words
    case .noImageNamed: "no image is named"
    case .unknownImage(let name): "there is no image '\(name)'"
    case .unknownClass(let name): "there is no class '\(name)'"
    case .noImagesLeft(let part):
      part == .train
        ? "no image would be left to train on" : "no image would be left to validate on"
    case .noSolvableHead(let layer):
      "'\(layer)' is no dense layer of logits with a bias: nothing else can be solved"
    case .cannotCarryHead(let layer): "no head can be put on '\(layer)'"
    case .liveBelowHead(let layers): liveBelowHead(layers)
    case .isSolvingHead: "the head is being solved"
    case .isValidating: "the validation is under way"
    case .nothingToTrain: "there is nothing to train"
    case .hasFailed(let words): "the run has failed: \(words)"
    case .isDropped: "the run was stopped, and what followed its last checkpoint dropped"
    case .nothingRuns: "nothing is running"
    case .isNotPaused: "it works while paused"
    case .isKeptNowhere: "this run is kept nowhere"
    case .isNotWorthKeeping: "these weights are not to be kept"
    case .epochsAreDone(let epochs): "\(EndingText.allDone(epochs)): set more epochs first"
    case .isSearch: "this is a search: its trials have values of their own"
    case .noSearch: "there is no search"
    case .noTrial(let trial): "there is no trial \(trial)"
    case .trialIsOver(let trial): "trial \(trial) is over"
    case .searchIsOver: "the search is over"
    case .isSearching: "a search is under way: end it first"
    case .noValidation:
      "a search compares its trials by their validation loss, and there are no validation images"
    case .noEdits(let variables):
      "a run begins with its \(variables.map(\.name).joined(separator: " and its ")), and no edit changes "
        + (variables.count == 1 ? "it" : "them")
    case .hasTheseValues(let trial): "the run has the values of trial \(trial) already"
    case .isUntrained(let trial): "there are no weights of trial \(trial)"
    case .headHasMoved: "the head has been moved since the search began"
    case .hasNotBrokenDown: "training has not broken down"
    case .nothingToGoBackTo: "there is nothing to go back to"
    case .isExperimenting: "the run waits for what is tried on copies of it: end that first"
    case .noExperiment: "nothing is compared"
    case .cannotCompare(let edit):
      "a few steps with it and without do not show what it does: \(RequestText.describe(edit))"
    case .changesNothing: "nothing is changed: there is nothing to compare"
    }
  }

  static func liveBelowHead(_ layers: [String]) -> String {
    layers.count == 1
      ? "\(layers[0]) trains below the head: freeze it first"
      : "\(NumberText.quantity(layers.count, "layer")) below the head train: freeze them first"
  }
}
