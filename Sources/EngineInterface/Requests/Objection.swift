/// Why an edit or a control cannot be carried out.
package enum Objection: Error, Sendable, Codable, Equatable {
  /// A value that cannot be.
  case outOfRange(OutOfRange)
  case noLayerNamed
  case unknownLayer(String)
  case noParameters
  case nothingLeftToTrain
  case noMomentum(OptimizerKind)
  case noWeights(layer: String)
  case noDropoutLayer(String)
  case hasDropoutLayer(after: String)
  /// The network cannot be as the settings would have it, in the words of what found out.
  case unfit(String)

  case noImageNamed
  /// By its name.
  case unknownImage(String)
  case unknownClass(String)
  /// All of one part of the data would be left out.
  case noImagesLeft(DataPart)

  /// The head is no dense layer of logits with a bias, or not a softmax's.
  case noSolvableHead(layer: String)
  /// It is the head, or nothing that a head can be put on.
  case cannotCarryHead(String)
  /// Layers below the head are trained: it would be the best one for a moment only.
  case liveBelowHead([String])
  case isSolvingHead
  case isValidating

  case nothingToTrain
  /// The run has failed, with its error's words.
  case hasFailed(String)
  /// The run was stopped, and what followed its last checkpoint dropped.
  case isDropped
  case nothingRuns
  case isNotPaused
  /// The run has no folder.
  case isKeptNowhere
  case isNotWorthKeeping
  case epochsAreDone(Int)
  case hasNotBrokenDown
  /// A search is under way, and no run that could be edited.
  case isSearch
  case noSearch
  case noTrial(Int)
  case trialIsOver(Int)
  /// It has ended in a way that nothing follows.
  case searchIsOver
  /// There is one beside the run already.
  case isSearching
  /// A search compares its trials on validation images, and there are none.
  case noValidation
  /// They are options that a run begins with.
  case noEdits([SearchVariable])
  /// The run has the trial's values already.
  case hasTheseValues(trial: Int)
  /// It has trained no epoch yet, or they were lost with the process.
  case isUntrained(trial: Int)
  /// The head stands elsewhere than in the trials.
  case headHasMoved
  case nothingToGoBackTo
  /// An experiment is under way, and the run waits for it.
  case isExperimenting
  case noExperiment
  /// The edit changes more than a few steps can show, or something other than settings.
  case cannotCompare(Edit)
  case changesNothing
  /// It was tried, and an error came of it: its words.
  case error(String)
}
