import EngineInterface
import Files

/// What the engine would have a person know, in words.
package enum NoticeText {
  package static func text(_ notice: EngineNotice) -> String {
    switch notice {
    case .remark(let words): words
    case .startsFromBeginning: "the run starts again from its beginning"
    case .unreadableJournalLine(let line): "journal: line \(line) could not be understood"
    case .setAside(let names): "set aside: \(names.joined(separator: ", "))"
    case .trainsOn(let done, let wanted): "\(epochs(done)) done: training on to \(wanted)"
    case .nothingToTrain(let done, let wanted):
      "\(epochs(done)) done, and \(wanted) were asked for: there is nothing to train"
    case .moreEpochs(let done, let wanted):
      "\(done == 1 ? "the one epoch was" : "all \(done) epochs were") done: training on to \(wanted)"
    case .goneBack(let step): "gone back to \(step == 0 ? "the beginning" : "step \(step)")"
    case .headSolved(let features, let images, let accuracy):
      "the head was solved on \(NumberText.quantity(features, "feature")) of "
        + "\(NumberText.quantity(images, "image")): \(NumberText.percent(accuracy)) right, each "
        + "predicted by all others"
    case .misfit(let step, let objection):
      "an edit of step \(step) no longer fits: \(ObjectionText.text(objection))"
    case .cacheUnused(let obstacle): "the feature cache cannot be used: \(text(obstacle))"
    case .cacheFull(let obstacle):
      "no more features of the frozen layers are kept: \(text(obstacle))"
    case .editFailed(let words): "the edit could not be made: \(words)"
    case .searchRound(let round, let center, let dimensions):
      SearchText.beginning(of: round, around: center, dimensions)
    case .searchRoundOver(let round, let best, let dimensions):
      SearchText.end(of: round, best: best, dimensions)
    case .searchOver(let ending): "the search is over: \(SearchText.ending(ending))"
    case .searchBegan(let beginning, let dimensions):
      SearchText.beginning(beginning, dimensions)
    case .searchGoesOn(let trials):
      "the search beside the run goes on: \(NumberText.quantity(trials, "trial")) so far"
    case .searchFailed(let words): "the search beside the run failed: \(words)"
    case .adopted(_, let adopted): SearchText.adopted(adopted)
    case .rangeTested(let valley, let steepest, let rates, let range):
      ExperimentText.rangeTested(
        valley: valley, steepest: steepest, rates: rates, searchRange: range)
    case .compared(let changes, let steps, let training, let validation):
      ExperimentText.compared(changes, steps: steps, training: training, validation: validation)
    case .experimentFailed(let words): "what was tried on copies of the run failed: \(words)"
    case .journalUnwritable(let words): "the journal cannot be written: \(words)"
    case .checkpointUnwritable(let words): "the checkpoint could not be written: \(words)"
    }
  }

  private static func epochs(_ count: Int) -> String {
    count == 1 ? "1 epoch is" : "\(count) epochs are"
  }

  static func text(_ obstacle: CacheObstacle) -> String {
    switch obstacle {
    case .switchedOff: "it is switched off (--cache-budget 0)"
    case .nothingFrozen: "nothing is frozen"
    case .augmentation: "augmentation changes the images in every epoch (--views 0)"
    case .dropout(let layer):
      "\(layer) (dropout), before the frozen layers, draws anew in every step"
    case .liveStatistics(let layer):
      "the batch-norm \(layer), before the frozen layers, is live: its statistics move"
    case .liveLayer(let layer): "\(layer), before the frozen layers, is live"
    case .nothingToTrain: "nothing is left to train"
    case .budgetUsedUp(let bytes): "the budget of \(NumberText.bytes(bytes)) is used up"
    case .diskNeeded(let free, let reserve):
      "of the disk \(NumberText.bytes(free)) are free, of which checkpoints may need "
        + NumberText.bytes(reserve)
    case .gaveWay: "the disk was needed for a checkpoint"
    case .error(let words): words
    }
  }
}
