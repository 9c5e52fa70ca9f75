/// What a person should know of, and need not answer.
package enum EngineNotice: Sendable, Codable, Equatable {
  /// What reading a model or data has found, in the reader's words, as errors are: what was left out, what
  /// was assumed.
  case remark(String)
  case startsFromBeginning
  case unreadableJournalLine(Int)
  /// Checkpoints of a course that was left, by name.
  case setAside([String])
  /// A resumed run: so many epochs are done, and so many there are to be.
  case trainsOn(done: Int, wanted: Int)
  case nothingToTrain(done: Int, wanted: Int)
  /// All epochs were done: there are more now.
  case moreEpochs(done: Int, wanted: Int)
  case goneBack(step: Int)
  /// On so many features of so many images; the share of them that all others predict rightly.
  case headSolved(features: Int, images: Int, accuracy: Double)
  /// An edit that was made at this step no longer fits.
  case misfit(step: Int, Objection)
  case cacheUnused(CacheObstacle)
  /// No more features are kept.
  case cacheFull(CacheObstacle)
  /// In an error's words.
  case editFailed(String)
  /// A round of a search begins.
  case searchRound(SearchRound, around: SearchTrial?, [SearchDimension])
  /// It is over, and its best is known.
  case searchRoundOver(SearchRound, SearchTrial, [SearchDimension])
  case searchOver(SearchEnding)
  /// One began beside the run.
  case searchBegan(SearchBeginning, [SearchDimension])
  /// One that was left goes on.
  case searchGoesOn(trials: Int)
  /// In an error's words. The run goes on.
  case searchFailed(String)
  /// As a request wanted it, the run has taken over a trial's values, and perhaps its weights.
  case adopted(RequestID, AdoptedTrial)
  /// A learning rate was looked for: the rates that are suggested, of so many tried, and those that a search
  /// may try.
  case rangeTested(
    valley: Double?, steepest: Double?, rates: Int, searchRange: ClosedRange<Double>?)
  /// A run was compared with itself edited, over so many steps: the training loss with the edits less that
  /// without, `nil` where training with them has broken down, and that of a sample of validation images.
  case compared([EditChange], steps: Int, training: Estimate?, validation: Estimate?)
  case experimentFailed(String)
  case journalUnwritable(String)
  case checkpointUnwritable(String)
}
